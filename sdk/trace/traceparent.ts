/**
 * W3C Trace Context level 2: reads and writes `traceparent` and passes `tracestate` on. The headers come from
 * whoever calls; what an attacker gains by forging them is a span in a trace of his choosing, never a lookup.
 */
import {
  isSpanContextValid,
  trace,
  TraceFlags,
  type Context,
  type SpanContext,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
  type TraceState,
} from '@opentelemetry/api'

const version00 = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/
// A later version may append fields (§3.2.4); ff is forbidden.
const laterVersion = /^(?!ff|00)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/
const noTrace = '0'.repeat(32)
const noSpan = '0'.repeat(16)

/** Most bytes of `tracestate` that are passed on; §3.3.1.5 asks for at least 512. */
const maxTraceStateBytes = 512

/** Reads a `traceparent` header, or answers undefined when it is absent or not valid: a new trace begins then. */
export function parseTraceparent(header: unknown): SpanContext | undefined {
  if (typeof header !== 'string' || header.length < 55 || header.length > 512) return undefined
  const match = version00.exec(header) ?? laterVersion.exec(header)
  const [, traceId, spanId, flags] = match ?? []
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined
  if (traceId === noTrace || spanId === noSpan) return undefined
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & TraceFlags.SAMPLED, isRemote: true }
}

/** Writes the `traceparent` header of a span. */
export function formatTraceparent({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-${(traceFlags & 0xff).toString(16).padStart(2, '0')}`
}

/** Accepts a `tracestate` header that is short enough to be passed on unchanged. */
export function acceptTraceState(header: unknown): TraceState | undefined {
  const text = Array.isArray(header) ? header.join(',') : header
  if (typeof text !== 'string' || text === '' || text.length > maxTraceStateBytes) return undefined
  return isTraceState(text) ? new OpaqueTraceState(text) : undefined
}

function isTraceState(text: string): boolean {
  const members = text.split(',')
  return (
    members.length <= 32 && members.every((member) => /^\s*$|^\s*[a-z0-9][^=\s]*=[\x20-\x7e]+$/.test(member))
  )
}

/** A `tracestate` that is only carried: vendors' values mean nothing to this house. */
class OpaqueTraceState implements TraceState {
  readonly #text: string
  constructor(text: string) {
    this.#text = text
  }
  set(key: string, value: string): TraceState {
    const others = this.#members().filter(([name]) => name !== key)
    return new OpaqueTraceState([[key, value], ...others].map((member) => member.join('=')).join(','))
  }
  unset(key: string): TraceState {
    const others = this.#members().filter(([name]) => name !== key)
    return new OpaqueTraceState(others.map((member) => member.join('=')).join(','))
  }
  get(key: string): string | undefined {
    return this.#members().find(([name]) => name === key)?.[1]
  }
  serialize(): string {
    return this.#text
  }
  #members(): [string, string][] {
    return this.#text.split(',').flatMap((member) => {
      const at = member.indexOf('=')
      return at < 0 ? [] : [[member.slice(0, at).trim(), member.slice(at + 1)] satisfies [string, string]]
    })
  }
}

/** The same reading and writing for everybody who uses the OpenTelemetry API. */
export class TraceContextPropagator implements TextMapPropagator {
  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    const parent = trace.getSpanContext(context)
    if (parent === undefined || !isSpanContextValid(parent)) return
    setter.set(carrier, 'traceparent', formatTraceparent(parent))
    const state = parent.traceState?.serialize()
    if (state !== undefined && state !== '') setter.set(carrier, 'tracestate', state)
  }
  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    const header = getter.get(carrier, 'traceparent')
    // A repeated header is not one value (§3.2): it is refused.
    const parent = parseTraceparent(Array.isArray(header) && header.length === 1 ? header[0] : header)
    if (parent === undefined) return context
    const traceState = acceptTraceState(getter.get(carrier, 'tracestate'))
    return trace.setSpanContext(context, { ...parent, ...(traceState === undefined ? {} : { traceState }) })
  }
  fields(): string[] {
    return ['traceparent', 'tracestate']
  }
}
