/** What the steps of a pipeline have in common. */
import type { Metric } from './metric-model.ts'
import type { Batch, LogRecord, ResourceItems, Span } from './model.ts'

/** One step of a pipeline. A missing signal passes unchanged. What it is given is its own: it may change it in place. */
export interface Processor {
  readonly traces?: (batch: Batch<Span>) => Batch<Span>
  readonly logs?: (batch: Batch<LogRecord>) => Batch<LogRecord>
  readonly metrics?: (batch: Batch<Metric>) => Batch<Metric>
}

/** One that keeps something and lets it go later: told the time, never asks for it. */
export interface Holding<T> {
  readonly add: (batch: Batch<T>, nowMillis: number) => void
  /** What is due by now. */
  readonly release: (nowMillis: number) => Batch<T>
  /** All that is left, at the end. */
  readonly drain: () => Batch<T>
}

/** What ends one pipeline and begins another, of metrics. What it is given is not its own: it changes nothing. */
export interface Connector {
  readonly traces?: (batch: Batch<Span>) => Batch<Metric>
  readonly logs?: (batch: Batch<LogRecord>) => Batch<Metric>
  readonly metrics?: (batch: Batch<Metric>) => Batch<Metric>
}

/** Keeps the items that pass, and of scopes and resources those that have one left. */
export function keepItems<T>(
  batch: Batch<T>,
  keeps: (item: T, resource: ResourceItems<T>) => boolean,
): Batch<T> {
  const kept: Batch<T> = []
  for (const resource of batch) {
    for (const scope of resource.scopes) scope.items = scope.items.filter((item) => keeps(item, resource))
    resource.scopes = resource.scopes.filter(({ items }) => items.length > 0)
    if (resource.scopes.length > 0) kept.push(resource)
  }
  return kept
}
