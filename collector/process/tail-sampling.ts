/**
 * The `tail_sampling` processor: holds the spans of a trace for a while, then keeps all of them or none. What was
 * decided is remembered for spans that come late, as long as there is room.
 */
import { joinTraces, RememberedIds, splitByTrace, type HeldTrace } from './held-traces.ts'
import { countItems, type Batch, type Span } from './model.ts'
import type { Holding } from './processor.ts'
import type { StatementOptions } from './statements.ts'
import { createDecision, type Decision, type DecisionOptions, type Policy } from './tail-sampling-decision.ts'

export interface TailSamplingSettings {
  /** Milliseconds from the first span of a trace to its decision. */
  readonly decisionWait: number
  /** Most traces that are held; beyond, the oldest is decided early. */
  readonly numTraces: number
  /** How many decisions are remembered, if that is more than `numTraces`. */
  readonly decisionCache: { readonly sampledCacheSize: number; readonly nonSampledCacheSize: number }
  readonly sampleOnFirstMatch: boolean
  /** Drops what is undecided at the end, instead of deciding on what is there. */
  readonly dropPendingTracesOnShutdown: boolean
  readonly policies: readonly Policy[]
}

export interface TailSamplingOptions extends StatementOptions, Pick<DecisionOptions, 'onFailed'> {
  /** Told of each decision, and whether it came before its time for want of room. */
  readonly onDecided?: (decision: Decision, isEarly: boolean) => void
  /** Told how many spans of a trace are not kept. */
  readonly onLeftOut?: (spans: number) => void
}

export interface TailSampling extends Holding<Span> {
  /** How many traces are held undecided. */
  readonly held: () => number
}

/**
 * Creates the processor. Whoever adds calls `release` after it too: what is decided early or comes late waits there.
 *
 * @throws CollectorError PATTERN_UNSUPPORTED, OTTL_INVALID
 */
export function createTailSampling(
  settings: TailSamplingSettings,
  options: TailSamplingOptions,
): TailSampling {
  return new Sampler(settings, options)
}

class Sampler implements TailSampling {
  readonly #settings: TailSamplingSettings
  readonly #options: TailSamplingOptions
  readonly #decide: (trace: HeldTrace, nowMillis: number) => Decision
  /** In the order in which they came, which is the order in which they are due. */
  readonly #pending = new Map<string, HeldTrace>()
  /** Goes on where it stood, past those that are decided. */
  readonly #oldest = this.#pending.values()
  readonly #sampled: RememberedIds
  readonly #notSampled: RememberedIds
  #ready: Batch<Span> = []
  #nowMillis = 0

  constructor(settings: TailSamplingSettings, options: TailSamplingOptions) {
    this.#settings = settings
    this.#options = options
    const { numTraces, decisionCache, policies, sampleOnFirstMatch } = settings
    this.#decide = createDecision(policies, { ...options, sampleOnFirstMatch })
    this.#sampled = new RememberedIds(Math.max(numTraces, decisionCache.sampledCacheSize))
    this.#notSampled = new RememberedIds(Math.max(numTraces, decisionCache.nonSampledCacheSize))
  }

  readonly held = (): number => this.#pending.size

  readonly add = (batch: Batch<Span>, nowMillis: number): void => {
    this.#nowMillis = nowMillis
    for (const [id, part] of splitByTrace(batch)) this.#addPart(id, part)
  }

  readonly release = (nowMillis: number): Batch<Span> => {
    this.#nowMillis = nowMillis
    for (const trace of this.#pending.values()) {
      if (trace.sinceMillis + this.#settings.decisionWait > nowMillis) break
      this.#settle(trace, false)
    }
    return this.#takeReady()
  }

  readonly drain = (): Batch<Span> => {
    for (const trace of this.#pending.values()) {
      if (!this.#settings.dropPendingTracesOnShutdown) this.#settle(trace, true)
      else if (this.#pending.delete(trace.id)) this.#options.onLeftOut?.(trace.spanCount)
    }
    return this.#takeReady()
  }

  #addPart(id: string, part: Batch<Span>): void {
    const held = this.#pending.get(id)
    if (held !== undefined) {
      for (const group of part) held.batch.push(group)
      held.spanCount += countItems(part)
    } else if (this.#sampled.has(id)) this.#pass(part)
    else if (this.#notSampled.has(id)) this.#options.onLeftOut?.(countItems(part))
    else this.#hold(id, part)
  }

  #hold(id: string, batch: Batch<Span>): void {
    if (this.#pending.size >= Math.max(1, this.#settings.numTraces)) {
      const { value } = this.#oldest.next()
      if (value !== undefined) this.#settle(value, true)
    }
    this.#pending.set(id, { id, batch, sinceMillis: this.#nowMillis, spanCount: countItems(batch) })
  }

  #settle(trace: HeldTrace, isEarly: boolean): void {
    this.#pending.delete(trace.id)
    const decision = this.#decide(trace, this.#nowMillis)
    this.#options.onDecided?.(decision, isEarly)
    if (decision === 'sampled') {
      this.#sampled.add(trace.id)
      this.#pass(trace.batch)
    } else {
      this.#notSampled.add(trace.id)
      this.#options.onLeftOut?.(trace.spanCount)
    }
  }

  #pass(batch: Batch<Span>): void {
    for (const group of batch) this.#ready.push(group)
  }

  #takeReady(): Batch<Span> {
    const ready = this.#ready
    this.#ready = []
    return joinTraces(ready)
  }
}
