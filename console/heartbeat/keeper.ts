/** Holds the pulse and the memory together: beats in, pages out, every change on disk before it is told. */
import type { PagerEvent } from '../../contracts/pager-event.ts'
import type { Memory, MemoryFile, Sink, Told } from './memory.ts'
import { startMessenger } from './messenger.ts'
import type { Wanted } from './page.ts'
import { beat, deadlineOf, look, type Pulse, type PulseStep } from './pulse.ts'
import type { SendOutcome } from './send.ts'

export interface SinkOptions {
  readonly sink: Sink
  readonly event: (wanted: Wanted, lastBeatAt: string | undefined) => PagerEvent
  readonly send: (event: PagerEvent) => Promise<SendOutcome>
}

export interface KeeperOptions {
  readonly intervalMillis: number
  readonly memory: Memory
  readonly file: MemoryFile
  readonly sinks: readonly SinkOptions[]
  /** Milliseconds of a clock that never goes back. */
  readonly monotonicMillis: () => number
  readonly now: () => Date
  readonly random: () => number
  readonly onChange: (change: 'lost' | 'returned') => void
  readonly onOutcome: (sink: Sink, outcome: SendOutcome, wanted: Wanted) => void
  readonly onWriteFailed: (error: unknown) => void
}

export interface Keeper {
  /** Takes a beat; resolves when it is on disk, or could not be. */
  readonly beat: () => Promise<void>
  readonly memory: () => Memory
  /** Tells why the memory is not on disk, where it is not. */
  readonly writeFault: () => string | undefined
  readonly close: () => Promise<void>
}

/** The memory and its file: what is remembered holds at once, and is on disk when `keep` resolves. */
function recall({ memory: first, file, onWriteFailed }: KeeperOptions) {
  let memory = first
  let fault: string | undefined
  return {
    memory: () => memory,
    fault: () => fault,
    keep: async (change: Partial<Memory>): Promise<void> => {
      memory = { ...memory, ...change }
      try {
        await file.write(memory)
        fault = undefined
      } catch (error) {
        // A full disk must not keep a page from going out.
        fault = 'the state could not be written'
        onWriteFailed(error)
      }
    },
  }
}

/** Starts watching; the first page can go out three intervals from now. */
export function startKeeper(options: KeeperOptions): Keeper {
  const { intervalMillis, monotonicMillis, now, random, onOutcome } = options
  const { memory, keep, fault } = recall(options)
  let pulse: Pulse = { sinceMillis: monotonicMillis(), isMissing: memory().isMissing }
  let timer: NodeJS.Timeout | undefined
  const note = (sink: Sink, told: Told) => keep({ told: { ...memory().told, [sink]: told } })
  const messengers = options.sinks.map(({ sink, event, send }) =>
    startMessenger({
      sink,
      send,
      random,
      onOutcome,
      wanted: () => (memory().isMissing ? 'triggered' : 'resolved'),
      told: () => memory().told[sink],
      note: (told) => note(sink, told),
      event: (wanted) => event(wanted, memory().lastBeatAt),
    }),
  )
  const take = async (step: PulseStep, change: Partial<Memory>) => {
    pulse = step.pulse
    schedule()
    if (step.change !== 'none') options.onChange(step.change)
    await keep({ ...change, isMissing: pulse.isMissing })
    if (step.change !== 'none') for (const messenger of messengers) messenger.wake()
  }
  const check = () => void take(look(pulse, monotonicMillis(), intervalMillis), {})
  const schedule = () => {
    clearTimeout(timer)
    if (pulse.isMissing) return
    const waitMillis = deadlineOf(pulse, intervalMillis) - monotonicMillis()
    timer = setTimeout(check, Math.max(1, Math.ceil(waitMillis)))
  }
  schedule()
  return {
    beat: () => take(beat(pulse, monotonicMillis()), { lastBeatAt: now().toISOString() }),
    memory,
    writeFault: fault,
    close: async () => {
      clearTimeout(timer)
      await Promise.all(messengers.map((messenger) => messenger.close()))
    },
  }
}
