/**
 * Subject keys outside PostgreSQL: per tenant sixteen files of fixed-length records, each a key sealed under the
 * key-encryption key of the custody whose version stands in the file's head. Destroying a key writes its file anew
 * without it and then overwrites its record in the old one; a new version of the key-encryption key writes a file
 * anew too, when it is opened. One process writes a keystore: the ledger, which also holds its door's port.
 */
import type { KeyObject } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { readIfPresent } from '../../lib/custody-files.ts'
import { makeDurableFolder } from '../../lib/durable-folder.ts'
import { orStorageFailed } from './storage-failed.ts'
import type { KeyEncryptionKey } from './subject-records.ts'
import { SubjectShard } from './subject-shard.ts'

/** Files per tenant: few to sync for a batch of new subjects, small enough to rewrite one for an erasure. */
const shardCount = 16

export interface SubjectKeyOptions {
  readonly directory: string
  /** Newest first; the first one seals. */
  readonly keyEncryptionKeys: readonly [KeyEncryptionKey, ...KeyEncryptionKey[]]
}

export class SubjectKeys {
  readonly #options: SubjectKeyOptions
  /** By path. */
  readonly #shards = new Map<string, Promise<SubjectShard>>()

  constructor(options: SubjectKeyOptions) {
    this.#options = options
  }

  /**
   * Gives the keys of subjects, making the missing ones durable before it answers.
   *
   * @param tokens keyed hashes of the subjects, 32 bytes each
   * @returns in their order
   * @throws AuditError AUDIT_KEYSTORE_CORRUPT or AUDIT_STORAGE_FAILED
   */
  async ensure(tenant: string, tokens: readonly Buffer[]): Promise<readonly KeyObject[]> {
    const keys = new Array<KeyObject>(tokens.length)
    const places = Map.groupBy(tokens.keys(), (at) => shardOf(tokens[at] as Buffer))
    const works = [...places].map(async ([number, ofShard]) => {
      const shard = await this.#open(tenant, number)
      // Every place is one of a token.
      const names = ofShard.map((at) => (tokens[at] as Buffer).toString('hex'))
      if (!names.every((name) => shard.find(name) !== undefined)) await shard.add(names)
      // Every token has a key now.
      ofShard.forEach((place, at) => (keys[place] = shard.find(names[at] as string) as KeyObject))
    })
    await Promise.all(works)
    return keys
  }

  /** Finds the key of a subject; undefined when there never was one or it was destroyed. */
  async find(tenant: string, token: Buffer): Promise<KeyObject | undefined> {
    const shard = await this.#open(tenant, shardOf(token))
    return shard.find(token.toString('hex'))
  }

  /**
   * Destroys the key of a subject: nothing that was sealed under it opens any more once this has resolved.
   *
   * @param name of the key as `subjectKeyName` tells it; another key of the same subject stays
   * @returns false when it was not there
   */
  async destroy(tenant: string, token: Buffer, name: string): Promise<boolean> {
    const shard = await this.#open(tenant, shardOf(token))
    return shard.destroy(token.toString('hex'), name)
  }

  /** Seals every key of every tenant under the newest key-encryption key; answers how many files there are. */
  async rewrapAll(): Promise<number> {
    let count = 0
    for (const tenant of await readdir(this.#options.directory).catch(() => [])) {
      for (let number = 0; number < shardCount; number++) {
        if ((await readIfPresent(this.#pathOf(tenant, number))) === undefined) continue
        await this.#open(tenant, number)
        count += 1
      }
    }
    return count
  }

  async close(): Promise<void> {
    for (const opened of await Promise.allSettled(this.#shards.values())) {
      if (opened.status === 'fulfilled') await opened.value.close()
    }
  }

  #open(tenant: string, number: number): Promise<SubjectShard> {
    const path = this.#pathOf(tenant, number)
    let opened = this.#shards.get(path)
    if (opened === undefined) {
      opened = this.#load(tenant, path)
      this.#shards.set(path, opened)
      // The next caller tries again: a disk may have room again.
      opened.catch(() => this.#shards.delete(path))
    }
    return opened
  }

  async #load(tenant: string, path: string): Promise<SubjectShard> {
    const { directory, keyEncryptionKeys } = this.#options
    await orStorageFailed(() => makeDurableFolder(join(directory, tenant), directory))
    return SubjectShard.open({ tenant, path, keyEncryptionKeys })
  }

  #pathOf(tenant: string, number: number): string {
    return join(this.#options.directory, tenant, `${number.toString(16)}.subjects`)
  }
}

function shardOf(token: Buffer): number {
  return (token[0] ?? 0) % shardCount
}
