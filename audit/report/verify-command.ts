/** `verify-report FILE`: opens the file and nothing else: no database, no network, no settings. */
import { readFile } from 'node:fs/promises'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { reportDoesNotShow, StudentReport } from '../../contracts/student-report.ts'
import { validator } from '../../lib/validate.ts'
import { AuditError } from '../log/errors.ts'
import { parseVerifierKey } from '../log/note.ts'
import { verifyStudentReport } from './verify-report.ts'

const validate = validator(StudentReport)
/** Most bytes of a file that may hold a verifier key; beyond it the file is something else. */
const maxKeyFileBytes = 4_096

/**
 * Verifies a report file and says what that shows.
 *
 * @param key a verifier key, or the path of a file that holds one
 * @throws AuditError AUDIT_REPORT_INVALID or AUDIT_PROOF_INVALID, or AUDIT_KEY_MALFORMED
 */
export async function verifyReportFile(path: string, key: string): Promise<string> {
  const isFile = existsSync(key) && statSync(key).size <= maxKeyFileBytes
  const vkey = parseVerifierKey(isFile ? readFileSync(key, 'utf8').trim() : key)
  const outcome = validate(await parsed(path))
  if (!outcome.valid) {
    const [fault] = outcome.faults
    throw new AuditError('AUDIT_REPORT_INVALID', `found no student report: ${fault?.at}: ${fault?.expected}`)
  }
  const { lines, earlierStatements } = verifyStudentReport(outcome.value, vkey)
  const { statement, unshown, synthetic } = outcome.value
  return [
    `${lines} lines verified, ${unshown.length} entries outside the report proved to be in the log`,
    `${statement.count} entries about the student below size ${statement.size}; ${earlierStatements} earlier statements agree`,
    ...(synthetic ? ['SYNTHETIC: this report holds demo data, it is no evidence'] : []),
    ...reportDoesNotShow,
  ].join('\n')
}

async function parsed(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch (cause) {
    throw new AuditError('AUDIT_REPORT_INVALID', 'found a file that is no JSON', { cause })
  }
}
