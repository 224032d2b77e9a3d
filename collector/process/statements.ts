/** How processors carry statements out: on which items, and what becomes of an error. */
import { CollectorError } from '../errors.ts'
import type { CompiledStatements } from '../ottl/compile.ts'
import type { ContextName, Item } from '../ottl/item.ts'
import { pointsOf, type Metric } from './metric-model.ts'
import type { Batch, LogRecord, Span } from './model.ts'

/** `propagate` gives up the whole batch, the others go on with the next statement; only `ignore` tells. */
export type ErrorMode = 'propagate' | 'ignore' | 'silent'

export interface StatementOptions {
  /** Nanoseconds since 1970. */
  readonly now: () => bigint
  /** Told of each error that `ignore` passed over. */
  readonly onIgnored?: (error: CollectorError) => void
}

/** A group of statements or conditions as the configuration has it. */
export interface StatementGroup {
  readonly context?: ContextName
  readonly conditions?: readonly string[]
  readonly statements?: readonly string[]
  readonly errorMode?: ErrorMode
}

/** By signal: the contexts that its statements may have, the one of its items first. */
export const signalContexts = {
  traces: ['span', 'spanevent', 'scope', 'resource'],
  logs: ['log', 'scope', 'resource'],
  metrics: ['metric', 'datapoint', 'scope', 'resource'],
} as const satisfies Readonly<Record<string, readonly ContextName[]>>

/**
 * Carries something out on one item; after an error that is passed over, gives what was agreed.
 *
 * @throws CollectorError OTTL_FAILED with `propagate`
 */
export function attempt<T>(
  run: () => T,
  otherwise: T,
  { mode, onIgnored }: { readonly mode: ErrorMode } & Pick<StatementOptions, 'onIgnored'>,
): T {
  try {
    return run()
  } catch (error) {
    // Anything else is a fault of this program, which no configuration may hide.
    if (!(error instanceof CollectorError) || mode === 'propagate') throw error
    if (mode === 'ignore') onIgnored?.(error)
    return otherwise
  }
}

/** Builds the test whether any condition holds; one that fails does not. */
export function anyHolds(
  { conditions }: Pick<CompiledStatements, 'conditions'>,
  mode: ErrorMode,
  { onIgnored }: Pick<StatementOptions, 'onIgnored'>,
): (item: Item) => boolean {
  const how = onIgnored === undefined ? { mode } : { mode, onIgnored }
  return (item) => conditions.some((condition) => attempt(() => condition(item), false, how))
}

type Base = Pick<Item, 'now'>
type Visit = (item: Item) => void

/** Makes the item that conditions on a resource see. */
export function resourceItem(resource: Item['resource'], { now }: Base): Item {
  return { resource, cache: [], now }
}

/** Makes the item that conditions on a scope see, and what is in it too. */
export function scopeItem(
  resource: Item['resource'],
  scope: NonNullable<Item['scope']>,
  { now }: Base,
): Item {
  return { resource, scope, cache: [], now }
}

/** Visits what a context means in traces. */
export function visitTraces(batch: Batch<Span>, context: ContextName, base: Base, visit: Visit): void {
  for (const { item, items } of scopesOf(batch, context, base, visit)) {
    for (const span of items) {
      const ofSpan = { ...item, span }
      if (context === 'span') visit({ ...ofSpan, cache: [] })
      else span.events.forEach((event, eventIndex) => visit({ ...ofSpan, event, eventIndex, cache: [] }))
    }
  }
}

/** Visits what a context means in logs. */
export function visitLogs(batch: Batch<LogRecord>, context: ContextName, base: Base, visit: Visit): void {
  for (const { item, items } of scopesOf(batch, context, base, visit)) {
    for (const log of items) visit({ ...item, log, cache: [] })
  }
}

/** Visits what a context means in metrics. */
export function visitMetrics(batch: Batch<Metric>, context: ContextName, base: Base, visit: Visit): void {
  for (const { item, items } of scopesOf(batch, context, base, visit)) {
    for (const metric of items) {
      const ofMetric = { ...item, metric }
      if (context === 'metric') visit({ ...ofMetric, cache: [] })
      else pointsOf(metric).forEach((point) => visit({ ...ofMetric, point, cache: [] }))
    }
  }
}

/** Visits resources and scopes if they are what is meant, and lists the scopes if their items are. */
function* scopesOf<T>(
  batch: Batch<T>,
  context: ContextName,
  base: Base,
  visit: Visit,
): Iterable<{ readonly item: Item; readonly items: readonly T[] }> {
  for (const resource of batch) {
    if (context === 'resource') {
      visit(resourceItem(resource, base))
      continue
    }
    for (const scope of resource.scopes) {
      const item = scopeItem(resource, scope, base)
      if (context === 'scope') visit(item)
      else yield { item, items: scope.items }
    }
  }
}
