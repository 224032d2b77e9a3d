/** Runs one drill: takes its steps in order, looks until each is over, mends what it broke whatever happens. */
import { setTimeout as delay } from 'node:timers/promises'
import { maxFaultSeconds } from '../contracts/faults.ts'
import type { Incident } from '../contracts/incident.ts'
import { messageOf } from '../lib/errors.ts'
import type { Drill } from './catalogue.ts'
import { DrillError } from './errors.ts'
import { addressesOf } from './expect/incident.ts'
import { judge, type Observation, type StepName, type WatchedStep } from './expect/steps.ts'
import type { Injection } from './faults/fault.ts'
import type { Loops } from './traffic/loop.ts'

/** What a drill does to the house and sees of it. */
export interface Stage {
  /** Makes sure that the drill can be run, and starts its load. */
  readonly prepare: () => Promise<Loops>
  readonly injection: Injection
  readonly observe: () => Promise<Pick<Observation, 'alerts' | 'incidents'>>
  /** Follows a link of an event and answers its status. */
  readonly follow: (href: string) => Promise<number>
  readonly now: () => Date
  /** Milliseconds of a clock that never goes back. */
  readonly monotonicMillis: () => number
  /** Pause between two looks, in milliseconds. */
  readonly pauseMillis: number
}

export interface RunOptions {
  readonly drill: Drill
  readonly stage: Stage
  /** Longest time for the whole drill. */
  readonly limitSeconds: number
  /** Aborted when somebody wants it to end. */
  readonly signal: AbortSignal
  readonly onStep: (step: DoneStep) => void
}

export interface DoneStep {
  readonly name: StepName
  readonly seconds: number
  readonly seen: string
}

export interface Outcome {
  readonly startedAt: string
  readonly steps: readonly DoneStep[]
  readonly failure?: { readonly step: StepName; readonly seen: string }
  readonly incident?: Incident
  /** Status of every link followed, by address. */
  readonly links: ReadonlyMap<string, number>
}

/** A step that was not over in time, or saw what must not be. */
class StepFailure extends Error {}

/** Runs a drill; a failed one is an outcome and no error. */
export async function runDrill(options: RunOptions): Promise<Outcome> {
  const run = new Run(options)
  return run.run()
}

class Run {
  readonly #options: RunOptions
  readonly #steps: DoneStep[] = []
  readonly #links = new Map<string, number>()
  readonly #deadlineMillis: number
  #step: StepName = 'ready'
  #load: Loops | undefined
  #injectedAt: string | undefined
  #incident: Incident | undefined

  constructor(options: RunOptions) {
    this.#options = options
    this.#deadlineMillis = options.stage.monotonicMillis() + options.limitSeconds * 1_000
  }

  async run(): Promise<Outcome> {
    const startedAt = this.#options.stage.now().toISOString()
    const failure = await this.#takeSteps().then(
      () => undefined,
      (error: unknown) => ({ step: this.#step, seen: messageOf(error) }),
    )
    const left = await this.#mend()
    const failed = failure ?? (left === undefined ? undefined : { step: 'end' as const, seen: left })
    return {
      startedAt,
      steps: this.#steps,
      links: this.#links,
      ...(failed === undefined ? {} : { failure: failed }),
      ...(this.#incident === undefined ? {} : { incident: this.#incident }),
    }
  }

  async #takeSteps(): Promise<void> {
    const { stage, limitSeconds } = this.#options
    const { injection } = stage
    await this.#do('ready', async () => {
      this.#load = await stage.prepare()
      return 'the appliance runs on demo data and takes the traffic'
    })
    await this.#watch('baseline')
    await this.#do('inject', async () => {
      const begun = stage.now().toISOString()
      await injection.begin(Math.min(limitSeconds, maxFaultSeconds))
      this.#injectedAt = begun
      return this.#options.drill.breaks
    })
    await this.#watch('fires')
    await this.#watch('arrives')
    await this.#do('end', async () => {
      await injection.end()
      return 'the fault is over'
    })
    await this.#watch('clears')
    await this.#watch('resolves')
  }

  /** Ends fault and load, whatever became of the drill; answers what could not be ended. */
  async #mend(): Promise<string | undefined> {
    const ends = await Promise.allSettled([this.#options.stage.injection.end(), this.#load?.stop()])
    const failed = ends.find((end) => end.status === 'rejected')
    return failed === undefined ? undefined : `the fault may still be on: ${messageOf(failed.reason)}`
  }

  async #do(name: StepName, work: () => Promise<string>): Promise<void> {
    this.#step = name
    const began = this.#options.stage.monotonicMillis()
    this.#checkStop(name)
    this.#note(name, began, await work())
  }

  async #watch(name: WatchedStep): Promise<void> {
    this.#step = name
    const { stage, signal } = this.#options
    const began = stage.monotonicMillis()
    for (;;) {
      const seen = await this.#look(name)
      if (seen.isDone) {
        this.#note(name, began, seen.seen)
        return
      }
      this.#checkStop(seen.seen)
      await delay(stage.pauseMillis, undefined, { signal }).catch(() => undefined)
    }
  }

  /** Looks once; somebody who does not answer now may do so at the next look. */
  async #look(name: WatchedStep): Promise<{ readonly isDone: boolean; readonly seen: string }> {
    try {
      const observed = await this.#options.stage.observe()
      let verdict = judge(name, this.#options.drill, this.#seen(observed))
      if (verdict.incident !== undefined && name === 'arrives') {
        await this.#followLinks(verdict.incident)
        verdict = judge(name, this.#options.drill, this.#seen(observed))
      }
      this.#incident = verdict.incident ?? this.#incident
      if (verdict.status === 'failed') throw new StepFailure(verdict.seen)
      return { isDone: verdict.status === 'done', seen: verdict.seen }
    } catch (error) {
      if (!(error instanceof DrillError)) throw error
      return { isDone: false, seen: error.message }
    }
  }

  #seen(observed: Pick<Observation, 'alerts' | 'incidents'>): Observation {
    const at = this.#injectedAt
    return { ...observed, links: this.#links, ...(at === undefined ? {} : { injectedAt: at }) }
  }

  async #followLinks(incident: Incident): Promise<void> {
    for (const address of addressesOf(incident)) {
      if (!this.#links.has(address)) this.#links.set(address, await this.#options.stage.follow(address))
    }
  }

  #checkStop(seen: string): void {
    const { signal, limitSeconds, stage } = this.#options
    if (signal.aborted) throw new StepFailure(`interrupted; ${seen}`)
    if (stage.monotonicMillis() > this.#deadlineMillis) {
      throw new StepFailure(`not within the ${limitSeconds} s of the drill; ${seen}`)
    }
  }

  #note(name: StepName, beganMillis: number, seen: string): void {
    const seconds = Math.round(this.#options.stage.monotonicMillis() - beganMillis) / 1_000
    const step = { name, seconds, seen }
    this.#steps.push(step)
    this.#options.onStep(step)
  }
}
