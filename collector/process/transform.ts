/** The `transform` processor: carries statements out on what their context means, group by group. */
import { compileStatements } from '../ottl/compile.ts'
import type { ContextName, Item } from '../ottl/item.ts'
import type { Batch } from './model.ts'
import type { Processor } from './processor.ts'
import {
  anyHolds,
  attempt,
  signalContexts,
  visitLogs,
  visitMetrics,
  visitTraces,
  type ErrorMode,
  type StatementGroup,
  type StatementOptions,
} from './statements.ts'

export interface TransformSettings {
  /** Default `propagate`; a group may say otherwise for itself. */
  readonly errorMode: ErrorMode
  /** Each group sees what the groups before it have changed. */
  readonly traceStatements: readonly StatementGroup[]
  readonly logStatements: readonly StatementGroup[]
  readonly metricStatements: readonly StatementGroup[]
}

type VisitBatch<T> = (
  batch: Batch<T>,
  context: ContextName,
  base: Pick<Item, 'now'>,
  visit: (item: Item) => void,
) => void

interface CompiledGroup {
  readonly context: ContextName
  readonly run: (item: Item) => void
}

/**
 * Creates the processor.
 *
 * @throws StatementError
 */
export function createTransform(settings: TransformSettings, options: StatementOptions): Processor {
  const change = <T>(
    groups: readonly StatementGroup[],
    known: readonly ContextName[],
    visitBatch: VisitBatch<T>,
  ) => {
    const compiled = groups.map((group) =>
      compileGroup(group, known, { ...options, errorMode: settings.errorMode }),
    )
    return (batch: Batch<T>): Batch<T> => {
      for (const { context, run } of compiled) visitBatch(batch, context, options, run)
      return batch
    }
  }
  return {
    traces: change(settings.traceStatements, signalContexts.traces, visitTraces),
    logs: change(settings.logStatements, signalContexts.logs, visitLogs),
    metrics: change(settings.metricStatements, signalContexts.metrics, visitMetrics),
  }
}

function compileGroup(
  group: StatementGroup,
  known: readonly ContextName[],
  options: StatementOptions & { readonly errorMode: ErrorMode },
): CompiledGroup {
  const { errorMode: mode = options.errorMode, conditions = [] } = group
  const { onIgnored } = options
  const compiled = compileStatements(group, known)
  const isMeant = conditions.length === 0 ? () => true : anyHolds(compiled, mode, options)
  const how = onIgnored === undefined ? { mode } : { mode, onIgnored }
  return {
    context: compiled.context,
    run: (item) => {
      if (!isMeant(item)) return
      for (const { where, run } of compiled.statements) {
        attempt(() => (where?.(item) === false ? undefined : run(item)), undefined, how)
      }
    },
  }
}
