/** Decides when there is too much in memory to take more, as the `memory_limiter` processor does. */

export interface MemoryLimits {
  /** Hard limit in bytes: collect garbage at once. */
  readonly limitBytes: number
  /** Room kept below it; above limit − spike new data is refused with a retryable answer. */
  readonly spikeBytes: number
}

export type Pressure = 'none' | 'soft' | 'hard'

/** Judges the memory in use. */
export function pressureOf(usedBytes: number, { limitBytes, spikeBytes }: MemoryLimits): Pressure {
  if (usedBytes >= limitBytes) return 'hard'
  return usedBytes >= limitBytes - spikeBytes ? 'soft' : 'none'
}

/** Least pause between garbage collections under soft pressure, in milliseconds (upstream's default). */
const softPauseMillis = 10_000

/** Tells whether to collect garbage now. */
export function shouldCollect(pressure: Pressure, sinceLastMillis: number): boolean {
  return pressure === 'hard' || (pressure === 'soft' && sinceLastMillis >= softPauseMillis)
}
