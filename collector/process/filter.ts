/** The `filter` processor: drops what a condition holds for, from resources down to events and data points. */
import { compileStatements } from '../ottl/compile.ts'
import type { ContextName, Item } from '../ottl/item.ts'
import { pointsOf, type Metric } from './metric-model.ts'
import type { Batch, LogRecord, Span } from './model.ts'
import type { Processor } from './processor.ts'
import {
  anyHolds,
  resourceItem,
  scopeItem,
  signalContexts,
  type ErrorMode,
  type StatementGroup,
  type StatementOptions,
} from './statements.ts'

export interface FilterSettings {
  /** Default `propagate`: an error drops the whole batch. */
  readonly errorMode: ErrorMode
  /** Conditions by context; of all groups of a context any condition drops. */
  readonly traces?: readonly StatementGroup[]
  readonly logs?: readonly StatementGroup[]
  readonly metrics?: readonly StatementGroup[]
}

type Drops = (context: ContextName, item: Item) => boolean

/**
 * Creates the processor. A span stays when all its events are dropped; a metric goes with its last data point.
 *
 * @throws StatementError
 */
export function createFilter(settings: FilterSettings, options: StatementOptions): Processor {
  const { traces, logs, metrics } = settings
  const dropsOf = (groups: readonly StatementGroup[], known: readonly ContextName[]) =>
    createDrops(groups, known, { ...options, errorMode: settings.errorMode })
  return {
    ...(traces === undefined
      ? {}
      : { traces: filterTraces(dropsOf(traces, signalContexts.traces), options) }),
    ...(logs === undefined ? {} : { logs: filterLogs(dropsOf(logs, signalContexts.logs), options) }),
    ...(metrics === undefined
      ? {}
      : { metrics: filterMetrics(dropsOf(metrics, signalContexts.metrics), options) }),
  }
}

function createDrops(
  groups: readonly StatementGroup[],
  known: readonly ContextName[],
  options: StatementOptions & { readonly errorMode: ErrorMode },
): Drops {
  const tests = new Map<ContextName, ((item: Item) => boolean)[]>()
  for (const { context, conditions = [], errorMode = options.errorMode } of groups) {
    const compiled = compileStatements({ context, conditions }, known)
    const ofContext = tests.get(compiled.context) ?? []
    ofContext.push(anyHolds(compiled, errorMode, options))
    tests.set(compiled.context, ofContext)
  }
  return (context, item) => tests.get(context)?.some((test) => test(item)) === true
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
      if (drops('scope', item)) return false
      scope.items = scope.items.filter((held) => keeps(item, held))
      return scope.items.length > 0
    })
    return resource.scopes.length > 0
  })
}
