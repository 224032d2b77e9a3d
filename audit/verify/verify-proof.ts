/** `verify-proof FILE`: checks one event's proof, offline. */
import { readFileSync, statSync } from 'node:fs'
import { AuditError } from '../log/errors.ts'
import { parseVerifierKey } from '../log/note.ts'
import { parsePolicy } from '../log/policy-file.ts'
import { keyOf } from './command.ts'
import { verifyProofText } from './proof-text.ts'

export interface ProofTrust {
  /** Verifier key of the event's log, or the path of a file that holds one. */
  readonly key: string
  /** Path of a trust policy (C2SP tlog-policy) that names the anchor log and its witnesses. */
  readonly policy?: string
}

/** Two proofs and a policy are far below. */
const maxFileBytes = 1_048_576

/**
 * Verifies a proof file and says in words what it proves.
 *
 * @throws AuditError whatever is wrong with it
 */
export function verifyProofFile(path: string, trust: ProofTrust): string {
  const logKey = parseVerifierKey(keyOf(trust.key))
  const text = readBounded(path).toString('utf8')
  const policy = trust.policy === undefined ? undefined : parsePolicy(readBounded(trust.policy))
  return verifyProofText(text, logKey, policy)
}

function readBounded(path: string): Buffer {
  const { size } = statSync(path)
  if (size <= maxFileBytes) return readFileSync(path)
  throw new AuditError('AUDIT_PROOF_MALFORMED', `found ${size} bytes, expected at most ${maxFileBytes}`)
}
