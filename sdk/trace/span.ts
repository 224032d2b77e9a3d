/**
 * A span that implements OpenTelemetry's `Span` and is at the same time the context it is active in: one
 * object per span, and nothing kept once it has been encoded.
 */
import {
  ROOT_CONTEXT,
  type SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Attributes,
  type Context,
  type Exception,
  type Link,
  type Span,
  type SpanContext,
  type SpanStatus,
  type TimeInput,
  type TraceState,
} from '@opentelemetry/api'
import type { RequestScope } from './request-scope.ts'
import { nowMicros, toMicros } from './clock.ts'
import { hexToWord, randomNonZeroWord, randomWord, wordToHex } from './ids.ts'

/** Most attributes, events and links of one span (OpenTelemetry's default limits). */
const maxItems = 128

export interface SpanEvent {
  readonly name: string
  readonly micros: number
  readonly attributes: Readonly<Record<string, unknown>>
}

/** Where an ended span goes. */
export interface SpanSink {
  readonly export: (span: SdkSpan, endMicros: number) => void
}

// The key of the API's own `trace.getSpan`; `createContextKey` is `Symbol.for`, so it is the same symbol.
const spanKey = Symbol.for('OpenTelemetry Context Key SPAN')

export class SdkSpan implements Span, Context {
  name: string
  kind: SpanKind
  startMicros: number
  // Ids as words, see ids.ts.
  trace0 = 0
  trace1 = 0
  trace2 = 0
  trace3 = 0
  span0: number
  span1: number
  parent0 = 0
  parent1 = 0
  hasParent = false
  isParentRemote = false
  isEnded = false
  /** Encoded name, kind and attributes that are the same for many spans; undefined when nothing is prepared. */
  prepared: Uint8Array | undefined = undefined
  attributes: Map<string, unknown> | undefined = undefined
  events: SpanEvent[] | undefined = undefined
  links: Link[] | undefined = undefined
  status: SpanStatus | undefined = undefined
  traceState: TraceState | undefined = undefined
  /** The request this span is part of. */
  request: RequestScope | undefined = undefined
  readonly #sink: SpanSink
  #context: SpanContext | undefined = undefined

  constructor(sink: SpanSink, name: string, kind: SpanKind) {
    this.#sink = sink
    this.name = name
    this.kind = kind
    this.span0 = randomNonZeroWord()
    this.span1 = randomWord()
    this.startMicros = nowMicros()
  }

  /** Begins a new trace. */
  beginTrace(): void {
    this.trace0 = randomNonZeroWord()
    this.trace1 = randomWord()
    this.trace2 = randomWord()
    this.trace3 = randomWord()
  }

  /** Continues the trace of a span of this process. */
  follow(parent: SdkSpan): void {
    this.trace0 = parent.trace0
    this.trace1 = parent.trace1
    this.trace2 = parent.trace2
    this.trace3 = parent.trace3
    this.parent0 = parent.span0
    this.parent1 = parent.span1
    this.hasParent = true
    this.traceState = parent.traceState
    this.request = parent.request
  }

  /** Continues a trace known by its ids, which the caller has checked. */
  followContext({ traceId, spanId, isRemote, traceState }: SpanContext): void {
    this.trace0 = hexToWord(traceId, 0)
    this.trace1 = hexToWord(traceId, 8)
    this.trace2 = hexToWord(traceId, 16)
    this.trace3 = hexToWord(traceId, 24)
    this.parent0 = hexToWord(spanId, 0)
    this.parent1 = hexToWord(spanId, 8)
    this.hasParent = true
    this.isParentRemote = isRemote === true
    this.traceState = traceState
  }

  spanContext(): SpanContext {
    this.#context ??= {
      traceId: this.traceId(),
      spanId: wordToHex(this.span0) + wordToHex(this.span1),
      // Every request is recorded.
      traceFlags: TraceFlags.SAMPLED,
      ...(this.traceState === undefined ? {} : { traceState: this.traceState }),
    }
    return this.#context
  }

  /** Writes the trace id in hexadecimal. */
  traceId(): string {
    return wordToHex(this.trace0) + wordToHex(this.trace1) + wordToHex(this.trace2) + wordToHex(this.trace3)
  }

  setAttribute(key: string, value: unknown): this {
    if (this.isEnded) return this
    this.attributes ??= new Map()
    if (this.attributes.size < maxItems || this.attributes.has(key)) this.attributes.set(key, value)
    return this
  }

  setAttributes(attributes: Readonly<Record<string, unknown>>): this {
    for (const key in attributes) this.setAttribute(key, attributes[key])
    return this
  }

  addEvent(name: string, attributesOrTime?: Attributes | TimeInput, time?: TimeInput): this {
    const isTime = isTimeInput(attributesOrTime)
    const attributes = isTime || attributesOrTime === undefined ? {} : attributesOrTime
    const micros = toMicros(isTime ? attributesOrTime : time)
    this.events ??= []
    if (!this.isEnded && this.events.length < maxItems) this.events.push({ name, micros, attributes })
    return this
  }

  addLink(link: Link): this {
    this.links ??= []
    if (!this.isEnded && this.links.length < maxItems) this.links.push(link)
    return this
  }

  addLinks(links: Link[]): this {
    for (const link of links) this.addLink(link)
    return this
  }

  setStatus(status: SpanStatus): this {
    // OK is final (trace API specification).
    if (!this.isEnded && this.status?.code !== SpanStatusCode.OK) this.status = status
    return this
  }

  updateName(name: string): this {
    if (!this.isEnded) this.name = name
    return this
  }

  isRecording(): boolean {
    return !this.isEnded
  }

  /** Records type and frames; the message is left out, because nobody declared what stands in it. */
  recordException(exception: Exception, time?: TimeInput): void {
    this.addEvent('exception', describeException(exception), time)
  }

  end(endTime?: TimeInput): void {
    if (this.isEnded) return
    const micros = toMicros(endTime)
    this.#sink.export(this, Math.max(micros, this.startMicros))
    this.isEnded = true
  }

  getValue(key: symbol): unknown {
    return key === spanKey ? this : undefined
  }

  setValue(key: symbol, value: unknown): Context {
    return trace.setSpan(ROOT_CONTEXT, this).setValue(key, value)
  }

  deleteValue(key: symbol): Context {
    return key === spanKey ? ROOT_CONTEXT : this
  }
}

/** Finds the span of this SDK in a context. */
export function sdkSpanIn(context: Context | undefined): SdkSpan | undefined {
  if (context === undefined) return undefined
  if (context instanceof SdkSpan) return context
  const span = context.getValue(spanKey)
  return span instanceof SdkSpan ? span : undefined
}

/** Describes an error by its type and its frames, without its message. */
export function describeException(exception: unknown): Record<string, string> {
  if (typeof exception === 'string') return { 'exception.type': 'string' }
  if (!(exception instanceof Error)) return { 'exception.type': typeof exception }
  const frames = (exception.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  const code = 'code' in exception && typeof exception.code === 'string' ? exception.code : undefined
  return {
    'exception.type': code === undefined ? exception.name : `${exception.name}.${code}`,
    'exception.stacktrace': frames.slice(0, 20).join('\n'),
  }
}

function isTimeInput(value: Attributes | TimeInput | undefined): value is TimeInput {
  return typeof value === 'number' || value instanceof Date || Array.isArray(value)
}
