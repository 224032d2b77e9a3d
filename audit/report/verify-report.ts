/** Checks a student's report offline, with nothing but the report and the verifier key of the log. */
import { canonicalJson } from '../../contracts/canonical-json.ts'
import type { AuditEvent } from '../../contracts/audit-event.ts'
import type { ReportLine, StudentReport, UnshownEntry } from '../../contracts/student-report.ts'
import { openCheckpoint, type Checkpoint } from '../log/checkpoint.ts'
import { AuditError } from '../log/errors.ts'
import { leafHash } from '../log/hash.ts'
import { commitFacts, commitLeaf, commitPersonal } from '../log/leaf.ts'
import type { VerifierKey } from '../log/note.ts'
import { verifyInclusion } from '../log/proof.ts'
import { statementOf } from './student-report.ts'

/** What a report proves when nothing is wrong with it. */
export interface ReportVerdict {
  readonly lines: number
  /** Earlier statements about the same student that are among the lines and agree with them. */
  readonly earlierStatements: number
}

/**
 * Checks every line's leaf, proof and openings, the statement over all of them, and every earlier statement.
 *
 * @param report attacker-controlled but of the contract's shape
 * @throws AuditError AUDIT_REPORT_INVALID or AUDIT_PROOF_INVALID naming the entry, or what `openCheckpoint` throws
 */
export function verifyStudentReport(report: StudentReport, key: VerifierKey): ReportVerdict {
  const checkpoint = openCheckpoint(report.checkpoint, key)
  const { lines, unshown, statement } = report
  const all = [...lines, ...unshown].sort((a, b) => a.index - b.index)
  all.forEach((entry, at) => {
    if (entry.index === all[at - 1]?.index) throw invalid(`entry ${entry.index} twice`)
    verifyPlace(entry, checkpoint)
  })
  for (const line of lines) verifyLine(line, report)
  if (statement.size !== checkpoint.size) throw invalid('a statement about another size')
  verifyStatement(all, { ...statement, to: statement.size }, 'the statement')
  const earlier = lines.flatMap(({ index, facts }) =>
    facts.action === 'accesses.read' && facts.evidence !== undefined ? [{ index, ...facts.evidence }] : [],
  )
  for (const { index, ...evidence } of earlier) verifyStatement(all, evidence, `the statement at ${index}`)
  return { lines: lines.length, earlierStatements: earlier.length }
}

function verifyPlace({ index, leafHash: encoded, path }: UnshownEntry, { size, root }: Checkpoint): void {
  const hashes = path.map((hash) => Buffer.from(hash, 'base64'))
  try {
    verifyInclusion({ index, size, leafHash: Buffer.from(encoded, 'base64'), path: hashes }, root)
  } catch (cause) {
    throw new AuditError('AUDIT_PROOF_INVALID', `found a proof of entry ${index} that does not hold`, {
      cause,
    })
  }
}

function verifyLine(line: ReportLine, { subject }: StudentReport): void {
  const { index, leaf, facts, section } = line
  const hash = leafHash(Buffer.from(canonicalJson(leaf))).toString('base64')
  if (hash !== line.leafHash) throw invalid(`a leaf at ${index} with another hash`)
  // Commitments are over canonical JSON, so whatever the objects hold is covered.
  const personal = line.personal as NonNullable<AuditEvent['personal']>
  const commitment = commitLeaf(
    commitFacts(facts, Buffer.from(line.factsSalt, 'base64url')),
    commitPersonal(personal, Buffer.from(line.personalSalt, 'base64url')),
  )
  if (commitment !== leaf.commitment)
    throw invalid(`facts or personal data at ${index} that were not committed to`)
  if (personal.subject !== subject) throw invalid(`an entry at ${index} about somebody else`)
  if ((facts.class === 'disclosure') !== (section === 'accounting')) {
    throw invalid(`an entry of class ${facts.class} at ${index} in the section ${section}`)
  }
}

interface Statement {
  readonly to: number
  readonly count: number
  readonly sha256: string
}

function verifyStatement(all: readonly UnshownEntry[], { to, count, sha256 }: Statement, what: string): void {
  const below = all.filter(({ index }) => index < to)
  const found = statementOf(below.map((entry) => ({ leafHash: Buffer.from(entry.leafHash, 'base64') })))
  if (found.count !== count || found.sha256 !== sha256) {
    throw invalid(`${found.count} entries below ${to} where ${what} says ${count}, or others than it says`)
  }
}

function invalid(found: string): AuditError {
  return new AuditError('AUDIT_REPORT_INVALID', `found ${found}`)
}
