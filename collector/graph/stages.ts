/** Builds the processors of pipelines from their settings. */
import type { PlannedOf } from '../config/plan.ts'
import { createAttributes } from '../process/attributes.ts'
import { createFilter } from '../process/filter.ts'
import { createProbabilisticSampler } from '../process/probabilistic-sampler.ts'
import type { Processor } from '../process/processor.ts'
import { createResource } from '../process/resource.ts'
import type { StatementOptions } from '../process/statements.ts'
import { createTailSampling, type TailSampling } from '../process/tail-sampling.ts'
import { createTransform } from '../process/transform.ts'
import type { Flows } from './flows.ts'
import { countOf, type LoadSignal } from './load.ts'
import type { Hold, Stage, Step } from './pipeline.ts'
import type { Tally } from './tally.ts'

/** What lets go of something as time passes. */
export interface Timed {
  readonly release: (nowMillis: number) => void
  /** Lets go of all that is left. */
  readonly drain: () => void
  /** Traces that are held undecided; absent where none are. */
  readonly held?: () => number
}

export interface StageParts {
  readonly tally: Tally
  readonly flows: Flows
  readonly nowMillis: () => number
  /** Takes what is to be asked again as time passes. */
  readonly timed: Timed[]
}

/** A processor in a pipeline of each signal; absent where it leaves the signal alone. */
export type Stages = { readonly [S in LoadSignal]?: Stage<S> }

/**
 * Builds a processor. Those that are done elsewhere have no stage: the memory limit, the fence, batches.
 *
 * @throws CollectorError PATTERN_UNSUPPORTED, OTTL_INVALID
 */
export function createStages(planned: PlannedOf<'processors'>, parts: StageParts): Stages {
  switch (planned.type) {
    case 'memory_limiter':
    case 'redaction':
    case 'batch':
      return {}
    case 'attributes':
      return stepsOf(createAttributes(planned.settings))
    case 'resource':
      return stepsOf(createResource(planned.settings))
    case 'filter':
      return stepsOf(createFilter(planned.settings, statementOptions(parts, 'filter')), 'filter')
    case 'transform':
      return stepsOf(createTransform(planned.settings, statementOptions(parts, 'transform')))
    case 'probabilistic_sampler':
      return stepsOf(createProbabilisticSampler(planned.settings), 'probabilistic_sampler')
    case 'tail_sampling': {
      const { tally } = parts
      const sampling = createTailSampling(planned.settings, {
        ...statementOptions(parts, 'tail_sampling'),
        onFailed: () => tally.onStatementError('tail_sampling'),
        onLeftOut: (spans) => tally.onThinned('traces', spans, 'tail_sampling'),
      })
      return { traces: holdOf(sampling, parts) }
    }
  }
}

/** The clock of statements, and who is told of those that fail. */
export function statementOptions(
  { nowMillis, tally }: Pick<StageParts, 'nowMillis' | 'tally'>,
  component: Parameters<Tally['onStatementError']>[0],
): StatementOptions {
  return {
    now: () => BigInt(nowMillis()) * 1_000_000n,
    onIgnored: () => tally.onStatementError(component),
  }
}

function stepsOf({ traces, logs, metrics }: Processor, thins?: Step<LoadSignal>['thins']): Stages {
  const shared = { kind: 'step' as const, ...(thins === undefined ? {} : { thins }) }
  return {
    ...(traces === undefined ? {} : { traces: { ...shared, run: traces } }),
    ...(logs === undefined ? {} : { logs: { ...shared, run: logs } }),
    ...(metrics === undefined ? {} : { metrics: { ...shared, run: metrics } }),
  }
}

function holdOf(sampling: TailSampling, { flows, nowMillis, timed }: StageParts): Hold<'traces'> {
  return {
    kind: 'hold',
    join: (next) => {
      const letGo = (batch: ReturnType<TailSampling['release']>) => {
        if (batch.length === 0) return
        flows.launch('traces', countOf('traces', batch), (dispatch) => next(batch, dispatch))
      }
      timed.push({
        release: (now) => letGo(sampling.release(now)),
        drain: () => letGo(sampling.drain()),
        held: sampling.held,
      })
      return (batch) => {
        const now = nowMillis()
        sampling.add(batch, now)
        letGo(sampling.release(now))
      }
    },
  }
}
