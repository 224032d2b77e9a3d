/**
 * This appliance as a witness of its peers' logs (C2SP tlog-witness v1.0.0): it cosigns a checkpoint that extends
 * the last one it cosigned, and nothing else. What it cosigned is on disk before it says so. Whoever asks controls
 * every byte; only the key of a configured log gets past the first checks.
 */
import type { Checkpoint } from '../log/checkpoint.ts'
import { parseCheckpoint } from '../log/checkpoint.ts'
import {
  cosign,
  cosignerTypeOf,
  parseCosignerKey,
  verifyCosignatures,
  type CosignerKey,
} from '../log/cosignature.ts'
import { AuditError } from '../log/errors.ts'
import { emptyRoot, sha256 } from '../log/hash.ts'
import {
  encodeVerifierKey,
  parseNote,
  signaturesBy,
  verifyNote,
  writeSignature,
  type NoteSigner,
  type VerifierKey,
} from '../log/note.ts'
import type { Policy } from '../log/policy.ts'
import { verifyConsistency } from '../log/proof.ts'
import { parseAddCheckpoint, type ReceivedCheckpoint } from '../log/witness-message.ts'

/** Where notes are kept: each replaced whole, durable before `write` resolves. */
export interface NoteFiles {
  readonly read: (name: string) => Promise<string | undefined>
  readonly write: (name: string, note: string) => Promise<void>
}

export interface WitnessOptions {
  /** Name and key of this witness; the key signs nothing but cosignatures. */
  readonly signer: NoteSigner
  /** The same with a key of ML-DSA-44: each checkpoint then gets a line of both. */
  readonly postQuantumSigner?: NoteSigner
  /** Its logs are those that are witnessed; several keys may share an origin. */
  readonly policy: Policy
  readonly files: NoteFiles
  readonly nowMillis: () => number
}

export type WitnessAnswer =
  | { readonly status: 'cosigned'; readonly lines: string }
  /** Another size was cosigned last. */
  | { readonly status: 'conflict'; readonly size: number }
  | { readonly status: 'malformed' | 'inconsistent'; readonly reason: string }
  | { readonly status: 'unknown_origin' | 'unsigned' | 'busy' }

/** What was cosigned last. */
interface Cosigned {
  readonly checkpoint: Pick<Checkpoint, 'size' | 'root'>
  readonly timeSeconds: number
}

/** Most requests that wait for one log; each waits for a disk to sync. */
const maxWaiting = 32

export class Witness {
  readonly #options: WitnessOptions
  readonly #signers: readonly NoteSigner[]
  readonly #keys: readonly CosignerKey[]
  /** Requests of one origin, one after the other: nothing may come between check and set. */
  readonly #queues = new Map<string, { tail: Promise<unknown>; waiting: number }>()

  constructor(options: WitnessOptions) {
    this.#options = options
    const { signer, postQuantumSigner } = options
    this.#signers = postQuantumSigner === undefined ? [signer] : [signer, postQuantumSigner]
    this.#keys = this.#signers.map((each) => parseCosignerKey(vkeyOf(each)))
  }

  /** The key by which its cosignatures with Ed25519 are known; the card of the house has both. */
  get vkey(): string {
    return vkeyOf(this.#options.signer)
  }

  /**
   * Answers a request to cosign.
   *
   * @param body attacker-controlled, at most `maxRequestBytes`
   * @throws AuditError when the state on disk is damaged: then nothing of this log is cosigned
   */
  async addCheckpoint(body: string): Promise<WitnessAnswer> {
    const request = readRequest(body)
    if (request instanceof AuditError) return { status: 'malformed', reason: request.message }
    const { origin, size } = request.checkpoint
    const keys = this.#keysOf(origin)
    if (keys.length === 0) return { status: 'unknown_origin' }
    const signers = findSigners(request, keys)
    if (signers.length === 0) return { status: 'unsigned' }
    if (request.oldSize > size) return { status: 'malformed', reason: 'the old size is above the new one' }
    return this.#inTurn(origin, () => this.#advance(request, signers))
  }

  /**
   * Reads the checkpoint of a log that was cosigned last, with this witness's cosignature.
   *
   * @param originHash SHA-256 of the origin, hex; attacker-controlled
   */
  async latest(originHash: string): Promise<string | undefined> {
    const isKnown = this.#options.policy.logs.some(({ key }) => nameOf(key.name) === originHash)
    return isKnown ? this.#options.files.read(originHash) : undefined
  }

  #keysOf(origin: string): VerifierKey[] {
    return this.#options.policy.logs.map(({ key }) => key).filter(({ name }) => name === origin)
  }

