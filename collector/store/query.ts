/** Answers questions about stored spans and logs, reading as few blocks as the indexes allow. */
import { textAttribute, type LogRecord, type Span } from '../process/model.ts'
import { durationOf, fingerprint, serviceOf, timeOf } from '../process/summary.ts'
import { decodeLogRecord } from '../wire/logs.ts'
import { decodeSpan } from '../wire/traces.ts'
import { mayBeOf, mayHold, type BlockMeta } from './block.ts'
import { scanBlocks } from './scan.ts'
import type { SignalStore } from './signal-store.ts'
import { headOf, logTags, maxDecodedItems, spanTags, walkItems, type Place } from './walk.ts'

/** What was found, and whether there may be more: a block could not be read, or a bound ended the search. */
export interface Answer<T> {
  readonly found: readonly T[]
  readonly isPartial: boolean
}

export interface StoredSpan {
  readonly service: string
  readonly span: Span
  readonly place: Place
}

export interface StoredLog {
  readonly service: string
  readonly record: LogRecord
}

/** Nanoseconds since 1970, inclusive. */
export interface TimeRange {
  readonly from?: bigint
  readonly to?: bigint
}

export interface LogQuestion extends TimeRange {
  readonly traceId?: string
  readonly service?: string
  readonly limit: number
}

export interface TraceQuestion extends TimeRange {
  readonly service?: string
  readonly route?: string
  readonly minDuration?: bigint
  readonly limit: number
}

/** Most traces a search keeps while it reads: one block can hold hundreds of thousands. */
const maxTraces = 10_000

/** Tells whether a block may hold something of a time range. */
export function overlaps({ minTime, maxTime }: BlockMeta, { from = 0n, to }: TimeRange): boolean {
  return maxTime >= from && (to === undefined || minTime <= to)
}

/**
 * Finds the spans of a trace, earliest first, at most `limit`.
 *
 * @param range leaves out blocks that hold nothing of it; spans of the others count whenever they were
 */
export async function findTrace(
  store: SignalStore,
  traceId: string,
  limit: number,
  range: TimeRange = {},
): Promise<Answer<StoredSpan>> {
  const trace = fingerprint(traceId)
  const id = Buffer.from(traceId, 'hex')
  const found: StoredSpan[] = []
  const { isPartial } = await scanBlocks(store, {
    test: (meta) => overlaps(meta, range) && mayHold(meta, trace),
    take: (bytes) => {
      walkItems(bytes, (item, place) => {
        if (!headOf(item, spanTags).traceId.equals(id)) return false
        found.push({ service: serviceOf(place.resource.attributes), span: decodeSpan(item), place })
        return found.length > limit
      })
      return found.length > limit
    },
  })
  const isCut = found.length > limit
  found.sort((one, other) => compare(one.span.start, other.span.start))
  return { found: found.slice(0, limit), isPartial: isPartial || isCut }
}

/**
 * Finds spans that answer the question, one for each trace (the longest met), newest blocks first. Of a block that holds
 * more than a question may cost, the first items answer.
 */
export async function searchTraces(store: SignalStore, question: TraceQuestion): Promise<Answer<StoredSpan>> {
  const { service, route, minDuration = 0n, from = 0n, to, limit } = question
  const found = new Map<string, StoredSpan>()
  let isCut = false
  const { isPartial } = await scanBlocks(store, {
    test: (meta) =>
      meta.maxDuration >= minDuration &&
      overlaps(meta, question) &&
      (service === undefined || mayBeOf(meta, service)),
    take: (bytes) => {
      let decoded = 0
      walkItems(bytes, (item, place) => {
        const head = headOf(item, spanTags)
        if (head.start < from || (to !== undefined && head.start > to)) return false
        if (durationOf(head) < minDuration) return false
        const itsService = serviceOf(place.resource.attributes)
        if (service !== undefined && itsService !== service) return false
        const traceId = head.traceId.toString('hex')
        const known = found.get(traceId)
        if (known !== undefined && durationOf(known.span) >= durationOf(head)) return false
        const isTooMany = known === undefined && found.size >= maxTraces
        isCut ||= isTooMany || decoded >= maxDecodedItems
        if (isTooMany || decoded >= maxDecodedItems) return decoded >= maxDecodedItems
        decoded++
        const span = decodeSpan(item)
        if (route === undefined || isOfRoute(span, route))
          found.set(traceId, { service: itsService, span, place })
        return false
      })
      return found.size >= Math.min(limit, maxTraces)
    },
  })
  const spans = [...found.values()].sort((one, other) => compare(other.span.start, one.span.start))
  return { found: spans.slice(0, limit), isPartial: isPartial || isCut }
}

function isOfRoute(span: Span, route: string): boolean {
  return textAttribute(span.attributes, 'http.route') === route || span.name === route
}

/** Finds log records that answer the question, newest first. */
export async function findLogs(store: SignalStore, question: LogQuestion): Promise<Answer<StoredLog>> {
  const { traceId, service, from = 0n, to, limit } = question
  const trace = traceId === undefined ? undefined : fingerprint(traceId)
  const id = traceId === undefined ? undefined : Buffer.from(traceId, 'hex')
  const found: StoredLog[] = []
  const { isPartial } = await scanBlocks(store, {
    test: (meta) =>
      (trace === undefined || mayHold(meta, trace)) &&
      (service === undefined || mayBeOf(meta, service)) &&
      overlaps(meta, question),
    take: (bytes) => {
      let kept: TimedItem[] = []
      walkItems(bytes, (item, place) => {
        const head = headOf(item, logTags)
        if (id !== undefined && !head.traceId.equals(id)) return false
        const time = head.start === 0n ? head.end : head.start
        if (time < from || (to !== undefined && time > to)) return false
        const itsService = serviceOf(place.resource.attributes)
        if (service !== undefined && itsService !== service) return false
        kept.push({ service: itsService, time, item })
        if (kept.length >= 2 * limit) kept = newestOf(kept, limit)
        return false
      })
      for (const { service: its, item } of newestOf(kept, limit))
        found.push({ service: its, record: decodeLogRecord(item) })
      return found.length >= limit
    },
  })
  found.sort((one, other) => compare(timeOf(other.record), timeOf(one.record)))
  return { found: found.slice(0, limit), isPartial }
}

/** A record of a block, not decoded. */
interface TimedItem {
  readonly service: string
  readonly time: bigint
  readonly item: Buffer
}

function newestOf(items: TimedItem[], limit: number): TimedItem[] {
  return items.sort((one, other) => compare(other.time, one.time)).slice(0, limit)
}

function compare(one: bigint, other: bigint): number {
  return one < other ? -1 : one > other ? 1 : 0
}
