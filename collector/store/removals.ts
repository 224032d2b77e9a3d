/** Files that are past their bounds: whoever keeps them forgets them at once, and one that the disk keeps is tried again. */
import { rm } from 'node:fs/promises'

export interface Doomed {
  readonly path: string
  readonly bytes: number
}

export class Removals {
  readonly #onFailed: () => void
  /** What the disk did not let go. */
  #left: Doomed[] = []

  /** @param onFailed told of each file that is not removed, once */
  constructor(onFailed: () => void) {
    this.#onFailed = onFailed
  }

  /** Bytes of the files that are still there. */
  get bytes(): number {
    return this.#left.reduce((sum, { bytes }) => sum + bytes, 0)
  }

  /** Removes a file; one that is gone already is what was asked for. Never rejects. */
  async remove(file: Doomed): Promise<void> {
    if (await isRemoved(file)) return
    this.#left.push(file)
    this.#onFailed()
  }

  /** Tries again what did not go. Never rejects. */
  async retry(): Promise<void> {
    for (const file of this.#left)
      if (await isRemoved(file)) this.#left = this.#left.filter((one) => one !== file)
  }
}

async function isRemoved({ path }: Doomed): Promise<boolean> {
  try {
    await rm(path, { force: true })
    return true
  } catch {
    return false
  }
}
