/** `erase --tenant T --subject S --reason R`: asks the running ledger, or approves what another person will ask for. */
import { ErasureApproval, ErasureCertificate, type ErasureBody } from '../../contracts/erasure.ts'
import { validator } from '../../lib/validate.ts'
import { AuditError } from '../log/errors.ts'

export interface EraseOptions extends ErasureBody {
  readonly tenant: string
  readonly port: number
  readonly token: string
}

const checkCertificate = validator(ErasureCertificate)
const checkApproval = validator(ErasureApproval)

/** @throws AuditError AUDIT_ERASURE_FAILED with what the ledger answered */
export async function eraseSubject(options: EraseOptions): Promise<string> {
  const outcome = checkCertificate(await ask(options, ''))
  if (!outcome.valid) throw new AuditError('AUDIT_ERASURE_FAILED', 'the answer is no certificate')
  const { id, index, erasedAt, unrecoverableAfter, entries } = outcome.value
  return [
    `erased ${entries} entries at ${erasedAt}, unrecoverable after ${unrecoverableAfter}`,
    `certificate ${id} at index ${index}`,
  ].join('\n')
}

/**
 * Approves the erasure somebody else will ask for with the same id, subject, reason and record.
 *
 * @throws AuditError AUDIT_ERASURE_FAILED with what the ledger answered
 */
export async function approveErasure(options: EraseOptions): Promise<string> {
  const outcome = checkApproval(await ask(options, '/approvals'))
  if (!outcome.valid) throw new AuditError('AUDIT_ERASURE_FAILED', 'the answer is no approval')
  const { id, expiresAt } = outcome.value
  return `approved until ${expiresAt}: another person says the same with --id ${id}`
}

async function ask({ tenant, port, token, ...body }: EraseOptions, path: string): Promise<unknown> {
  const url = `http://127.0.0.1:${port}/v1/erasures/${encodeURIComponent(tenant)}${path}`
  const response = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const text = await response.text()
  if (!response.ok) throw new AuditError('AUDIT_ERASURE_FAILED', `${response.status}: ${text.slice(0, 500)}`)
  return JSON.parse(text)
}
