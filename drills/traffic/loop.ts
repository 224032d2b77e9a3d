/** Does something again and again until it is told to stop; what goes wrong meanwhile is what a drill looks at. */
import { setTimeout as delay } from 'node:timers/promises'

export interface Loops {
  /** Resolves when every loop has ended. */
  readonly stop: () => Promise<void>
}

export interface LoopOptions {
  /** One turn of each loop; a rejection ends the turn and not the loop. */
  readonly turns: readonly (() => Promise<unknown>)[]
  /** Pause between two turns of a loop, in milliseconds. */
  readonly pauseMillis: number
}

/** Starts one loop for each turn. */
export function startLoops({ turns, pauseMillis }: LoopOptions): Loops {
  const stopping = new AbortController()
  const { signal } = stopping
  const loop = async (turn: () => Promise<unknown>) => {
    while (!signal.aborted) {
      // A refused or lost request is part of the fault; whether it is the right one, the alerts tell.
      await turn().catch(() => undefined)
      await delay(pauseMillis, undefined, { signal }).catch(() => undefined)
    }
  }
  const running = turns.map(loop)
  return {
    stop: async () => {
      stopping.abort()
      await Promise.all(running)
    },
  }
}

/** Loops that do nothing. */
export const noLoops: Loops = { stop: async () => undefined }
