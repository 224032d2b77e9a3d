/** What a log signs: its origin, size and root (C2SP tlog-checkpoint v1.0.0), without extension lines. */
import { AuditError } from './errors.ts'
import { hashBytes } from './hash.ts'
import { decodeBase64, openNote, signNote, type NoteSigner, type VerifierKey } from './note.ts'

export interface Checkpoint {
  readonly origin: string
  readonly size: number
  readonly root: Buffer
}

/** Writes what is signed: three lines. */
export function checkpointText({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${root.toString('base64')}\n`
}

/** Signs a checkpoint; the signer's name is the origin. */
export function signCheckpoint(checkpoint: Checkpoint, signer: NoteSigner): string {
  return signNote(checkpointText(checkpoint), signer)
}

/**
 * Opens a signed checkpoint.
 *
 * @param note attacker-controlled
 * @throws AuditError AUDIT_CHECKPOINT_MALFORMED, or what `openNote` throws
 */
export function openCheckpoint(note: string, key: VerifierKey): Checkpoint {
  const checkpoint = parseCheckpoint(openNote(note, key))
  if (checkpoint.origin !== key.name) {
    throw new AuditError(
      'AUDIT_CHECKPOINT_MALFORMED',
      `found origin ${checkpoint.origin}, expected ${key.name}`,
    )
  }
  return checkpoint
}

/**
 * Reads the text of a note as a checkpoint, whoever signed it.
 *
 * @param text attacker-controlled
 * @throws AuditError AUDIT_CHECKPOINT_MALFORMED
 */
export function parseCheckpoint(text: string): Checkpoint {
  const [origin = '', digits = '', encoded = '', ...rest] = text.split('\n')
  const size = parseCount(digits)
  const root = decodeBase64(encoded)
  const isWhole = rest.length === 1 && rest[0] === ''
  if (origin === '' || size === undefined || root?.length !== hashBytes || !isWhole) {
    throw new AuditError('AUDIT_CHECKPOINT_MALFORMED', 'expected origin, size and root on three lines')
  }
  return { origin, size, root }
}

/** Reads a size or an index as tlog formats write it: decimal, no leading zeros; undefined for anything else. */
export function parseCount(digits: string): number | undefined {
  const count = /^(?:0|[1-9][0-9]{0,15})$/.test(digits) ? Number(digits) : Number.NaN
  return Number.isSafeInteger(count) ? count : undefined
}
