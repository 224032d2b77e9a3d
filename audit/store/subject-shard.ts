/**
 * One file of subject keys. What the memory holds is durable; after a failed write nobody knows what the file holds,
 * and the next write begins with a new file. A record torn by a crash was never given to anybody.
 */
import { createHash, createSecretKey, randomBytes, type KeyObject } from 'node:crypto'
import { open, readFile, readdir, rm, type FileHandle } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { readIfPresent, replaceFile } from '../../lib/custody-files.ts'
import { syncFolder } from '../../lib/sync-files.ts'
import { Turns } from '../../lib/turns.ts'
import { AuditError } from '../log/errors.ts'
import { orStorageFailed } from './storage-failed.ts'
import {
  headLength,
  headOf,
  isTorn,
  keyLength,
  openRecord,
  recordLength,
  sealRecord,
  tokenLength,
  versionOf,
  type KeyEncryptionKey,
} from './subject-records.ts'

export interface ShardOptions {
  readonly tenant: string
  /** Its folder is there. */
  readonly path: string
  /** Newest first; the first one seals. */
  readonly keyEncryptionKeys: readonly [KeyEncryptionKey, ...KeyEncryptionKey[]]
}

interface StoredKey {
  readonly key: KeyObject
  /** Offset of its record. */
  readonly at: number
}

interface Content {
  /** By subject token in hex. */
  readonly keys: Map<string, StoredKey>
  /** Where the next record goes. */
  readonly size: number
  /** False where the file has to be written anew before anything is added to it. */
  readonly isSound: boolean
}

export class SubjectShard {
  readonly #options: ShardOptions
  #handle: FileHandle
  #keys: Map<string, StoredKey>
  #size: number
  #isSound: boolean
  /** Writes follow one another. */
  readonly #turns = new Turns()

  private constructor(options: ShardOptions, handle: FileHandle, { keys, size, isSound }: Content) {
    this.#options = options
    this.#handle = handle
    this.#keys = keys
    this.#size = size
    this.#isSound = isSound
  }

  /**
   * Opens a file, making it where it is missing.
   *
   * @throws AuditError AUDIT_KEYSTORE_CORRUPT or AUDIT_STORAGE_FAILED
   */
  static open(options: ShardOptions): Promise<SubjectShard> {
    return orStorageFailed(async () => {
      const { path, keyEncryptionKeys } = options
      await removeDrafts(path)
      if ((await readIfPresent(path)) === undefined) await replaceFile(path, headOf(keyEncryptionKeys[0]))
      const handle = await open(path, 'r+')
      try {
        // A process before this one may have ended between writing and syncing.
        await handle.datasync()
        await syncFolder(dirname(path))
        const shard = new SubjectShard(options, handle, readContent(await readFile(path), options))
        if (!shard.#isSound) await shard.#writeAnew()
        return shard
      } catch (error) {
        await handle.close()
        throw error
      }
    })
  }

  /** Finds a key by its token in hex. */
  find(token: string): KeyObject | undefined {
    return this.#keys.get(token)?.key
  }

  /** Makes the keys that are missing; they are durable when it resolves. @throws AuditError AUDIT_STORAGE_FAILED */
  add(tokens: readonly string[]): Promise<void> {
    return this.#inTurn(async () => {
      const missing = [...new Set(tokens)].filter((token) => !this.#keys.has(token))
      if (missing.length === 0) return
      if (!this.#isSound) await this.#writeAnew()
      await this.#append(missing)
    })
  }

  /**
   * Destroys a key if it is the one of that name; answers whether it was there.
   *
   * @throws AuditError AUDIT_STORAGE_FAILED
   */
  destroy(token: string, name: string): Promise<boolean> {
    return this.#inTurn(async () => {
      // What an earlier attempt left undone comes first.
      if (!this.#isSound) await this.#writeAnew()
      const stored = this.#keys.get(token)
      if (stored === undefined || subjectKeyName(stored.key) !== name) return false
      this.#keys.delete(token)
      const old = this.#handle
      // The new file first, so that a crash between the two leaves a file that opens.
      await this.#writeAnew(async () => {
        // On a file system that writes in place this reaches the sectors the key stood in.
        await writeWhole(old, randomBytes(recordLength), stored.at)
        await old.datasync()
      })
      return true
    })
  }

  /** Closes the file after the write under way. */
  async close(): Promise<void> {
    await this.#turns.ended()
    await this.#handle.close()
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    return this.#turns.take(() => orStorageFailed(work))
  }

  async #append(tokens: readonly string[]): Promise<void> {
    const { tenant, keyEncryptionKeys } = this.#options
    const made = tokens.map((name, at) => {
      const key = createSecretKey(randomBytes(keyLength))
      const record = sealRecord(keyEncryptionKeys[0], { tenant, token: Buffer.from(name, 'hex'), key })
      return { name, record, stored: { key, at: this.#size + at * recordLength } }
    })
    const bytes = Buffer.concat(made.map(({ record }) => record))
    this.#isSound = false
    await writeWhole(this.#handle, bytes, this.#size)
    await this.#handle.datasync()
    this.#isSound = true
    this.#size += bytes.length
    for (const { name, stored } of made) this.#keys.set(name, stored)
  }

  /**
   * Writes the file with the keys there are now, under the newest key-encryption key.
   *
   * @param before is done to the old file before it is let go
   */
  async #writeAnew(before: () => Promise<void> = async () => undefined): Promise<void> {
    const { tenant, path, keyEncryptionKeys } = this.#options
    const [newest] = keyEncryptionKeys
    const keys = new Map<string, StoredKey>()
    const records = [headOf(newest)]
    for (const [name, { key }] of this.#keys) {
      keys.set(name, { key, at: headLength + (records.length - 1) * recordLength })
      records.push(sealRecord(newest, { tenant, token: Buffer.from(name, 'hex'), key }))
    }
    const content = Buffer.concat(records)
    this.#isSound = false
    await removeDrafts(path)
    await replaceFile(path, content)
    await before()
    const handle = await open(path, 'r+')
    await this.#handle.close()
    this.#handle = handle
    this.#keys = keys
    this.#size = content.length
    this.#isSound = true
  }
}

