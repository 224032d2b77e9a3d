/** A response body written at the pace of whoever reads it, hashed on its way. */
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import type { Response } from 'express'

export class HashedBody {
  readonly #response: Response
  readonly #digest = createHash('sha256')

  constructor(response: Response) {
    this.#response = response
  }

  /** True once whoever asked has gone away. */
  get isGone(): boolean {
    return this.#response.destroyed
  }

  /** Writes a piece and waits until there is room for the next. */
  async write(piece: string | Uint8Array): Promise<void> {
    if (this.isGone) return
    this.#digest.update(piece)
    if (this.#response.write(piece)) return
    const abort = new AbortController()
    const stop = () => abort.abort()
    this.#response.once('close', stop)
    await once(this.#response, 'drain', { signal: abort.signal }).catch(() => undefined)
    this.#response.off('close', stop)
  }

  /** SHA-256 of what was written, hex; nothing may be written after it. */
  sha256(): string {
    return this.#digest.digest('hex')
  }

  /** Ends the body. */
  end(): void {
    this.#response.end()
  }
}
