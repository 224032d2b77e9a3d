/** The `filter` processor: drops what a condition holds for, from resources down to events and data points. */
import { compileStatements } from '../ottl/compile.ts'
import { contextOf, type ContextName, type Item } from '../ottl/item.ts'
import { pointsOf, type Metric } from './metric-model.ts'
import type { Batch, LogRecord, Span } from './model.ts'
import type { Processor } from './processor.ts'
import { anyHolds, resourceItem, scopeItem, type ErrorMode, type StatementOptions } from './statements.ts'

type Conditions = readonly string[]

export interface FilterSettings {
  /** Default `propagate`: an error drops the whole batch. */
  readonly errorMode: ErrorMode
  /** By context: conditions of which any drops. */
  readonly traces?: {
    readonly resource?: Conditions
    readonly span?: Conditions
    readonly spanevent?: Conditions
  }
  readonly metrics?: {
    readonly resource?: Conditions
    readonly metric?: Conditions
    readonly datapoint?: Conditions
  }
  readonly logs?: { readonly resource?: Conditions; readonly logRecord?: Conditions }
}

type Drops = (context: ContextName, item: Item) => boolean

/**
 * Creates the processor. A span stays when all its events are dropped; a metric goes with its last data point.
 *
 * @throws StatementError
 */
export function createFilter(
  { traces, logs, metrics, errorMode }: FilterSettings,
  options: StatementOptions,
): Processor {
  const dropsOf = (conditions: Readonly<Record<string, Conditions>>) =>
    createDrops(conditions, errorMode, options)
  return {
    ...(traces === undefined ? {} : { traces: filterTraces(dropsOf(traces), options) }),
    ...(logs === undefined ? {} : { logs: filterLogs(dropsOf(logs), options) }),
    ...(metrics === undefined ? {} : { metrics: filterMetrics(dropsOf(metrics), options) }),
  }
}

function createDrops(
  byContext: Readonly<Record<string, Conditions>>,
  mode: ErrorMode,
  options: StatementOptions,
): Drops {
  const tests = new Map<ContextName, (item: Item) => boolean>()
  for (const [name, conditions] of Object.entries(byContext)) {
    const context = name === 'logRecord' ? 'log' : contextOf(name)
    if (context === undefined) continue
    tests.set(context, anyHolds(compileStatements({ context, conditions }, [context]), mode, options))
  }
  return (context, item) => tests.get(context)?.(item) === true
}

function filterTraces(drops: Drops, { now }: StatementOptions): (batch: Batch<Span>) => Batch<Span> {
  return (batch) =>
    filterScopes(batch, { drops, now }, (item, span) => {
      if (drops('span', { ...item, span, cache: [] })) return false
      span.events = span.events.filter(
        (event, eventIndex) => !drops('spanevent', { ...item, span, event, eventIndex, cache: [] }),
      )
      return true
    })
}

function filterLogs(drops: Drops, { now }: StatementOptions): (batch: Batch<LogRecord>) => Batch<LogRecord> {
  return (batch) =>
    filterScopes(batch, { drops, now }, (item, log) => !drops('log', { ...item, log, cache: [] }))
}

function filterMetrics(drops: Drops, { now }: StatementOptions): (batch: Batch<Metric>) => Batch<Metric> {
  return (batch) =>
    filterScopes(batch, { drops, now }, (item, metric) => {
      if (drops('metric', { ...item, metric, cache: [] })) return false
      const before = pointsOf(metric).length
      keepPoints(metric, (point) => !drops('datapoint', { ...item, metric, point, cache: [] }))
      return before === 0 || pointsOf(metric).length > 0
    })
}

function keepPoints({ data }: Metric, keeps: (point: ReturnType<typeof pointsOf>[number]) => boolean): void {
  if (data === undefined) return
  switch (data.kind) {
    case 'gauge':
    case 'sum':
      data.points = data.points.filter(keeps)
      return
    case 'histogram':
      data.points = data.points.filter(keeps)
      return
    case 'exponential_histogram':
      data.points = data.points.filter(keeps)
      return
    case 'summary':
      data.points = data.points.filter(keeps)
  }
}

/** What is dropped above is not looked into; what loses all that it holds goes too. */
function filterScopes<T>(
  batch: Batch<T>,
  { drops, now }: { readonly drops: Drops } & StatementOptions,
  keeps: (item: Item, held: T) => boolean,
): Batch<T> {
  return batch.filter((resource) => {
    if (drops('resource', resourceItem(resource, { now }))) return false
    resource.scopes = resource.scopes.filter((scope) => {
      const item = scopeItem(resource, scope, { now })
      scope.items = scope.items.filter((held) => keeps(item, held))
      return scope.items.length > 0
    })
    return resource.scopes.length > 0
  })
}
