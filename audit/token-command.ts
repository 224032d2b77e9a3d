/** `token --role R --tenant T --name N`: asks the running ledger with the token of whoever may issue. */
import { writeFile } from 'node:fs/promises'
import { TokenAnswer, type IssueBody } from '../contracts/ledger-token.ts'
import { validator } from '../lib/validate.ts'
import { AuditError } from './log/errors.ts'

export interface IssueOptions {
  readonly tenant: string
  readonly body: IssueBody
  readonly port: number
  /** Long-lived or short-lived, with `tokens:issue` and what the role may do. */
  readonly token: string
  /** File to write; without it the token itself is answered. */
  readonly out?: string
}

const validate = validator(TokenAnswer)

/**
 * Answers what is to be printed: the token, or where it was written.
 *
 * @throws AuditError AUDIT_TOKEN_REFUSED with what the ledger answered
 */
export async function issueToken({ tenant, body, port, token, out }: IssueOptions): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/v1/tokens/${encodeURIComponent(tenant)}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const text = await response.text()
  if (!response.ok) throw new AuditError('AUDIT_TOKEN_REFUSED', `${response.status}: ${text.slice(0, 500)}`)
  const outcome = validate(JSON.parse(text))
  if (!outcome.valid) throw new AuditError('AUDIT_TOKEN_REFUSED', 'the answer is no token')
  const { access_token: issued, expires_in: seconds } = outcome.value
  if (out === undefined) return issued
  await writeFile(out, `${issued}\n`, { mode: 0o600, flag: 'wx' })
  return `a token for ${seconds} s is in ${out}`
}
