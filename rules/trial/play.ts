/** Turns levels over time into samples in promtool's notation. */
import type { Level, Signal } from './trial.ts'

/** Seconds between two samples of a trial: as often as Prometheus scrapes. */
export const stepSeconds = 10

export interface Phase {
  readonly level: Level
  /** How many samples it lasts. */
  readonly samples: number
}

/** Writes the samples of a signal; a counter goes on from where the phase before left it. */
export function play(signal: Signal, phases: readonly Phase[]): string {
  let total = 0
  return phases
    .filter(({ samples }) => samples > 0)
    .map(({ level, samples }) => {
      const amount = level === 'absent' ? undefined : signal[level]
      if (amount === undefined) return run('_', samples)
      if (signal.kind === 'gauge') return `${amount}+0x${samples - 1}`
      if (signal.kind === 'pulse') {
        total += amount
        return `${total}+0x${samples - 1}`
      }
      const first = total + amount
      total += amount * samples
      return `${first}+${amount}x${samples - 1}`
    })
    .join(' ')
}

/** Writes the same value so many times. */
export function run(text: string, samples: number): string {
  return text === '_' ? `_x${samples}` : `${text}+0x${samples - 1}`
}
