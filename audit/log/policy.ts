/**
 * Whom to believe (C2SP tlog-policy): known logs, known witnesses, and how many of which witnesses must have
 * cosigned a checkpoint. Evaluating one is pure; the file is parsed in `policy-file.ts`.
 */
import { parseCheckpoint, type Checkpoint } from './checkpoint.ts'
import { verifyCosignatures, type CosignerKey } from './cosignature.ts'
import { AuditError } from './errors.ts'
import { parseNote, verifyNote, type VerifierKey } from './note.ts'

export interface PolicyLog {
  readonly key: VerifierKey
  readonly url?: string
}

export interface PolicyWitness {
  /** Good inside the policy only. */
  readonly name: string
  readonly key: CosignerKey
  /** Submission prefix of the witness. */
  readonly url?: string
}

export interface PolicyGroup {
  readonly name: string
  /** How many members are enough. */
  readonly threshold: number
  /** Names of witnesses and groups that were defined before. */
  readonly members: readonly string[]
}

export interface Policy {
  readonly logs: readonly PolicyLog[]
  readonly witnesses: readonly PolicyWitness[]
  /** In the order of their definition. */
  readonly groups: readonly PolicyGroup[]
  /** Name of a witness or a group, or `none`. */
  readonly quorum: string
}

export interface Cosigner {
  /** The witness's name in the policy. */
  readonly name: string
  readonly timeSeconds: number
}

export interface Judgement {
  readonly checkpoint: Checkpoint
  readonly cosigners: readonly Cosigner[]
  readonly hasQuorum: boolean
}

/**
 * Opens a checkpoint of one of the policy's logs and counts its cosignatures.
 *
 * @param note attacker-controlled
 * @throws AuditError AUDIT_NOTE_MALFORMED, AUDIT_NOTE_UNSIGNED, AUDIT_NOTE_BAD_SIGNATURE (of a log or a known
 *   witness) or AUDIT_CHECKPOINT_MALFORMED
 */
export function judgeCheckpoint(policy: Policy, note: string): Judgement {
  const signed = parseNote(note)
  const checkpoint = parseCheckpoint(signed.text)
  const keys = policy.logs.map(({ key }) => key).filter(({ name }) => name === checkpoint.origin)
  if (keys.length === 0) {
    throw new AuditError('AUDIT_NOTE_UNSIGNED', 'found a checkpoint of a log that the policy does not name')
  }
  verifyNote(signed, keys)
  const cosignatures = verifyCosignatures(
    signed,
    policy.witnesses.map(({ key }) => key),
  )
  const cosigners = policy.witnesses.flatMap(({ name, key }) => {
    const own = cosignatures.find((each) => each.key === key)
    return own === undefined ? [] : [{ name, timeSeconds: own.timeSeconds }]
  })
  const names = cosigners.map(({ name }) => name)
  return { checkpoint, cosigners, hasQuorum: isQuorum(policy, names) }
}

/**
 * Tells whether these witnesses are enough.
 *
 * @param cosigners names of witnesses that cosigned
 */
export function isQuorum({ groups, quorum }: Policy, cosigners: readonly string[]): boolean {
  const witnessed = new Set(cosigners)
  // Members are defined before their group, so one pass in order settles them all.
  for (const { name, threshold, members } of groups) {
    if (members.filter((member) => witnessed.has(member)).length >= threshold) witnessed.add(name)
  }
  return quorum === 'none' || witnessed.has(quorum)
}
