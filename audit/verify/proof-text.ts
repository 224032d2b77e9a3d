/**
 * Checks one event's proof: a `.tlog-proof` of its log, or the proof through the anchor log under the cosignatures of
 * witnesses. The leaf comes along as the proof's extra data. No I/O: the page in a browser runs it too.
 */
import { verifyAnchoredProof } from '../log/anchored-proof.ts'
import { AuditError } from '../log/errors.ts'
import { leafHash } from '../log/hash.ts'
import type { VerifierKey } from '../log/note.ts'
import { parsePolicy } from '../log/policy-file.ts'
import type { Judgement, Policy } from '../log/policy.ts'
import { parseTlogProof, verifyTlogProof, type TlogProof } from '../log/tlog-proof.ts'
import { printable } from './describe-verdict.ts'

const noWitness = 'no witness vouches for it: a holder of the log key could have rewritten the log'

/**
 * Verifies a proof and says in words what it proves.
 *
 * @param text attacker-controlled
 * @param policy received by another way; without it an anchored proof is judged by its own
 * @throws AuditError whatever is wrong with it
 */
export function verifyProofText(text: string, logKey: VerifierKey, policy?: Policy): string {
  const lines = text.trimStart().startsWith('{')
    ? describeAnchored(text, logKey, policy)
    : describePlain(text, logKey, policy)
  return lines.map(printable).join('\n')
}

function describePlain(file: string, logKey: VerifierKey, policy: Policy | undefined): string[] {
  const entry = parseTlogProof(file)
  const trusted = { witnesses: [], groups: [], quorum: 'none', ...policy, logs: [{ key: logKey }] }
  const judgement = verifyTlogProof(entry, leafHash(leafOf(entry)), trusted)
  return [...describeEntry(entry, logKey), ...describeCosigners(judgement)]
}

function describeAnchored(file: string, logKey: VerifierKey, given: Policy | undefined): string[] {
  const parts = readParts(file)
  const entry = parseTlogProof(parts.entry)
  const anchor = parseTlogProof(parts.anchor)
  const policy = given ?? parsePolicy(Buffer.from(parts.policy))
  const judgement = verifyAnchoredProof({ entry, anchor }, leafHash(leafOf(entry)), { logKey, policy })
  const { origin, size } = judgement.checkpoint
  return [
    ...describeEntry(entry, logKey),
    `its checkpoint is entry ${anchor.index} of ${size} of ${origin}`,
    ...describeCosigners(judgement),
    ...(given === undefined
      ? ['the policy was taken from the proof itself: compare it with the one you were given']
      : []),
  ]
}

function describeEntry(entry: TlogProof, { name }: VerifierKey): string[] {
  return [`entry ${entry.index} of log ${name} verified`, `leaf ${leafOf(entry).toString('utf8')}`]
}

function describeCosigners({ cosigners }: Judgement): string[] {
  if (cosigners.length === 0) return [noWitness]
  return cosigners.map(({ name, timeSeconds }) => {
    // Beyond the year 275760 there is no date.
    const isDate = timeSeconds <= 8_640_000_000_000
    return `cosigned by ${name} at ${isDate ? new Date(timeSeconds * 1_000).toISOString() : timeSeconds}`
  })
}

function leafOf({ extra }: TlogProof): Buffer {
  if (extra !== undefined) return extra
  throw new AuditError('AUDIT_PROOF_MALFORMED', 'found no extra data, expected the leaf there')
}

function readParts(file: string) {
  const value = parseJson(file)
  if (
    typeof value === 'object' &&
    value !== null &&
    'entry' in value &&
    'anchor' in value &&
    'policy' in value
  ) {
    const { entry, anchor, policy } = value
    if (typeof entry === 'string' && typeof anchor === 'string' && typeof policy === 'string') {
      return { entry, anchor, policy }
    }
  }
  throw new AuditError('AUDIT_PROOF_MALFORMED', 'expected the texts entry, anchor and policy')
}

function parseJson(file: string): unknown {
  try {
    return JSON.parse(file)
  } catch (cause) {
    throw new AuditError('AUDIT_PROOF_MALFORMED', 'the proof is not json', { cause })
  }
}
