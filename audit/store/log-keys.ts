/** The keys of each tenant's log, opened once per process from the custody; none is ever in the database. */
import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'
import { join } from 'node:path'
import type { Custody } from '../../lib/custody.ts'
import type { NoteSigner } from '../log/note.ts'
import { SubjectKeys } from './subject-keys.ts'

export interface LogKeys {
  readonly tenant: string
  /** First line of every checkpoint and name of the key. */
  readonly origin: string
  readonly signer: NoteSigner
  /** Hashes subjects into what a row may hold. */
  readonly subjectTokenKey: KeyObject
  /** Hashes whole events to compare them by. */
  readonly digestKey: KeyObject
  readonly subjectKeys: SubjectKeys
}

export interface KeyRingOptions {
  readonly custody: Custody
  /** Folder of the subject keys. */
  readonly directory: string
}

export class KeyRing {
  readonly #custody: Custody
  readonly #subjectKeys: Promise<SubjectKeys>
  readonly #opened = new Map<string, Promise<LogKeys>>()

  constructor({ custody, directory }: KeyRingOptions) {
    this.#custody = custody
    this.#subjectKeys = custody
      .secret('subject-keys', 32)
      .then(
        (keyEncryptionKey) => new SubjectKeys({ directory: join(directory, 'subjects'), keyEncryptionKey }),
      )
    // Whoever asks for keys meets the failure; without anybody asking it is not a crash.
    this.#subjectKeys.catch(() => undefined)
  }

  /** Opens the keys of a tenant's log, made on first use. */
  open(tenant: string, origin: string): Promise<LogKeys> {
    let keys = this.#opened.get(tenant)
    if (keys === undefined) {
      keys = this.#load(tenant, origin)
      this.#opened.set(tenant, keys)
      keys.catch(() => this.#opened.delete(tenant))
    }
    return keys
  }

  async close(): Promise<void> {
    await (await this.#subjectKeys).close()
  }

  async #load(tenant: string, origin: string): Promise<LogKeys> {
    const { publicKey, sign } = await this.#custody.signingKey(`log-${tenant}`)
    const secret = await this.#custody.secret(`side-${tenant}`, 32)
    const derive = (purpose: string) =>
      // A key object: Node prepares raw bytes anew for every use, at four times the cost of the HMAC itself.
      createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', `campanile/${purpose}/v1 ${tenant}`, 32)))
    return {
      tenant,
      origin,
      signer: { name: origin, publicKey, sign },
      subjectTokenKey: derive('subject-token'),
      digestKey: derive('event-digest'),
      subjectKeys: await this.#subjectKeys,
    }
  }
}
