/**
 * Files as the scan before has read them, for whoever scans the same paths again and again: the same bytes are the same
 * object, so that whatever was made of them is found again.
 */
import { stat } from 'node:fs/promises'
import { readTextFile, type FileOutcome } from './read-file.ts'

interface Remembered {
  readonly stamp: string
  readonly outcome: FileOutcome & { readonly status: 'read' }
}

/** A file that changed so short a time ago may change again without another time on it: clocks of disks are coarse. */
const settledMillis = 2_000

export class FileMemory {
  #before = new Map<string, Remembered>()
  #now = new Map<string, Remembered>()
  readonly #nowMillis: () => number

  /** @param nowMillis clock of the machine that writes the files. Default: of this one */
  constructor(nowMillis: () => number = Date.now) {
    this.#nowMillis = nowMillis
  }

  /** Begins a scan. */
  begin(): void {
    this.#before = this.#now
    this.#now = new Map()
  }

  /** Ends it: what it did not ask for is forgotten. What is kept is bounded by what a scan reads at most. */
  end(): void {
    this.#before = new Map()
  }

  /** Reads as `readTextFile` does, or remembers. */
  async read(path: string, limitBytes: number): Promise<FileOutcome> {
    const stamp = await this.#stampOf(path)
    const known = this.#before.get(path)
    if (known !== undefined && known.stamp === stamp && known.outcome.bytes.length <= limitBytes) {
      this.#now.set(path, known)
      return known.outcome
    }
    const outcome = await readTextFile(path, limitBytes)
    if (outcome.status === 'read' && stamp !== undefined) this.#now.set(path, { stamp, outcome })
    return outcome
  }

  /**
   * Names the state of a file; undefined where it is too young, or not to be seen. The time at which its inode changed
   * is set by the kernel alone.
   */
  async #stampOf(path: string): Promise<string | undefined> {
    const found = await stat(path, { bigint: true }).catch(() => undefined)
    if (found === undefined || this.#nowMillis() - Number(found.ctimeMs) < settledMillis) return undefined
    return [found.dev, found.ino, found.size, found.mtimeNs, found.ctimeNs].join(' ')
  }
}