  #inTurn(origin: string, run: () => Promise<WitnessAnswer>): Promise<WitnessAnswer> {
    const queue = this.#queues.get(origin) ?? { tail: Promise.resolve(), waiting: 0 }
    this.#queues.set(origin, queue)
    if (queue.waiting >= maxWaiting) return Promise.resolve({ status: 'busy' })
    queue.waiting++
    const answer = queue.tail.then(run).finally(() => {
      queue.waiting--
    })
    // A failure is the caller's to see; the next in turn begins all the same.
    queue.tail = answer.catch(() => undefined)
    return answer
  }

  async #advance(request: ReceivedCheckpoint, signers: readonly VerifierKey[]): Promise<WitnessAnswer> {
    const { checkpoint, signed } = request
    const last = await this.#read(checkpoint.origin)
    if (request.oldSize !== last.checkpoint.size) return { status: 'conflict', size: last.checkpoint.size }
    const fault = inconsistency(request, last.checkpoint)
    if (fault !== undefined) return { status: 'inconsistent', reason: fault }
    const { files, nowMillis } = this.#options
    // "As of this time it is the largest": a clock that was set back must not say so of an earlier time.
    const timeSeconds = Math.max(Math.floor(nowMillis() / 1_000), last.timeSeconds)
    const lines = this.#signers.map((signer) => cosign(signed.text, signer, timeSeconds)).join('')
    // Only verified signatures are kept: the request may carry forged lines of other names, ours among them.
    const kept = signers.flatMap((key) => signaturesBy(signed, key)).map(writeSignature)
    await files.write(nameOf(checkpoint.origin), `${signed.text}\n${kept.join('')}${lines}`)
    return { status: 'cosigned', lines }
  }

  async #read(origin: string): Promise<Cosigned> {
    const note = await this.#options.files.read(nameOf(origin))
    if (note === undefined) return { checkpoint: { size: 0, root: emptyRoot }, timeSeconds: 0 }
    const signed = parseNote(note)
    const checkpoint = parseCheckpoint(signed.text)
    // One is enough: a key that was made since has cosigned nothing yet.
    const [own] = verifyCosignatures(signed, this.#keys)
    if (own === undefined || checkpoint.origin !== origin) {
      throw new AuditError('AUDIT_LOG_CORRUPT', 'the state of a witnessed log is not what was cosigned')
    }
    return { checkpoint, timeSeconds: own.timeSeconds }
  }
}

function vkeyOf({ name, publicKey }: NoteSigner): string {
  return encodeVerifierKey(name, publicKey, cosignerTypeOf({ publicKey }))
}

function readRequest(body: string): ReceivedCheckpoint | AuditError {
  try {
    return parseAddCheckpoint(body)
  } catch (error) {
    if (error instanceof AuditError) return error
    throw error
  }
}

function findSigners({ signed }: ReceivedCheckpoint, keys: readonly VerifierKey[]): VerifierKey[] {
  try {
    return verifyNote(signed, keys)
  } catch (error) {
    if (error instanceof AuditError) return []
    throw error
  }
}

/** Says why a checkpoint does not extend the last one; undefined when it does. */
function inconsistency(
  { path, checkpoint: { size, root } }: ReceivedCheckpoint,
  last: Cosigned['checkpoint'],
): string | undefined {
  if (size === 0 && !root.equals(emptyRoot)) return 'a tree without leaves has another root'
  try {
    verifyConsistency({ from: last.size, to: size, fromRoot: last.root, toRoot: root, path })
    return undefined
  } catch (error) {
    if (error instanceof AuditError) return error.message
    throw error
  }
}

/** Names a log's state: an origin is free text and no file name. */
function nameOf(origin: string): string {
  return sha256(Buffer.from(origin)).toString('hex')
}
