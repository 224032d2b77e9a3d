/** Answers questions about stored spans and logs, reading as few blocks as the indexes allow. */
import { textAttribute, type LogRecord, type Span } from '../process/model.ts'
import { durationOf, fingerprint, serviceOf, timeOf } from '../process/summary.ts'
import { decodeLogRecord } from '../wire/logs.ts'
import { decodeSpan } from '../wire/traces.ts'
import { mayBeOf, mayHold, type BlockMeta } from './block.ts'
import { scanBlocks } from './scan.ts'
import type { SignalStore } from './signal-store.ts'
import { headOf, logTags, spanTags, walkItems, type Place } from './walk.ts'

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
        if (found.length > limit || !headOf(item, spanTags).traceId.equals(id)) return
        found.push({ service: serviceOf(place.resource.attributes), span: decodeSpan(item), place })
      })
      return found.length > limit
    },
  })
  const isCut = found.length > limit
  found.sort((one, other) => compare(one.span.start, other.span.start))
  return { found: found.slice(0, limit), isPartial: isPartial || isCut }
}

/** Finds spans that answer the question, one for each trace (the longest met), newest blocks first. */
export async function searchTraces(store: SignalStore, question: TraceQuestion): Promise<Answer<StoredSpan>> {
  const { service, route, minDuration = 0n, from = 0n, to, limit } = question
  const found = new Map<string, StoredSpan>()
  const { isPartial } = await scanBlocks(store, {
    test: (meta) =>
      meta.maxDuration >= minDuration &&
      overlaps(meta, question) &&
      (service === undefined || mayBeOf(meta, service)),
    take: (bytes) => {
      walkItems(bytes, (item, place) => {
        const { start, end } = headOf(item, spanTags)
        if (start < from || (to !== undefined && start > to)) return
        if (durationOf({ start, end }) < minDuration) return
        const itsService = serviceOf(place.resource.attributes)
        if (service !== undefined && itsService !== service) return
        const span = decodeSpan(item)
        if (route !== undefined && !isOfRoute(span, route)) return
        const known = found.get(span.traceId)
        if (known === undefined || durationOf(known.span) < durationOf(span))
          found.set(span.traceId, { service: itsService, span, place })
      })
      return found.size >= limit
    },
  })
  const spans = [...found.values()].sort((one, other) => compare(other.span.start, one.span.start))
  return { found: spans.slice(0, limit), isPartial }
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
      walkItems(bytes, (item, place) => {
        const head = headOf(item, logTags)
        if (id !== undefined && !head.traceId.equals(id)) return
        const time = head.start === 0n ? head.end : head.start
        if (time < from || (to !== undefined && time > to)) return
        const itsService = serviceOf(place.resource.attributes)
        if (service !== undefined && itsService !== service) return
        found.push({ service: itsService, record: decodeLogRecord(item) })
      })
      return found.length >= limit
    },
  })
  found.sort((one, other) => compare(timeOf(other.record), timeOf(one.record)))
  return { found: found.slice(0, limit), isPartial }
}

function compare(one: bigint, other: bigint): number {
  return one < other ? -1 : one > other ? 1 : 0
}
