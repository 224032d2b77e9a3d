/** Lays the spans of a trace out as a tree in time. Pure. */
import type { Span } from '../sources/shapes.ts'

export interface WaterfallRow {
  readonly span: Span
  readonly depth: number
  /** Where the bar begins and how long it is, of the whole trace, 0 to 1. */
  readonly start: number
  readonly width: number
  readonly durationMillis: number
}

export interface Waterfall {
  readonly rows: readonly WaterfallRow[]
  readonly durationMillis: number
  /** Nanoseconds since 1970. */
  readonly startNano: bigint
  readonly services: readonly string[]
}

/** Orders spans: children under their parents, by their start. A span whose parent is not stored is a root. */
export function layOut(spans: readonly Span[]): Waterfall {
  const startOf = ({ startTimeUnixNano }: Span) => BigInt(startTimeUnixNano)
  const endOf = ({ endTimeUnixNano }: Span) => BigInt(endTimeUnixNano)
  const first = spans.map(startOf).reduce((one, other) => (other < one ? other : one), startOf0(spans))
  const last = spans.map(endOf).reduce((one, other) => (other > one ? other : one), first)
  const total = Number(last - first)
  const known = new Set(spans.map(({ spanId }) => spanId))
  const children = new Map<string, Span[]>()
  for (const span of spans) {
    const { parentSpanId = '' } = span
    const parent = known.has(parentSpanId) && parentSpanId !== span.spanId ? parentSpanId : ''
    children.set(parent, [...(children.get(parent) ?? []), span])
  }
  const rows: WaterfallRow[] = []
  const seen = new Set<string>()
  const add = (span: Span, depth: number) => {
    // Whoever sends spans may send a circle of parents.
    if (seen.has(span.spanId)) return
    seen.add(span.spanId)
    const nanos = Number(endOf(span) - startOf(span))
    rows.push({
      span,
      depth,
      start: total === 0 ? 0 : Number(startOf(span) - first) / total,
      width: total === 0 ? 1 : Math.max(0, nanos) / total,
      durationMillis: nanos / 1e6,
    })
    for (const child of sorted(children.get(span.spanId))) add(child, depth + 1)
  }
  for (const root of sorted(children.get(''))) add(root, 0)
  for (const span of sorted(spans)) add(span, 0)
  return {
    rows,
    durationMillis: total / 1e6,
    startNano: first,
    services: [...new Set(spans.map(({ service }) => service))],
  }
}

function startOf0(spans: readonly Span[]): bigint {
  const [first] = spans
  return first === undefined ? 0n : BigInt(first.startTimeUnixNano)
}

function sorted(spans: readonly Span[] = []): readonly Span[] {
  return spans.toSorted((one, other) =>
    BigInt(one.startTimeUnixNano) < BigInt(other.startTimeUnixNano) ? -1 : 1,
  )
}
