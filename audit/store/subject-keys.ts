/**
 * Subject keys outside PostgreSQL: per tenant sixteen files of fixed-length records, each a key sealed under a
 * key of the custody. A file only grows; a record torn by a crash is at its end and was never acknowledged.
 * One process writes a keystore: the ledger, which also holds its door's port.
 */
import { createCipheriv, createDecipheriv, createSecretKey, randomBytes, type KeyObject } from 'node:crypto'
import { mkdir, open, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { AuditError } from '../log/errors.ts'

const tokenLength = 32
const nonceLength = 12
const keyLength = 32
const tagLength = 16
const recordLength = tokenLength + nonceLength + keyLength + tagLength
/** Files per tenant: few to sync for a batch of new subjects, small enough to rewrite one for an erasure. */
const shardCount = 16

interface Shard {
  readonly handle: FileHandle
  /** Subject token in hex → key. */
  readonly keys: Map<string, KeyObject>
  size: number
}

export interface SubjectKeyOptions {
  readonly directory: string
  /** Seals the subject keys; 32 bytes from the custody. */
  readonly keyEncryptionKey: Uint8Array
}

export class SubjectKeys {
  readonly #options: SubjectKeyOptions
  readonly #shards = new Map<string, Promise<Shard>>()
  /** Writes of a shard follow one another; a failed one leaves the shard closed until the process starts again. */
  readonly #writes = new Map<string, Promise<void>>()

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
      const made = await this.#ensureShard(tenant, shard, group)
      for (const [token, key] of made) keys.set(token, key)
    })
    await Promise.all(works)
    return keys
  }

  /** Finds the key of a subject; undefined when there never was one or it was destroyed. */
  async find(tenant: string, token: Buffer): Promise<KeyObject | undefined> {
    const shard = await this.#open(tenant, shardOf(token))
    return shard.keys.get(token.toString('hex'))
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#writes.values())
    for (const opened of await Promise.allSettled(this.#shards.values())) {
      if (opened.status === 'fulfilled') await opened.value.handle.close()
    }
  }

  async #ensureShard(tenant: string, shard: number, tokens: readonly Buffer[]) {
    const opened = await this.#open(tenant, shard)
    if (tokens.some((token) => !opened.keys.has(token.toString('hex')))) {
      const name = `${tenant}/${shard}`
      const write = (this.#writes.get(name) ?? Promise.resolve()).then(() =>
        this.#append(tenant, opened, tokens),
      )
      this.#writes.set(name, write)
      await write
    }
    // Every token has a key now.
    return tokens.map(
      (token) => [token.toString('hex'), opened.keys.get(token.toString('hex')) as KeyObject] as const,
    )
  }

  async #append(tenant: string, shard: Shard, tokens: readonly Buffer[]): Promise<void> {
    const made = new Map<string, KeyObject>()
    const records: Buffer[] = []
    for (const token of tokens) {
      const name = token.toString('hex')
      if (shard.keys.has(name) || made.has(name)) continue
      const key = randomBytes(keyLength)
      made.set(name, createSecretKey(key))
      records.push(this.#seal(tenant, token, key))
    }
    if (records.length === 0) return
    const bytes = Buffer.concat(records)
    await shard.handle.write(bytes, 0, bytes.length, shard.size)
    await shard.handle.datasync()
    shard.size += bytes.length
    for (const [name, key] of made) shard.keys.set(name, key)
  }

  #open(tenant: string, shard: number): Promise<Shard> {
    const name = `${tenant}/${shard}`
    let opened = this.#shards.get(name)
    if (opened === undefined) {
      opened = this.#load(tenant, shard)
      this.#shards.set(name, opened)
    }
    return opened
  }

  async #load(tenant: string, shard: number): Promise<Shard> {
    const folder = join(this.#options.directory, tenant)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const path = join(folder, `${shard.toString(16)}.keys`)
    const handle = await open(path, 'a+', 0o600).then(async (made) => {
      await made.close()
      return open(path, 'r+')
    })
    await syncFolder(folder)
    const content = await handle.readFile()
    const size = content.length - (content.length % recordLength)
    const keys = new Map<string, KeyObject>()
    for (let at = 0; at < size; at += recordLength) {
      const record = content.subarray(at, at + recordLength)
      keys.set(record.subarray(0, tokenLength).toString('hex'), this.#unseal(tenant, record, path))
    }
    return { handle, keys, size }
  }

  #seal(tenant: string, token: Buffer, key: Buffer): Buffer {
    const nonce = randomBytes(nonceLength)
    const cipher = createCipheriv('aes-256-gcm', this.#options.keyEncryptionKey, nonce)
    cipher.setAAD(Buffer.concat([Buffer.from(tenant), token]))
    const body = Buffer.concat([cipher.update(key), cipher.final()])
    return Buffer.concat([token, nonce, body, cipher.getAuthTag()])
  }

  #unseal(tenant: string, record: Buffer, path: string): KeyObject {
    const token = record.subarray(0, tokenLength)
    const nonce = record.subarray(tokenLength, tokenLength + nonceLength)
    const body = record.subarray(tokenLength + nonceLength, recordLength - tagLength)
    const decipher = createDecipheriv('aes-256-gcm', this.#options.keyEncryptionKey, nonce)
    decipher.setAAD(Buffer.concat([Buffer.from(tenant), token]))
    decipher.setAuthTag(record.subarray(recordLength - tagLength))
    try {
      return createSecretKey(Buffer.concat([decipher.update(body), decipher.final()]))
    } catch (cause) {
      throw new AuditError('AUDIT_KEYSTORE_CORRUPT', `a record of ${path} does not open`, { cause })
    }
  }
}

function shardOf(token: Buffer): number {
  return (token[0] ?? 0) % shardCount
}

async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
