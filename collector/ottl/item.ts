/** What a statement is carried out on, and which parts of it each context sees. */
import type { Metric, MetricPoint } from '../process/metric-model.ts'
import type { Attribute, LogRecord, ResourceItems, ScopeItems, Span, SpanEvent } from '../process/model.ts'

/** One thing of a batch with all that it is part of. */
export interface Item {
  readonly resource: Omit<ResourceItems<unknown>, 'scopes'>
  readonly scope?: Omit<ScopeItems<unknown>, 'items'>
  readonly span?: Span
  readonly event?: SpanEvent
  /** Place of the event in its span. */
  readonly eventIndex?: number
  readonly log?: LogRecord
  readonly metric?: Metric
  readonly point?: MetricPoint
  /** What statements keep for the statements after them. */
  readonly cache: Attribute[]
  /** Nanoseconds since 1970. */
  readonly now: () => bigint
}

export type ContextName = 'resource' | 'scope' | 'span' | 'spanevent' | 'log' | 'metric' | 'datapoint'

/** By context: the prefixes that its paths may have, its own first. */
export const visibleContexts: Readonly<Record<ContextName, readonly ContextName[]>> = {
  resource: ['resource'],
  scope: ['scope', 'resource'],
  span: ['span', 'scope', 'resource'],
  spanevent: ['spanevent', 'span', 'scope', 'resource'],
  log: ['log', 'scope', 'resource'],
  metric: ['metric', 'scope', 'resource'],
  datapoint: ['datapoint', 'metric', 'scope', 'resource'],
}

/** Reads the name of a context; `instrumentation_scope` is the old name of `scope`. */
export function contextOf(name: string): ContextName | undefined {
  if (name === 'instrumentation_scope') return 'scope'
  // Proven by hasOwn: the keys of the record are the names.
  return Object.hasOwn(visibleContexts, name) ? (name as ContextName) : undefined
}
