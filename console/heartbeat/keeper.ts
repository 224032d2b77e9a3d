/** Holds the pulse and the memory together: beats in, pages out, every change on disk before it is told. */
import type { PagerEvent } from '../../contracts/pager-event.ts'
import { conditions, type Condition, type Memory, type MemoryFile, type Sink, type Told } from './memory.ts'
import { startMessenger } from './messenger.ts'
import type { Wanted } from './page.ts'
import { beat, deadlineOf, look, waitedMillis, type Pulse, type PulseStep } from './pulse.ts'
import type { SendOutcome } from './send.ts'

export interface SinkOptions {
  readonly sink: Sink
  readonly event: (condition: Condition, wanted: Wanted, lastBeatAt: string | undefined) => PagerEvent
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
  readonly onChange: (condition: Condition, isRaised: boolean) => void
  readonly onOutcome: (sink: Sink, outcome: SendOutcome, wanted: Wanted) => void
  readonly onWriteFailed: (error: unknown) => void
}

export interface Keeper {
  /** Takes a beat; resolves when it is on disk, or could not be. */
  readonly beat: () => Promise<void>
  /** Takes whether the deliveries of Alertmanager fail; resolves as `beat` does. */
  readonly deliveries: (fail: boolean) => Promise<void>
  readonly memory: () => Memory
  /** Tells what keeps a page from being told or remembered; undefined when nothing does. */
  readonly fault: () => string | undefined
  /** Stops in order: the next start waits three intervals again. */
  readonly close: () => Promise<void>
}

/** The memory and its file: what is remembered holds at once, and is on disk when `keep` resolves. */
function recall({ memory: first, file, onWriteFailed }: KeeperOptions) {
  let memory = first
  let fault: string | undefined
  const replace = async (next: Memory): Promise<void> => {
    memory = next
    try {
      await file.write(memory)
      fault = undefined
    } catch (error) {
      // A full disk must not keep a page from going out.
      fault = 'the state could not be written'
      onWriteFailed(error)
    }
  }
  return {
    memory: () => memory,
    fault: () => fault,
    keep: (change: Partial<Memory>) => replace({ ...memory, ...change }),
    stopWatch: () => {
      const { watchedSince: _, ...rest } = memory
      return replace(rest)
    },
  }
}

/** Remembers which sinks refused the last event they were sent. */
function refusals() {
  const reasons = new Map<Sink, string>()
  return {
    note: (sink: Sink, outcome: SendOutcome): void => {
      if (outcome.status === 'refused') reasons.set(sink, outcome.reason)
      else if (outcome.status === 'accepted') reasons.delete(sink)
    },
    fault: (): string | undefined => {
      const [first] = reasons
      return first === undefined ? undefined : `${first[0]} refuses events: ${first[1]}`
    },
  }
}

/** Starts watching; the first page can go out three intervals from now, sooner when the one before was killed. */
export function startKeeper(options: KeeperOptions): Keeper {
  const { intervalMillis, monotonicMillis, now, random } = options
  const { memory, keep, stopWatch, fault } = recall(options)
  const refused = refusals()
  let pulse: Pulse = {
    sinceMillis: monotonicMillis() - waitedMillis(watchedSince(memory()), now().getTime(), intervalMillis),
    isMissing: memory().raised.watchdog,
  }
  let timer: NodeJS.Timeout | undefined
  const messengerOf = ({ sink, event, send }: SinkOptions, condition: Condition) =>
    startMessenger({
      sink,
      send,
      random,
      onOutcome: (to, outcome, wanted) => {
        refused.note(to, outcome)
        options.onOutcome(to, outcome, wanted)
      },
      wanted: () => (memory().raised[condition] ? 'triggered' : 'resolved'),
      told: () => memory().told[sink][condition],
      note: (told) => keep(withTold(memory(), { sink, condition, told })),
      event: (wanted) => event(condition, wanted, memory().lastBeatAt),
    })
  const messengers = new Map(
    conditions.map((condition) => [condition, options.sinks.map((sink) => messengerOf(sink, condition))]),
  )
  const raise = async (condition: Condition, isRaised: boolean, change: Partial<Memory> = {}) => {
    const { raised } = memory()
    const isNew = raised[condition] !== isRaised
    if (isNew) options.onChange(condition, isRaised)
    await keep({ ...change, raised: { ...raised, [condition]: isRaised } })
    if (isNew) for (const messenger of messengers.get(condition) ?? []) messenger.wake()
  }
  const take = async (step: PulseStep, change: Partial<Memory> = {}) => {
    pulse = step.pulse
    schedule()
    await raise('watchdog', pulse.isMissing, change)
  }
  const check = () => void take(look(pulse, monotonicMillis(), intervalMillis))
  const schedule = () => {
    clearTimeout(timer)
    if (pulse.isMissing) return
    const waitMillis = deadlineOf(pulse, intervalMillis) - monotonicMillis()
    timer = setTimeout(check, Math.max(1, Math.ceil(waitMillis)))
  }
  schedule()
  if (memory().watchedSince === undefined) void keep({ watchedSince: now().toISOString() })
  return {
    beat: () => take(beat(pulse, monotonicMillis()), { lastBeatAt: now().toISOString() }),
    deliveries: (fail) => raise('notifications', fail),
    memory,
    fault: () => fault() ?? refused.fault(),
    close: async () => {
      clearTimeout(timer)
      await Promise.all([...messengers.values()].flat().map((messenger) => messenger.close()))
      await stopWatch()
    },
  }
}

interface Telling {
  readonly sink: Sink
  readonly condition: Condition
  readonly told: Told
}

function withTold({ told: before }: Memory, { sink, condition, told }: Telling): Pick<Memory, 'told'> {
  return { told: { ...before, [sink]: { ...before[sink], [condition]: told } } }
}

/** Reads since when nobody has seen a beat though somebody watched, in milliseconds; undefined after an orderly stop. */
function watchedSince({ watchedSince: since, lastBeatAt }: Memory): number | undefined {
  if (since === undefined) return undefined
  const times = [since, lastBeatAt ?? since].map((time) => Date.parse(time))
  return Number.isNaN(Math.max(...times)) ? undefined : Math.max(...times)
}
