/** Finds traces by their spans, newest blocks first, and tells of each what a list shows. */
import { durationOf, fingerprint, serviceOf } from '../process/summary.ts'
import type { SpanQuery } from '../traceql/compile.ts'
import type { TraceFacts } from '../traceql/fields.ts'
import { decodeSpan } from '../wire/traces.ts'
import { mayBeOf, mayHold } from './block.ts'
import { overlaps, type Answer, type StoredSpan, type TimeRange } from './query.ts'
import { scanBlocks } from './scan.ts'
import type { SignalStore } from './signal-store.ts'
import { headOf, maxDecodedItems, spanTags, walkItems } from './walk.ts'

export interface TraceSearch extends TimeRange {
  readonly query: SpanQuery
  /** Most traces. */
  readonly limit: number
  /** Most spans of each that are told. */
  readonly spansPerTrace: number
}

export interface FoundTrace extends TraceFacts {
  readonly traceId: string
  /** Nanoseconds since 1970 of its first span. */
  readonly start: bigint
  readonly spans: readonly StoredSpan[]
  /** How many spans answered, told or not, in the blocks that were read. */
  readonly matched: number
}

interface Match {
  readonly spans: StoredSpan[]
  matched: number
}

interface Extent {
  start: bigint
  end: bigint
  root?: StoredSpan
}

/** Most traces looked at where only whole traces can answer. */
const maxCandidates = 1_000
/** A trace is looked for in blocks so far before and behind the spans that were found: an hour, in nanoseconds. */
const reach = 3_600_000_000_000n

/** Answers a search; traces come with the latest first. */
export async function searchByQuery(store: SignalStore, search: TraceSearch): Promise<Answer<FoundTrace>> {
  const { query, limit } = search
  const candidates = query.ofTrace === undefined ? limit : maxCandidates
  const { matches, isPartial } = await findMatches(store, search, candidates)
  const { extents, isPartial: isUnfinished } = await extentsOf(store, matches)
  const found: FoundTrace[] = []
  for (const [traceId, match] of matches) {
    const extent = extents.get(traceId)
    if (extent === undefined) continue
    const trace = { traceId, start: extent.start, ...match, ...factsOf(extent) }
    if (query.ofTrace?.(trace) ?? true) found.push(trace)
  }
  found.sort((one, other) => (one.start < other.start ? 1 : one.start > other.start ? -1 : 0))
  const isCut = query.ofTrace !== undefined && matches.size >= maxCandidates
  return { found: found.slice(0, limit), isPartial: isPartial || isCut || isUnfinished }
}

async function findMatches(store: SignalStore, search: TraceSearch, candidates: number) {
  const { query, from = 0n, to, spansPerTrace } = search
  const matches = new Map<string, Match>()
  let isCut = false
  const { isPartial } = await scanBlocks(store, {
    test: (meta) =>
      overlaps(meta, search) &&
      meta.maxDuration >= query.minDuration &&
      (query.service === undefined || mayBeOf(meta, query.service)),
    take: (bytes) => {
      let decoded = 0
      walkItems(bytes, (item, place) => {
        const head = headOf(item, spanTags)
        if (head.start < from || (to !== undefined && head.start > to)) return false
        if (durationOf(head) < query.minDuration) return false
        const known = matches.get(head.traceId.toString('hex'))
        if (known === undefined && matches.size >= candidates) return false
        if (decoded >= maxDecodedItems) return (isCut = true)
        decoded++
        const span = decodeSpan(item)
        if (span.traceId === '') return false
        if (!query.ofSpan({ span, resource: place.resource.attributes })) return false
        const match = known ?? { spans: [], matched: 0 }
        match.matched++
        if (match.spans.length < spansPerTrace)
          match.spans.push({ service: serviceOf(place.resource.attributes), span, place })
        matches.set(span.traceId, match)
        return false
      })
      return matches.size >= candidates
    },
  })
  return { matches, isPartial: isPartial || isCut }
}

/** Reads from when to when traces last and what their roots are. */
async function extentsOf(store: SignalStore, matches: ReadonlyMap<string, Match>) {
  const extents = new Map<string, Extent>()
  let isCut = false
  if (matches.size === 0) return { extents, isPartial: false }
  const traces = [...matches.keys()].map(fingerprint)
  const range = rangeOf(matches)
  const { isPartial } = await scanBlocks(store, {
    test: (meta) => overlaps(meta, range) && traces.some((trace) => mayHold(meta, trace)),
    take: (bytes) => {
      let decoded = 0
      walkItems(bytes, (item, place) => {
        const head = headOf(item, spanTags)
        const traceId = head.traceId.toString('hex')
        if (!matches.has(traceId)) return false
        const known = extents.get(traceId)
        const extent: Extent = known ?? { start: head.start, end: head.end }
        if (known === undefined) extents.set(traceId, extent)
        if (head.start < extent.start) extent.start = head.start
        if (head.end > extent.end) extent.end = head.end
        isCut ||= extent.root === undefined && decoded >= maxDecodedItems
        if (extent.root !== undefined || decoded >= maxDecodedItems) return false
        decoded++
        const span = decodeSpan(item)
        if (span.parentSpanId === '')
          extent.root = { service: serviceOf(place.resource.attributes), span, place }
        return false
      })
      return false
    },
  })
  return { extents, isPartial: isPartial || isCut }
}

function rangeOf(matches: ReadonlyMap<string, Match>): TimeRange {
  const starts = [...matches.values()].flatMap(({ spans }) => spans.map(({ span }) => span.start))
  const [first = 0n] = starts
  const from = starts.reduce((least, one) => (one < least ? one : least), first)
  const to = starts.reduce((most, one) => (one > most ? one : most), first)
  return { from: from > reach ? from - reach : 0n, to: to + reach }
}

function factsOf({ start, end, root }: Extent): TraceFacts {
  return {
    rootService: root?.service ?? '',
    // As the reference says it.
    rootName: root?.span.name ?? '<root span not yet received>',
    durationNanos: Number(durationOf({ start, end })),
  }
}
