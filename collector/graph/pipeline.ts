/** One pipeline: what its processors make of a load, and what they hold back for later. */
import { CollectorError } from '../errors.ts'
import type { Batch } from '../process/model.ts'
import type { Dispatch } from './dispatch.ts'
import { countOf, Load, type ItemOf, type LoadSignal } from './load.ts'
import type { Outlet } from './outlet.ts'
import type { Tally } from './tally.ts'

/** A processor that answers at once; the batch is its own, to be changed. */
export interface Step<S extends LoadSignal> {
  readonly kind: 'step'
  readonly run: (batch: Batch<ItemOf[S]>) => Batch<ItemOf[S]>
  /** Name under which items are counted that it leaves out; absent where it leaves out none. */
  readonly thins?: Parameters<Tally['onThinned']>[2]
}

/** A processor that holds back what it is given. */
export interface Hold<S extends LoadSignal> {
  readonly kind: 'hold'
  /** Told where what it lets go continues; answers how it is given a batch of its own. */
  readonly join: (
    next: (batch: Batch<ItemOf[S]>, dispatch: Dispatch) => void,
  ) => (batch: Batch<ItemOf[S]>) => void
}

export type Stage<S extends LoadSignal> = Step<S> | Hold<S>

type Flow<S extends LoadSignal> = (batch: Batch<ItemOf[S]>, dispatch: Dispatch) => void

export interface PipelineParts<S extends LoadSignal> {
  readonly signal: S
  readonly stages: readonly Stage<S>[]
  readonly end: Outlet<S>
  readonly tally: Tally
}

/** Builds a pipeline. One without stages passes on the load itself; others decode it once and make a new one. */
export function buildPipeline<S extends LoadSignal>({
  signal,
  stages,
  end,
  tally,
}: PipelineParts<S>): Outlet<S> {
  if (stages.length === 0) return end
  const last: Flow<S> = (batch, dispatch) => {
    const load = Load.ofBatch(signal, batch)
    if (load.items > 0) end.route(load, dispatch)
  }
  const first = stages.reduceRight<Flow<S>>(
    (next, stage) =>
      stage.kind === 'step'
        ? stepFlow({ signal, step: stage, next, tally })
        : holdFlow({ signal, hold: stage, next }),
    last,
  )
  return { route: (load, dispatch) => first(load.copy(), dispatch) }
}

interface StepParts<S extends LoadSignal> {
  readonly signal: S
  readonly step: Step<S>
  readonly next: Flow<S>
  readonly tally: Tally
}

function stepFlow<S extends LoadSignal>({ signal, step, next, tally }: StepParts<S>): Flow<S> {
  const { run, thins } = step
  return (batch, dispatch) => {
    const before = countOf(signal, batch)
    let changed: Batch<ItemOf[S]>
    try {
      changed = run(batch)
    } catch (error) {
      // With `error_mode: propagate` a statement that fails drops the payload, for this pipeline.
      if (!(error instanceof CollectorError)) throw error
      tally.onLost(signal, before, 'statement_failed')
      return
    }
    const after = countOf(signal, changed)
    if (thins !== undefined && after < before) tally.onThinned(signal, before - after, thins)
    if (after > 0) next(changed, dispatch)
  }
}

interface HoldParts<S extends LoadSignal> {
  readonly signal: S
  readonly hold: Hold<S>
  readonly next: Flow<S>
}

function holdFlow<S extends LoadSignal>({ signal, hold, next }: HoldParts<S>): Flow<S> {
  const add = hold.join(next)
  // When the load is safe: what is held is in memory alone.
  return (batch, dispatch) => dispatch.after(signal, countOf(signal, batch), () => add(batch))
}
