/**
 * Subject keys outside PostgreSQL: per tenant sixteen files of fixed-length records, each a key sealed under the
 * key-encryption key of the custody whose version stands in the file's head. A record torn by a crash is at its
 * file's end and was never acknowledged. Destroying a key overwrites its record and then writes the file anew
 * without it; so does a new version of the key-encryption key, whenever a file is opened that has an older one.
 * One process writes a keystore: the ledger, which also holds its door's port.
 */
import { createHash, createSecretKey, randomBytes, type KeyObject } from 'node:crypto'
import { mkdir, open, readFile, readdir, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { readIfPresent, replaceFile } from '../../lib/custody-files.ts'
import { AuditError } from '../log/errors.ts'
import {
  headLength,
  headOf,
  keyLength,
  openRecord,
  recordLength,
  sealRecord,
  tokenLength,
  versionOf,
  type KeyEncryptionKey,
} from './subject-records.ts'

/** Files per tenant: few to sync for a batch of new subjects, small enough to rewrite one for an erasure. */
const shardCount = 16

interface StoredKey {
  readonly key: KeyObject
  /** Offset of its record. */
  readonly at: number
}

interface Shard {
  readonly tenant: string
  readonly path: string
  handle: FileHandle
  /** By subject token in hex. */
  keys: Map<string, StoredKey>
  size: number
}

export interface SubjectKeyOptions {
  readonly directory: string
  /** Newest first; the first one seals. */
  readonly keyEncryptionKeys: readonly [KeyEncryptionKey, ...KeyEncryptionKey[]]
}

export class SubjectKeys {
  readonly #options: SubjectKeyOptions
  readonly #shards = new Map<string, Promise<Shard>>()
  /** Writes of a shard follow one another; a failed one leaves the shard closed until the process starts again. */
  readonly #writes = new Map<string, Promise<unknown>>()

  constructor(options: SubjectKeyOptions) {
    this.#options = options
  }

  /**
   * Gives the keys of subjects, making the missing ones durable before it answers.
   *
   * @param tokens keyed hashes of the subjects, 32 bytes each
   * @returns by token in hex
   */
  async ensure(tenant: string, tokens: readonly Buffer[]): Promise<ReadonlyMap<string, KeyObject>> {
    const keys = new Map<string, KeyObject>()
    const byShard = Map.groupBy(tokens, shardOf)
    const works = [...byShard].map(async ([shard, group]) => {
      const opened = await this.#open(tenant, shard)
      if (group.some((token) => !opened.keys.has(token.toString('hex')))) {
        await this.#inTurn(opened, () => this.#append(opened, group))
      }
      for (const token of group) {
        const name = token.toString('hex')
        // Every token has a key now.
        keys.set(name, (opened.keys.get(name) as StoredKey).key)
      }
    })
    await Promise.all(works)
    return keys
  }

  /** Finds the key of a subject; undefined when there never was one or it was destroyed. */
  async find(tenant: string, token: Buffer): Promise<KeyObject | undefined> {
    const shard = await this.#open(tenant, shardOf(token))
    return shard.keys.get(token.toString('hex'))?.key
  }

  /**
   * Destroys the key of a subject: nothing that was sealed under it opens any more once this has resolved.
   *
   * @param name of the key as `subjectKeyName` tells it; another key of the same subject stays
   * @returns false when it was not there
   */
  async destroy(tenant: string, token: Buffer, name: string): Promise<boolean> {
    const shard = await this.#open(tenant, shardOf(token))
    return this.#inTurn(shard, async () => {
      const stored = shard.keys.get(token.toString('hex'))
      if (stored === undefined || subjectKeyName(stored.key) !== name) return false
      // On a file system that writes in place this reaches the sectors the key stands in.
      await shard.handle.write(randomBytes(recordLength), 0, recordLength, stored.at)
      await shard.handle.datasync()
      shard.keys.delete(token.toString('hex'))
      await this.#writeAnew(shard)
      return true
    })
  }

  /** Seals every key of every tenant under the newest key-encryption key; answers how many files there are. */
  async rewrapAll(): Promise<number> {
    let count = 0
    for (const tenant of await readdir(this.#options.directory).catch(() => [])) {
      for (let shard = 0; shard < shardCount; shard++) {
        if ((await readIfPresent(this.#pathOf(tenant, shard))) === undefined) continue
        await this.#open(tenant, shard)
        count += 1
      }
    }
    return count
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#writes.values())
    for (const opened of await Promise.allSettled(this.#shards.values())) {
      if (opened.status === 'fulfilled') await opened.value.handle.close()
    }
  }

  #inTurn<T>({ path }: Shard, work: () => Promise<T>): Promise<T> {
    const turn = (this.#writes.get(path) ?? Promise.resolve()).then(work)
    this.#writes.set(path, turn)
    return turn
  }

  async #append(shard: Shard, tokens: readonly Buffer[]): Promise<void> {
    const [newest] = this.#options.keyEncryptionKeys
    const made = new Map<string, StoredKey>()
    const records: Buffer[] = []
    for (const token of tokens) {
      const name = token.toString('hex')
      if (shard.keys.has(name) || made.has(name)) continue
      const key = createSecretKey(randomBytes(keyLength))
      made.set(name, { key, at: shard.size + records.length * recordLength })
      records.push(sealRecord(newest, { tenant: shard.tenant, token, key }))
    }
    if (records.length === 0) return
    const bytes = Buffer.concat(records)
    await shard.handle.write(bytes, 0, bytes.length, shard.size)
    await shard.handle.datasync()
    shard.size += bytes.length
    for (const [name, stored] of made) shard.keys.set(name, stored)
  }

  /** Writes the file with the keys the shard has now, under the newest key-encryption key. */
  async #writeAnew(shard: Shard): Promise<void> {
    const [newest] = this.#options.keyEncryptionKeys
    const keys = new Map<string, StoredKey>()
    const records = [headOf(newest)]
    for (const [name, { key }] of shard.keys) {
      keys.set(name, { key, at: headLength + (records.length - 1) * recordLength })
      records.push(sealRecord(newest, { tenant: shard.tenant, token: Buffer.from(name, 'hex'), key }))
    }
    const content = Buffer.concat(records)
    await replaceFile(shard.path, content)
    await shard.handle.close()
    shard.handle = await open(shard.path, 'r+')
    shard.keys = keys
    shard.size = content.length
  }

  #open(tenant: string, shard: number): Promise<Shard> {
    const path = this.#pathOf(tenant, shard)
    let opened = this.#shards.get(path)
    if (opened === undefined) {
      opened = this.#load(tenant, path)
      this.#shards.set(path, opened)
    }
    return opened
  }

  #pathOf(tenant: string, shard: number): string {
    return join(this.#options.directory, tenant, `${shard.toString(16)}.subjects`)
  }

  async #load(tenant: string, path: string): Promise<Shard> {
    const { directory, keyEncryptionKeys } = this.#options
    await mkdir(join(directory, tenant), { recursive: true, mode: 0o700 })
    const [newest] = keyEncryptionKeys
    if ((await readIfPresent(path)) === undefined) await replaceFile(path, headOf(newest))
    const content = await readFile(path)
    const version = versionOf(content)
    const sealedUnder = keyEncryptionKeys.find((each) => each.version === version)
    if (sealedUnder === undefined) {
      throw new AuditError('AUDIT_KEYSTORE_CORRUPT', `${path} is sealed under no key of this keystore`)
    }
    const size = content.length - ((content.length - headLength) % recordLength)
    const keys = new Map<string, StoredKey>()
    for (let at = headLength; at < size; at += recordLength) {
      const record = content.subarray(at, at + recordLength)
      const key = openRecord(sealedUnder, { tenant, record })
      if (key === undefined) {
        throw new AuditError('AUDIT_KEYSTORE_CORRUPT', `a record of ${path} does not open`)
      }
      keys.set(record.subarray(0, tokenLength).toString('hex'), { key, at })
    }
    const handle = await open(path, 'r+')
    const shard: Shard = { tenant, path, handle, keys, size }
    if (version !== newest.version) await this.#writeAnew(shard)
    return shard
  }
}

/** Names a subject key without telling it: what a tombstone may keep after the key is gone. */
export function subjectKeyName(key: KeyObject): string {
  return createHash('sha256').update('campanile/subject-key/v1\0').update(key.export()).digest('hex')
}

function shardOf(token: Buffer): number {
  return (token[0] ?? 0) % shardCount
}
