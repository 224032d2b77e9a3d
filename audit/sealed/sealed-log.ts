/**
 * The sealed log of one tenant: a tree and a key of its own, in files of its own. Every round writes exactly one
 * entry and one checkpoint; a disclosure takes the place of an empty entry. Nothing is kept on disk until then:
 * whoever sends one sends it again until it is written.
 */
import { open, readFile, truncate, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { readIfPresent, replaceFile, writeOnce } from '../../lib/custody-files.ts'
import { syncFolder } from '../../lib/sync-files.ts'
import { makeDurableFolder } from '../../lib/durable-folder.ts'
import { openCheckpoint, signCheckpoint } from '../log/checkpoint.ts'
import { AuditError } from '../log/errors.ts'
import { Frontier } from '../log/frontier.ts'
import { leafHash } from '../log/hash.ts'
import { encodeVerifierKey, parseVerifierKey, type NoteSigner } from '../log/note.ts'
import { entryBytes, sealEntry, type UnsealingPair } from './sealed-entry.ts'

export interface SealedLogOptions {
  readonly directory: string
  /** Its name is the origin of the log. */
  readonly signer: NoteSigner
  /** Public keys of the two who may read together. */
  readonly pair: UnsealingPair
}

/** Most disclosures that wait for their round. */
const maxWaiting = 100

export const entriesFile = 'entries'
const checkpointFile = 'checkpoint'

export class SealedLog {
  readonly #options: SealedLogOptions
  readonly #file: FileHandle
  readonly #frontier: Frontier
  /** Texts by id that wait for their round, oldest first. */
  readonly #waiting = new Map<string, string>()
  /** Ids that were written since the process started, newest last. */
  readonly #written = new Set<string>()

  private constructor(options: SealedLogOptions, file: FileHandle, frontier: Frontier) {
    this.#options = options
    this.#file = file
    this.#frontier = frontier
  }

  /**
   * Opens a log and holds its entries against what was signed.
   *
   * @throws AuditError AUDIT_LOG_ROLLED_BACK or AUDIT_LOG_FORKED
   */
  static async open(options: SealedLogOptions): Promise<SealedLog> {
    const { directory, signer } = options
    await makeDurableFolder(directory)
    const path = join(directory, entriesFile)
    await writeOnce(path, Buffer.alloc(0))
    const key = parseVerifierKey(encodeVerifierKey(signer.name, signer.publicKey))
    const note = await readIfPresent(join(directory, checkpointFile))
    const signed = note === undefined ? undefined : openCheckpoint(note.toString(), key)
    const { frontier, rootAt } = await readTree(path, signed?.size ?? 0)
    // What a crash has torn, or left unsigned, was never acknowledged as written: it stays as what it is.
    await truncate(path, frontier.size * entryBytes)
    await syncFolder(directory)
    if (signed !== undefined && frontier.size < signed.size) {
      throw new AuditError('AUDIT_LOG_ROLLED_BACK', `found ${frontier.size} entries, expected ${signed.size}`)
    }
    if (signed !== undefined && rootAt?.equals(signed.root) !== true) {
      throw new AuditError('AUDIT_LOG_FORKED', 'the entries have another root than was signed')
    }
    return new SealedLog(options, await open(path, 'a'), frontier)
  }

  /** Takes a disclosure for one of the next rounds; `full` when too many wait. */
  offer(id: string, text: string): 'written' | 'waiting' | 'full' {
    if (this.#written.has(id)) return 'written'
    if (!this.#waiting.has(id)) {
      if (this.#waiting.size >= maxWaiting) return 'full'
      this.#waiting.set(id, text)
    }
    return 'waiting'
  }

  /** Writes one entry and signs; rounds follow one another. */
  async round(): Promise<void> {
    const { directory, signer, pair } = this.#options
    const [id, text] = this.#waiting.entries().next().value ?? []
    const place = { origin: signer.name, index: this.#frontier.size }
    const entry = sealEntry(text, place, pair)
    await this.#file.appendFile(entry)
    await this.#file.datasync()
    this.#frontier.add(leafHash(entry))
    const checkpoint = { origin: signer.name, size: this.#frontier.size, root: this.#frontier.root() }
    await replaceFile(join(directory, checkpointFile), Buffer.from(signCheckpoint(checkpoint, signer)))
    if (id === undefined) return
    this.#waiting.delete(id)
    this.#written.add(id)
  }

  async close(): Promise<void> {
    await this.#file.close()
  }
}

interface ReadTree {
  readonly frontier: Frontier
  /** Root of the first `size` entries, where there are as many. */
  readonly rootAt: Buffer | undefined
}

/** Reads the whole entries of a file as a tree. */
export async function readTree(path: string, size: number): Promise<ReadTree> {
  const frontier = new Frontier()
  let rootAt = size === 0 ? frontier.root() : undefined
  for await (const entry of entriesOf(path)) {
    frontier.add(leafHash(entry))
    if (frontier.size === size) rootAt = frontier.root()
  }
  return { frontier, rootAt }
}

/** Reads whole entries in order; what is left at the end is none. */
export async function* entriesOf(path: string): AsyncGenerator<Buffer> {
  const file = await open(path, 'r')
  try {
    for (;;) {
      const entry = Buffer.alloc(entryBytes)
      const { bytesRead } = await file.read(entry, 0, entryBytes)
      if (bytesRead < entryBytes) return
      yield entry
    }
  } finally {
    await file.close()
  }
}

/** Reads the note a log signed last. */
export async function readCheckpoint(directory: string): Promise<string> {
  return readFile(join(directory, checkpointFile), 'utf8')
}
