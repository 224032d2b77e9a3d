/** What log and witness say to each other (C2SP tlog-witness v1.0.0), as text; who says it is in `audit/witness/`. */
import { parseCheckpoint, parseCount, type Checkpoint } from './checkpoint.ts'
import { AuditError } from './errors.ts'
import { hashBytes } from './hash.ts'
import { decodeBase64, parseNote, type SignedNote } from './note.ts'

/** A log's request to be cosigned. */
export interface AddCheckpoint {
  /** Size of the checkpoint that the witness saw last. */
  readonly oldSize: number
  /** Consistency proof from the old size to the checkpoint's. */
  readonly path: readonly Buffer[]
  /** The signed checkpoint, verbatim. */
  readonly note: string
}

/** The same, read: with the checkpoint that the note holds. No signature of it is verified. */
export interface ReceivedCheckpoint extends AddCheckpoint {
  readonly signed: SignedNote
  readonly checkpoint: Checkpoint
}

/** Media type of a size that a witness tells instead of cosigning. */
export const sizeMediaType = 'text/x.tlog.size'
/** Most hashes a request may carry. */
const maxPath = 63
/** A note, 63 hashes and the line before them. */
export const maxRequestBytes = 73_728

/** Writes the body of `add-checkpoint`. */
export function writeAddCheckpoint({ oldSize, path, note }: AddCheckpoint): string {
  return [`old ${oldSize}`, ...path.map((hash) => hash.toString('base64')), '', note].join('\n')
}

/**
 * Reads the body of `add-checkpoint`.
 *
 * @param body attacker-controlled
 * @throws AuditError AUDIT_WITNESS_MALFORMED, AUDIT_NOTE_MALFORMED or AUDIT_CHECKPOINT_MALFORMED
 */
export function parseAddCheckpoint(body: string): ReceivedCheckpoint {
  const at = body.length <= maxRequestBytes ? body.indexOf('\n\n') : -1
  if (at < 0) throw malformed('no blank line, or too much text')
  const [first = '', ...lines] = body.slice(0, at).split('\n')
  const oldSize = first.startsWith('old ') ? parseCount(first.slice('old '.length)) : undefined
  if (oldSize === undefined) throw malformed('no old size')
  if (lines.length > maxPath) throw malformed(`${lines.length} hashes`)
  const note = body.slice(at + 2)
  const signed = parseNote(note)
  return { oldSize, path: lines.map(parseHash), note, signed, checkpoint: parseCheckpoint(signed.text) }
}

function parseHash(line: string): Buffer {
  const hash = decodeBase64(line)
  if (hash?.length !== hashBytes) throw malformed('a line that is no hash')
  return hash
}

/** Writes the body that tells a size. */
export function writeSize(size: number): string {
  return `${size}\n`
}

/**
 * Reads the size that a witness tells.
 *
 * @param body attacker-controlled
 * @throws AuditError AUDIT_WITNESS_MALFORMED
 */
export function parseSize(body: string): number {
  const size = body.endsWith('\n') ? parseCount(body.slice(0, -1)) : undefined
  if (size === undefined) throw malformed('another body than a size')
  return size
}

function malformed(found: string): AuditError {
  return new AuditError('AUDIT_WITNESS_MALFORMED', `found ${found}, expected a message of tlog-witness`)
}
