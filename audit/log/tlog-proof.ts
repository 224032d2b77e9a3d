/**
 * Proof files (C2SP tlog-proof@v1): an entry's place in a log, the path to the root, and the checkpoint with its
 * cosignatures, in one text that is verified offline.
 */
import { parseCount } from './checkpoint.ts'
import { AuditError } from './errors.ts'
import { hashBytes } from './hash.ts'
import { decodeBase64, parseNote } from './note.ts'
import { judgeCheckpoint, type Judgement, type Policy } from './policy.ts'
import { verifyInclusion } from './proof.ts'

export interface TlogProof {
  /** Application data; nothing vouches for it. */
  readonly extra?: Buffer
  /** Zero-based index of the entry. */
  readonly index: number
  /** Sibling hashes, leaf upwards. */
  readonly path: readonly Buffer[]
  /** The signed checkpoint, verbatim. */
  readonly note: string
}

/** What the file ending and the first line say; served as text. */
const firstLine = 'c2sp.org/tlog-proof@v1'
/** A tree of 2^53 entries has no longer path. */
const maxPath = 63
/** Longest extra data, decoded. */
const maxExtraBytes = 16_384
const maxProofLength = 327_680

/** Writes a proof file. */
export function writeTlogProof({ extra, index, path, note }: TlogProof): string {
  const lines = [
    firstLine,
    ...(extra === undefined ? [] : [`extra ${extra.toString('base64')}`]),
    `index ${index}`,
    ...path.map((hash) => hash.toString('base64')),
  ]
  return `${lines.join('\n')}\n\n${note}`
}

/**
 * Reads a proof file without verifying it.
 *
 * @param text attacker-controlled
 * @throws AuditError AUDIT_PROOF_MALFORMED or AUDIT_NOTE_MALFORMED
 */
export function parseTlogProof(text: string): TlogProof {
  const at = text.length <= maxProofLength ? text.indexOf('\n\n') : -1
  if (at < 0) throw malformed('no blank line, or too much text')
  const [first, ...lines] = text.slice(0, at).split('\n')
  if (first !== firstLine) throw malformed('another first line')
  const extra = lines[0]?.startsWith('extra ') === true ? parseExtra(lines.shift() ?? '') : undefined
  const indexLine = lines.shift() ?? ''
  const index = indexLine.startsWith('index ') ? parseCount(indexLine.slice('index '.length)) : undefined
  if (index === undefined) throw malformed('no index')
  if (lines.length > maxPath) throw malformed(`${lines.length} hashes`)
  const note = text.slice(at + 2)
  parseNote(note)
  return { ...(extra === undefined ? {} : { extra }), index, path: lines.map(parseHash), note }
}

function parseExtra(line: string): Buffer {
  const extra = decodeBase64(line.slice('extra '.length))
  if (extra === undefined || extra.length > maxExtraBytes) throw malformed('extra data that are not base64')
  return extra
}

function parseHash(line: string): Buffer {
  const hash = decodeBase64(line)
  if (hash?.length !== hashBytes) throw malformed('a line that is no hash')
  return hash
}

/**
 * Verifies a proof: the checkpoint is signed and cosigned as the policy demands, and the entry is in its tree.
 *
 * @throws AuditError AUDIT_PROOF_INVALID, AUDIT_POLICY_UNMET, or what `judgeCheckpoint` throws
 */
export function verifyTlogProof(proof: TlogProof, leafHash: Uint8Array, policy: Policy): Judgement {
  const judgement = judgeCheckpoint(policy, proof.note)
  if (!judgement.hasQuorum) {
    throw new AuditError('AUDIT_POLICY_UNMET', `found ${judgement.cosigners.length} cosigners, no quorum`)
  }
  const { size, root } = judgement.checkpoint
  verifyInclusion({ index: proof.index, size, leafHash, path: proof.path }, root)
  return judgement
}

function malformed(found: string): AuditError {
  return new AuditError('AUDIT_PROOF_MALFORMED', `found ${found}, expected a tlog-proof`)
}