/** Writes bytes at a position. A disk that ends within them takes a part and says nothing: that is a failure here. */
async function writeWhole(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  const { bytesWritten } = await handle.write(bytes, 0, bytes.length, position)
  if (bytesWritten === bytes.length) return
  const message = `found room for ${bytesWritten} bytes, expected ${bytes.length}`
  throw Object.assign(new Error(message), { code: 'ENOSPC' })
}

function readContent(
  content: Buffer,
  { tenant, path, keyEncryptionKeys: [newest, ...older] }: ShardOptions,
): Content {
  const version = versionOf(content)
  const sealedUnder = [newest, ...older].find((each) => each.version === version)
  if (sealedUnder === undefined) {
    throw new AuditError('AUDIT_KEYSTORE_CORRUPT', `${path} is sealed under no key of this keystore`)
  }
  const size = content.length - ((content.length - headLength) % recordLength)
  let isSound = size === content.length && version === newest.version
  const keys = new Map<string, StoredKey>()
  for (let at = headLength; at < size; at += recordLength) {
    const record = content.subarray(at, at + recordLength)
    const key = openRecord(sealedUnder, { tenant, record })
    if (key !== undefined) keys.set(record.subarray(0, tokenLength).toString('hex'), { key, at })
    else if (isTorn(record, at)) isSound = false
    else throw new AuditError('AUDIT_KEYSTORE_CORRUPT', `a record of ${path} does not open`)
  }
  return { keys, size, isSound }
}

/** Removes what a crash left of files that were being written: each is a copy of the keys of its time. */
async function removeDrafts(path: string): Promise<void> {
  const folder = dirname(path)
  const drafts = (await readdir(folder)).filter((name) => name.startsWith(`${basename(path)}.`))
  for (const name of drafts) await rm(join(folder, name), { force: true })
  if (drafts.length > 0) await syncFolder(folder)
}

/** Names a subject key without telling it: what a tombstone may keep after the key is gone. */
export function subjectKeyName(key: KeyObject): string {
  return createHash('sha256').update('campanile/subject-key/v1\0').update(key.export()).digest('hex')
}
