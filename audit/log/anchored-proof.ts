/**
 * Entries of the anchor log and the proof through both logs: the event is in its tenant's log, and that log's
 * checkpoint is in the anchor log, which witnesses cosign. Witnesses see salted hashes: no name, no size.
 */
import { openCheckpoint } from './checkpoint.ts'
import { AuditError } from './errors.ts'
import { leafHash, sha256 } from './hash.ts'
import { parseNote, type VerifierKey } from './note.ts'
import type { Judgement, Policy } from './policy.ts'
import { verifyInclusion } from './proof.ts'
import { verifyTlogProof, type TlogProof } from './tlog-proof.ts'

const anchorDomain = 'campanile/anchor/v1\0'
/** Bytes of the salt, which stands in the proof's extra data. */
const saltBytes = 32

/**
 * Commits to a checkpoint: the 32 bytes the anchor log has as an entry.
 *
 * @param text what the tenant's log signed: origin, size, root
 * @param salt 32 bytes nobody can guess
 */
export function anchorEntry(text: string, salt: Uint8Array): Buffer {
  return sha256(Buffer.concat([Buffer.from(anchorDomain), salt, Buffer.from(text)]))
}

export interface AnchoredProof {
  /** Of the event in its tenant's log. */
  readonly entry: TlogProof
  /** Of that log's checkpoint in the anchor log; its extra data are the salt. */
  readonly anchor: TlogProof
}

export interface AnchoredTrust {
  /** Key of the tenant's log. */
  readonly logKey: VerifierKey
  /** Names the anchor log and its witnesses. */
  readonly policy: Policy
}

/**
 * Verifies an event's proof through both logs; answers what the witnesses say of the anchor log.
 *
 * @param leaf the leaf hash of the event
 * @throws AuditError AUDIT_PROOF_INVALID, AUDIT_PROOF_MALFORMED, AUDIT_POLICY_UNMET, or what opening the
 *   checkpoints throws
 */
export function verifyAnchoredProof(
  { entry, anchor }: AnchoredProof,
  leaf: Uint8Array,
  { logKey, policy }: AnchoredTrust,
): Judgement {
  const { size, root } = openCheckpoint(entry.note, logKey)
  verifyInclusion({ index: entry.index, size, leafHash: leaf, path: entry.path }, root)
  const salt = anchor.extra
  if (salt?.length !== saltBytes) {
    throw new AuditError('AUDIT_PROOF_MALFORMED', 'found no salt, expected 32 bytes of extra data')
  }
  return verifyTlogProof(anchor, leafHash(anchorEntry(parseNote(entry.note).text, salt)), policy)
}
