/**
 * The time of a queue on the disk: how long processes have had it open, in milliseconds. The wall clock may jump, and a
 * jump of a week would give up all that waits; and what nobody ran to send does not grow old.
 */
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const clockName = 'clock'
const digits = 13

export class QueueClock {
  readonly #path: string
  readonly #monotonicMillis: () => number
  readonly #base: number
  readonly #startedAt: number

  private constructor(path: string, monotonicMillis: () => number, base: number) {
    this.#path = path
    this.#monotonicMillis = monotonicMillis
    this.#base = base
    this.#startedAt = monotonicMillis()
  }

  /**
   * Goes on where the clock of the folder stood when it was last written.
   *
   * @param atLeast time that has passed in any case: of the youngest file there
   */
  static async open(
    directory: string,
    { atLeast, monotonicMillis }: { readonly atLeast: number; readonly monotonicMillis: () => number },
  ): Promise<QueueClock> {
    const path = join(directory, clockName)
    // Damaged or gone, it stands at the youngest file: what waits is kept for longer then.
    const text = await readFile(path, 'utf8').catch(() => '')
    const kept = new RegExp(`^\\d{${digits}}$`).test(text) ? Number(text) : 0
    return new QueueClock(path, monotonicMillis, Math.max(kept, atLeast))
  }

  now(): number {
    return this.#base + Math.floor(this.#monotonicMillis() - this.#startedAt)
  }

  /** Writes down where it stands. A failure costs what a crash would: the time since the last success. */
  async save(): Promise<void> {
    const next = `${this.#path}.new`
    try {
      await writeFile(next, String(this.now()).padStart(digits, '0'), { mode: 0o600 })
      await rename(next, this.#path)
    } catch {
      // The queue tells of a disk that fails when it writes requests.
    }
  }
}
