/** `erase --tenant T --subject S --reason R`: asks the running ledger with the operator's token. */
import { randomUUID } from 'node:crypto'
import { ErasureCertificate, type ErasureBody } from '../../contracts/erasure.ts'
import { validator } from '../../lib/validate.ts'
import { AuditError } from '../log/errors.ts'

export interface EraseOptions extends Omit<ErasureBody, 'id'> {
  readonly tenant: string
  readonly port: number
  readonly token: string
}

const validate = validator(ErasureCertificate)

/** @throws AuditError AUDIT_ERASURE_FAILED with what the ledger answered */
export async function eraseSubject({ tenant, port, token, ...body }: EraseOptions): Promise<string> {
  const url = `http://127.0.0.1:${port}/v1/erasures/${encodeURIComponent(tenant)}`
  const response = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ id: randomUUID(), ...body }),
  })
  const text = await response.text()
  if (!response.ok) throw new AuditError('AUDIT_ERASURE_FAILED', `${response.status}: ${text.slice(0, 500)}`)
  const outcome = validate(JSON.parse(text))
  if (!outcome.valid) throw new AuditError('AUDIT_ERASURE_FAILED', 'the answer is no certificate')
  const { id, index, erasedAt, unrecoverableAfter, entries } = outcome.value
  return [
    `erased ${entries} entries at ${erasedAt}, unrecoverable after ${unrecoverableAfter}`,
    `certificate ${id} at index ${index}`,
  ].join('\n')
}
