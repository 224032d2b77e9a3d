/** What the store's index keeps of a batch: enough to leave out the blocks that cannot hold an answer. */
import { textAttribute, type Batch, type LogRecord, type Span } from './model.ts'

export interface Summary {
  items: number
  /** Nanoseconds since 1970 of the earliest and latest item. */
  minTime: bigint
  maxTime: bigint
  /** Longest span in nanoseconds; 0 for logs. */
  maxDuration: bigint
  readonly services: Set<string>
  /** Fingerprints of the trace ids. */
  readonly traces: Set<number>
}

const latest = 0xffff_ffff_ffff_ffffn

export function emptySummary(): Summary {
  return { items: 0, minTime: latest, maxTime: 0n, maxDuration: 0n, services: new Set(), traces: new Set() }
}

/** Shortens a trace id to its last 52 bits, a whole number a double holds; the random part is at the end. */
export function fingerprint(traceId: string): number {
  return Number.parseInt(traceId.slice(-13), 16)
}

export function summarizeSpans(batch: Batch<Span>): Summary {
  const summary = emptySummary()
  for (const { resource, scopes } of batch) {
    summary.services.add(serviceOf(resource.attributes))
    for (const { items } of scopes) {
      for (const span of items) addSpan(summary, span)
    }
  }
  return summary
}

export function summarizeLogs(batch: Batch<LogRecord>): Summary {
  const summary = emptySummary()
  for (const { resource, scopes } of batch) {
    summary.services.add(serviceOf(resource.attributes))
    for (const { items } of scopes) {
      for (const record of items) addRecord(summary, record)
    }
  }
  return summary
}

function addSpan(summary: Summary, span: Span): void {
  addTime(summary, span.start)
  const duration = durationOf(span)
  if (duration > summary.maxDuration) summary.maxDuration = duration
  if (span.traceId !== '') summary.traces.add(fingerprint(span.traceId))
}

function addRecord(summary: Summary, record: LogRecord): void {
  addTime(summary, timeOf(record))
  if (record.traceId !== '') summary.traces.add(fingerprint(record.traceId))
}

/** Joins summaries of requests that go into one block. */
export function joinSummaries(summaries: readonly Summary[]): Summary {
  const joined = emptySummary()
  for (const summary of summaries) addSummary(joined, summary)
  return joined
}

/** Adds a summary to another. */
export function addSummary(joined: Summary, summary: Summary): void {
  joined.items += summary.items
  if (summary.minTime < joined.minTime) joined.minTime = summary.minTime
  if (summary.maxTime > joined.maxTime) joined.maxTime = summary.maxTime
  if (summary.maxDuration > joined.maxDuration) joined.maxDuration = summary.maxDuration
  for (const service of summary.services) joined.services.add(service)
  for (const trace of summary.traces) joined.traces.add(trace)
}

/** Names the service of a resource; empty where it does not say. */
export function serviceOf(attributes: Parameters<typeof textAttribute>[0]): string {
  return textAttribute(attributes, 'service.name') ?? ''
}

/** Length of a span in nanoseconds; one that ends before it starts has none. */
export function durationOf({ start, end }: Pick<Span, 'start' | 'end'>): bigint {
  return end > start ? end - start : 0n
}

/** When a record happened, else when it was seen. */
export function timeOf(record: LogRecord): bigint {
  return record.time === 0n ? record.observedTime : record.time
}

function addTime(summary: Summary, time: bigint): void {
  summary.items++
  if (time < summary.minTime) summary.minTime = time
  if (time > summary.maxTime) summary.maxTime = time
}
