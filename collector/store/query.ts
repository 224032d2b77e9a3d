/** Answers questions about stored spans and logs, reading as few blocks as the indexes allow. */
import { textAttribute, type LogRecord, type Span } from '../process/model.ts'
import { durationOf, fingerprint, serviceOf, timeOf } from '../process/summary.ts'
import { decodeLogs } from '../wire/logs.ts'
import { decodeTraces } from '../wire/traces.ts'
import { mayHold } from './block.ts'
import type { SignalStore } from './signal-store.ts'

/** Most blocks one search may read; a question that few items answer ends there. */
const maxBlocksRead = 512

export interface StoredSpan {
  readonly service: string
  readonly span: Span
}

export interface StoredLog {
  readonly service: string
  readonly record: LogRecord
}

export interface LogQuestion {
  readonly traceId?: string
  readonly service?: string
  /** Nanoseconds since 1970, inclusive. */
  readonly from?: bigint
  readonly to?: bigint
  readonly limit: number
}

export interface TraceQuestion {
  readonly service?: string
  readonly route?: string
  readonly minDuration?: bigint
  readonly from?: bigint
  readonly to?: bigint
  readonly limit: number
}

/** Finds the spans of a trace, earliest first, at most `limit`. */
export async function findTrace(store: SignalStore, traceId: string, limit: number): Promise<StoredSpan[]> {
  const trace = fingerprint(traceId)
  const found: StoredSpan[] = []
  for (const block of store.blocks((meta) => mayHold(meta, trace))) {
    const bytes = await store.read(block)
    if (bytes === undefined) continue
    for (const stored of spansOf(bytes)) if (stored.span.traceId === traceId) found.push(stored)
    if (found.length >= limit) break
  }
  return found.sort((one, other) => compare(one.span.start, other.span.start)).slice(0, limit)
}

/** Finds spans that answer the question, one for each trace (the longest met), newest blocks first. */
export async function searchTraces(store: SignalStore, question: TraceQuestion): Promise<StoredSpan[]> {
  const { service, route, minDuration = 0n, from = 0n, to, limit } = question
  const found = new Map<string, StoredSpan>()
  let read = 0
  const blocks = store.blocks(
    (meta) =>
      meta.maxDuration >= minDuration &&
      meta.maxTime >= from &&
      (to === undefined || meta.minTime <= to) &&
      (service === undefined || meta.services.includes(service)),
  )
  for (const block of blocks) {
    const bytes = await store.read(block)
    for (const stored of bytes === undefined ? [] : spansOf(bytes)) {
      const { span } = stored
      if (service !== undefined && stored.service !== service) continue
      if (
        route !== undefined &&
        textAttribute(span.attributes, 'http.route') !== route &&
        span.name !== route
      )
        continue
      if (durationOf(span) < minDuration || span.start < from || (to !== undefined && span.start > to))
        continue
      const known = found.get(span.traceId)
      if (known === undefined || durationOf(known.span) < durationOf(span)) found.set(span.traceId, stored)
    }
    if (found.size >= limit || ++read >= maxBlocksRead) break
  }
  return [...found.values()].sort((one, other) => compare(other.span.start, one.span.start)).slice(0, limit)
}

/** Finds log records that answer the question, newest first. */
export async function findLogs(store: SignalStore, question: LogQuestion): Promise<StoredLog[]> {
  const { traceId, service, from = 0n, to, limit } = question
  const trace = traceId === undefined ? undefined : fingerprint(traceId)
  const found: StoredLog[] = []
  let read = 0
  const blocks = store.blocks(
    (meta) =>
      (trace === undefined || mayHold(meta, trace)) &&
      (service === undefined || meta.services.includes(service)) &&
      meta.maxTime >= from &&
      (to === undefined || meta.minTime <= to),
  )
  for (const block of blocks) {
    const bytes = await store.read(block)
    for (const stored of bytes === undefined ? [] : logsOf(bytes)) {
      const { record } = stored
      if (traceId !== undefined && record.traceId !== traceId) continue
      if (service !== undefined && stored.service !== service) continue
      if (timeOf(record) < from || (to !== undefined && timeOf(record) > to)) continue
      found.push(stored)
    }
    if (found.length >= limit || ++read >= maxBlocksRead) break
  }
  return found.sort((one, other) => compare(timeOf(other.record), timeOf(one.record))).slice(0, limit)
}

function* spansOf(bytes: Uint8Array): Generator<StoredSpan> {
  for (const { resource, scopes } of decodeTraces(bytes)) {
    const service = serviceOf(resource.attributes)
    for (const { items } of scopes) for (const span of items) yield { service, span }
  }
}

function* logsOf(bytes: Uint8Array): Generator<StoredLog> {
  for (const { resource, scopes } of decodeLogs(bytes)) {
    const service = serviceOf(resource.attributes)
    for (const { items } of scopes) for (const record of items) yield { service, record }
  }
}

function compare(one: bigint, other: bigint): number {
  return one < other ? -1 : one > other ? 1 : 0
}
