/** Has a time-stamping authority (RFC 3161) date the anchor checkpoint, now and then, and keeps its answers. */
import { randomBytes } from 'node:crypto'
import { parseCheckpoint } from '../log/checkpoint.ts'
import { sha256 } from '../log/hash.ts'
import { parseNote } from '../log/note.ts'
import { readStampReply, writeStampRequest } from '../log/timestamp.ts'
import type { FileTiles } from '../store/file-tiles.ts'

export interface StamperOptions {
  readonly url: string
  readonly files: FileTiles
  readonly fetch: typeof globalThis.fetch
  readonly nowMillis: () => number
  readonly onStamped: (timeMillis: number) => void
  readonly onFailed: (error: unknown) => void
}

export interface KeptStamp {
  /** What was dated: the signed text of the anchor checkpoint. */
  readonly text: string
  /** The authority's whole answer, as `openssl ts -verify` reads it. */
  readonly reply: Buffer
}

/** Time stamps bracket checkpoints; one an hour is enough for that. */
const everyMillis = 3_600_000
const retryMillis = 300_000
const timeoutMillis = 10_000
/** With the certificates that were asked for, answers have some kilobytes. */
const maxReplyBytes = 65_536
const folder = 'timestamps'

export class Stamper {
  readonly #options: StamperOptions
  #dueMillis = 0
  #newest: KeptStamp | undefined

  constructor(options: StamperOptions) {
    this.#options = options
  }

  /** The newest stamp that is known good since this process began. */
  get newest(): KeptStamp | undefined {
    return this.#newest
  }

  /** Has a checkpoint dated when that is due. Never throws: a checkpoint is good without it. */
  async stamp(note: string): Promise<void> {
    const { nowMillis, onStamped, onFailed } = this.#options
    const { text } = parseNote(note)
    if (nowMillis() < this.#dueMillis || this.#newest?.text === text) return
    this.#dueMillis = nowMillis() + retryMillis
    try {
      const { reply, timeMillis } = await this.#ask(text)
      await this.#keep(text, reply)
      this.#newest = { text, reply }
      this.#dueMillis = nowMillis() + everyMillis
      onStamped(timeMillis)
    } catch (error) {
      onFailed(error)
    }
  }

  async #ask(text: string): Promise<{ readonly reply: Buffer; readonly timeMillis: number }> {
    const request = { hash: sha256(Buffer.from(text)), nonce: randomBytes(8) }
    const response = await this.#options.fetch(this.#options.url, {
      method: 'POST',
      headers: { 'content-type': 'application/timestamp-query' },
      body: new Uint8Array(writeStampRequest(request)),
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMillis),
    })
    if (!response.ok) throw new Error(`the time-stamping authority answered status ${response.status}`)
    const reply = await readBounded(response)
    return { reply, timeMillis: readStampReply(reply, request).timeMillis }
  }

  /** Keeps text and answer under the size, side by side. */
  async #keep(text: string, reply: Buffer): Promise<void> {
    const name = `${folder}/${parseCheckpoint(text).size}`
    await this.#options.files.write([
      { path: `${name}.checkpoint`, bytes: Buffer.from(text) },
      { path: `${name}.tsr`, bytes: reply },
    ])
  }
}

async function readBounded(response: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.length
    if (bytes > maxReplyBytes) throw new Error(`the time stamp has more than ${maxReplyBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
