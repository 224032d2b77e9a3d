/**
 * Events on their way to the ledger: one synced file each, sent again until the ledger has taken it. The id is
 * chosen when the file is written, so that an event sent twice is one event.
 */
import { mkdir, readdir, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { AppendResponse, AuditEvent, type Receipt } from '../../contracts/audit-event.ts'
import { messageOf } from '../../lib/errors.ts'
import { validator } from '../../lib/validate.ts'
import { ComplianceError } from '../errors.ts'
import { removeDurably, writeDurably } from '../history/durable-file.ts'

export interface SpoolOptions {
  readonly folder: string
  /** Sends one request body to the ledger and answers its parsed answer. */
  readonly send: (body: { readonly events: readonly AuditEvent[] }) => Promise<unknown>
  /** Told what became of an event, or of an attempt. */
  readonly onOutcome: (outcome: Receipt['outcome'] | 'retried', why?: string) => void
  /** An event that may not have been put before the last process ended; sent first, and again if need be. */
  readonly again?: AuditEvent
  /** First and longest pause between attempts, in milliseconds. Default 500 and 60 000. */
  readonly firstPauseMillis?: number
  readonly longestPauseMillis?: number
}

export interface Spool {
  /** Keeps an event; it is durable when this resolves, and on its way. */
  readonly put: (event: AuditEvent) => Promise<void>
  /** Lets the attempt in flight finish and stops; what waits is sent by the next process. */
  readonly stop: () => Promise<void>
}

const namePattern = /^[0-9-]+T[0-9-]+Z-[0-9a-f-]{36}\.json$/
const checkEvent = validator(AuditEvent)
const checkAnswer = validator(AppendResponse)

/** Opens a spool and starts sending what waits there. */
export async function openSpool(options: SpoolOptions): Promise<Spool> {
  await mkdir(options.folder, { recursive: true, mode: 0o700 })
  const put = (event: AuditEvent) => writeDurably(join(options.folder, nameOf(event)), JSON.stringify(event))
  if (options.again !== undefined) await put(options.again)
  const sender = new Sender(options)
  const done = sender.run()
  return {
    put: async (event) => {
      await put(event)
      sender.wake()
    },
    stop: async () => {
      sender.stop()
      await done
    },
  }
}

function nameOf({ time, id }: AuditEvent): string {
  return `${time.replace(/[:.]/g, '-')}-${id}.json`
}

class Sender {
  readonly #options: SpoolOptions
  readonly #first: number
  readonly #longest: number
  #pause = new AbortController()
  #isStopped = false
  #isWoken = true

  constructor(options: SpoolOptions) {
    this.#options = options
    this.#first = options.firstPauseMillis ?? 500
    this.#longest = options.longestPauseMillis ?? 60_000
  }

  wake(): void {
    this.#isWoken = true
    this.#pause.abort()
  }

  stop(): void {
    this.#isStopped = true
    this.#pause.abort()
  }

  async run(): Promise<void> {
    let pauseMillis = this.#first
    while (!this.#isStopped) {
      this.#isWoken = false
      const isEmpty = await this.#sendAll()
      if (isEmpty) pauseMillis = this.#first
      // Nothing to do until something is put; 1 h bounds the time a missed wake could cost.
      await this.#sleep(isEmpty ? 3_600_000 : pauseMillis)
      if (!isEmpty) pauseMillis = Math.min(this.#longest, pauseMillis * 2)
    }
  }

  async #sleep(millis: number): Promise<void> {
    if (this.#isStopped || this.#isWoken) return
    this.#pause = new AbortController()
    // Aborted by a wake or a stop.
    await wait(millis, undefined, { signal: this.#pause.signal }).catch(() => undefined)
  }

  /** Sends in order of time; answers whether nothing is left. */
  async #sendAll(): Promise<boolean> {
    const { folder, onOutcome } = this.#options
    for (const name of (await readdir(folder)).filter((each) => namePattern.test(each)).sort()) {
      if (this.#isStopped) return false
      try {
        await this.#sendOne(join(folder, name))
      } catch (error) {
        onOutcome('retried', messageOf(error))
        return false
      }
    }
    return true
  }

  async #sendOne(path: string): Promise<void> {
    const event = checkEvent(parse(await readFile(path, 'utf8')))
    if (!event.valid) {
      await this.#setAside(path, 'invalid', 'the file holds no event')
      return
    }
    const answer = checkAnswer(await this.#options.send({ events: [event.value] }))
    const receipt = answer.valid ? answer.value.receipts.find(({ id }) => id === event.value.id) : undefined
    if (receipt === undefined) throw new ComplianceError('LEDGER_REFUSED', 'the ledger gave no receipt')
    if (receipt.outcome === 'appended' || receipt.outcome === 'duplicate') {
      await removeDurably(path)
      this.#options.onOutcome(receipt.outcome)
    } else await this.#setAside(path, receipt.outcome, receipt.detail)
  }

  /** What the ledger will never take is kept for people, out of the way of the others. */
  async #setAside(path: string, outcome: 'conflict' | 'invalid', why?: string): Promise<void> {
    await rename(path, `${path}.refused`)
    this.#options.onOutcome(outcome, why)
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
