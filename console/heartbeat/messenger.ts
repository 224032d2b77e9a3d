/**
 * Brings one sink to know what is so, for as long as it takes. It owns nothing but its tries: what the sink was told
 * is kept by the keeper, on disk, before and after every event.
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { PagerEvent } from '../../contracts/pager-event.ts'
import type { Sink, Told } from './memory.ts'
import type { Wanted } from './page.ts'
import { pauseOf, type SendOutcome } from './send.ts'

export interface MessengerOptions {
  readonly sink: Sink
  readonly wanted: () => Wanted
  readonly told: () => Told
  /** Notes what the sink was told; resolves when that is on disk, or could not be. */
  readonly note: (told: Told) => Promise<void>
  readonly event: (wanted: Wanted) => PagerEvent
  readonly send: (event: PagerEvent) => Promise<SendOutcome>
  readonly random: () => number
  readonly onOutcome: (sink: Sink, outcome: SendOutcome, wanted: Wanted) => void
}

export interface Messenger {
  /** Says that `wanted` may have changed. */
  readonly wake: () => void
  /** Gives up what waits; a try under way has three seconds to end, and is told again after the next start. */
  readonly close: () => Promise<void>
}

const closeMillis = 3_000

/** Starts the loop of one sink. */
export function startMessenger(options: MessengerOptions): Messenger {
  const stop = new AbortController()
  let bell = Promise.withResolvers<void>()
  const wake = () => {
    bell.resolve()
    bell = Promise.withResolvers<void>()
  }
  const pause = async (millis: number) => {
    const rung = bell.promise
    const timer = new AbortController()
    await Promise.race([rung, delay(millis, undefined, { signal: timer.signal }).catch(() => undefined)])
    timer.abort()
  }
  const run = async () => {
    let tries = 0
    while (!stop.signal.aborted) {
      const wanted = options.wanted()
      if (options.told() === wanted) {
        tries = 0
        await bell.promise
        continue
      }
      const outcome = await tell(options, wanted)
      // What changed during the try is told at once: its bell has rung and nobody heard it.
      if (outcome.status === 'accepted' || options.wanted() !== wanted) {
        tries = 0
        continue
      }
      tries += 1
      if (stop.signal.aborted) return
      await pause(pauseOf(outcome, tries, options.random()))
    }
  }
  const running = run()
  return {
    wake,
    close: async () => {
      stop.abort()
      wake()
      await Promise.race([running, delay(closeMillis)])
    },
  }
}

/** One try. What was not accepted was not told: a refusal may be a key that is being changed, or a proxy. */
async function tell(options: MessengerOptions, wanted: Wanted): Promise<SendOutcome> {
  if (options.told() !== 'unsure') await options.note('unsure')
  const outcome = await options.send(options.event(wanted))
  options.onOutcome(options.sink, outcome, wanted)
  if (outcome.status === 'accepted') await options.note(wanted)
  return outcome
}
