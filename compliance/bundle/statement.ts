/**
 * What a bundle states, as an in-toto statement (v1, predicate SVR v0.2) in a DSSE envelope: these files had these
 * hashes when the scan looked at them, and these items passed. Signed with Ed25519 where a key is given.
 */
import { createHash, createPublicKey, sign, verify, type KeyObject } from 'node:crypto'
import type { Posture } from '../../contracts/posture.ts'

const payloadType = 'application/vnd.in-toto+json'

export interface HashedFile {
  readonly name: string
  readonly sha256: string
}

export interface Envelope {
  readonly payloadType: string
  readonly payload: string
  readonly signatures: readonly { readonly keyid: string; readonly sig: string }[]
}

export interface Statement {
  readonly _type: string
  readonly subject: readonly { readonly name: string; readonly digest: { readonly sha256: string } }[]
  readonly predicateType: string
  readonly predicate: {
    readonly verifier: { readonly id: string }
    readonly timeCreated: string
    readonly properties: readonly string[]
  }
}

/** Hashes a text. */
export function sha256Of(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}

/** Makes the statement of a posture about the parts of its bundle. */
export function statementOf(posture: Posture, parts: readonly HashedFile[]): Statement {
  const passing = posture.items
    .filter(({ state }) => state === 'pass')
    .map(({ id }) => `CAMPANILE_${id}_PASSED`)
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: parts.map(({ name, sha256 }) => ({ name, digest: { sha256 } })),
    predicateType: 'https://in-toto.io/attestation/svr/v0.2',
    predicate: {
      verifier: { id: `urn:campanile:ruleset:${posture.ruleset}` },
      timeCreated: posture.scannedAt,
      properties: ['CAMPANILE_SCANNED', ...passing],
    },
  }
}

/** Puts a statement into an envelope; without a key there is no signature, and a reader is told. */
export function envelopeOf(statement: Statement, key?: KeyObject): Envelope {
  const payload = Buffer.from(JSON.stringify(statement))
  const signatures =
    key === undefined
      ? []
      : [{ keyid: keyIdOf(createPublicKey(key)), sig: sign(null, encoded(payload), key).toString('base64') }]
  return { payloadType, payload: payload.toString('base64'), signatures }
}

/** Names a public key: SHA-256 of its SubjectPublicKeyInfo. */
export function keyIdOf(key: KeyObject): string {
  return sha256Of(key.export({ format: 'der', type: 'spki' }))
}

/** True when one of the signatures is by this key. */
export function isSignedBy({ payload, payloadType: type, signatures }: Envelope, key: KeyObject): boolean {
  if (type !== payloadType || key.asymmetricKeyType !== 'ed25519') return false
  const bytes = encoded(Buffer.from(payload, 'base64'))
  return signatures.some(({ sig }) => verify(null, bytes, key, Buffer.from(sig, 'base64')))
}

/** What is signed: the pre-authentication encoding (DSSE protocol, v1). */
function encoded(payload: Buffer): Buffer {
  const head = `DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.length} `
  return Buffer.concat([Buffer.from(head), payload])
}
