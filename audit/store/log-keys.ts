/** The keys of each tenant's log, opened once per process from the custody; none is ever in the database. */
import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'
import { join } from 'node:path'
import type { Custody, SigningKey } from '../../lib/custody.ts'
import { CustodyError } from '../../lib/custody-errors.ts'
import { AuditError } from '../log/errors.ts'
import { openChain, type ChainKey } from '../log/handover.ts'
import { encodeVerifierKey, parseVerifierKey, type NoteSigner } from '../log/note.ts'
import { HandoverFiles } from './handover-files.ts'
import { SubjectKeys } from './subject-keys.ts'

export interface LogKeys {
  readonly tenant: string
  /** First line of every checkpoint and name of the key. */
  readonly origin: string
  readonly signer: NoteSigner
  /** The keys that signed for this log and for which sizes, in order; the last one signs. */
  readonly chain: readonly ChainKey[]
  /** The key before, where it handed over to this one, and the last size it signed for alone. */
  readonly outgoing?: { readonly signer: NoteSigner; readonly lastSize: number }
  /** What shows verifiers the way from one key to the next. */
  readonly handovers: readonly string[]
  /** Hashes subjects into what a row may hold. */
  readonly subjectTokenKey: KeyObject
  /** Hashes whole events to compare them by. */
  readonly digestKey: KeyObject
  readonly subjectKeys: SubjectKeys
}

export interface KeyRingOptions {
  readonly custody: Custody
  /** Folder of the subject keys and of the handovers. */
  readonly directory: string
}

export class KeyRing {
  readonly #custody: Custody
  readonly #handovers: HandoverFiles
  readonly #subjectKeys: Promise<SubjectKeys>
  readonly #opened = new Map<string, Promise<LogKeys>>()

  constructor({ custody, directory }: KeyRingOptions) {
    this.#custody = custody
    this.#handovers = new HandoverFiles(directory)
    this.#subjectKeys = custody
      .secrets('subject-keys', 32)
      .then(
        (keyEncryptionKeys) => new SubjectKeys({ directory: subjectFolder(directory), keyEncryptionKeys }),
      )
    // Whoever asks for keys meets the failure; without anybody asking it is not a crash.
    this.#subjectKeys.catch(() => undefined)
  }

  /**
   * Opens the keys of a tenant's log.
   *
   * @param isKnown true when the log exists: keys are made for a log that does not, and never for one that does
   * @throws AuditError AUDIT_KEY_LOST or AUDIT_KEYSTORE_CORRUPT
   */
  open(tenant: string, origin: string, isKnown = false): Promise<LogKeys> {
    let keys = this.#opened.get(tenant)
    if (keys === undefined) {
      keys = this.#load(tenant, origin, isKnown)
      this.#opened.set(tenant, keys)
      keys.catch(() => this.#opened.delete(tenant))
    }
    return keys
  }

  async close(): Promise<void> {
    await (await this.#subjectKeys).close()
  }

  async #take(tenant: string, isKnown: boolean) {
    try {
      const [signing, before] = await this.#custody.signingKeys(`log-${tenant}`, { isKnown })
      const [{ bytes }] = await this.#custody.secrets(`side-${tenant}`, 32, { isKnown })
      return { signing, before, bytes }
    } catch (error) {
      throw auditErrorOf(error)
    }
  }

  async #load(tenant: string, origin: string, isKnown: boolean): Promise<LogKeys> {
    const { signing, before, bytes } = await this.#take(tenant, isKnown)
    const derive = (purpose: string) =>
      // A key object: Node prepares raw bytes anew for every use, at four times the cost of the HMAC itself.
      createSecretKey(Buffer.from(hkdfSync('sha256', bytes, '', `campanile/${purpose}/v1 ${tenant}`, 32)))
    const handovers = await this.#handovers.read(tenant)
    const chain = openChain(parseVerifierKey(encodeVerifierKey(origin, signing.publicKey)), handovers)
    const outgoing = { signer: signerOf(origin, before ?? signing), lastSize: chain.at(-1)?.from ?? 0 }
    return {
      tenant,
      origin,
      signer: signerOf(origin, signing),
      chain,
      ...(before?.state === 'retired' ? { outgoing } : {}),
      handovers,
      subjectTokenKey: derive('subject-token'),
      digestKey: derive('event-digest'),
      subjectKeys: await this.#subjectKeys,
    }
  }
}

function signerOf(name: string, { publicKey, sign }: SigningKey): NoteSigner {
  return { name, publicKey, sign }
}

/** Says in the words of the ledger what is wrong with its keystore: the log is refused, not the process. */
function auditErrorOf(error: unknown): unknown {
  if (!(error instanceof CustodyError)) return error
  const isLost = error.code === 'CUSTODY_LOST' || error.code === 'CUSTODY_SWAPPED'
  return new AuditError(isLost ? 'AUDIT_KEY_LOST' : 'AUDIT_KEYSTORE_CORRUPT', error.message, { cause: error })
}

/** Names the folder of the subject keys of a keystore. */
export function subjectFolder(keystore: string): string {
  return join(keystore, 'subjects')
}
