/** Talks to the token door of a ledger process, and gives its home what these tests need. */
import { createHash, randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import type { ExchangeBody, IssueBody, TokenAnswer } from '../../../contracts/ledger-token.ts'
import type { Problem } from '../../../contracts/problem.ts'
import type { ServiceToken, TokenScope } from '../../../contracts/service-token.ts'
import type { Static } from 'typebox'
import { ask, type LedgerHome, type LedgerProcess } from '../ledger-process.ts'
import { metricsOf } from '../metrics.ts'

/** Adds a long-lived token to those a home accepts; before its ledger starts. */
export function addToken(
  { folder }: LedgerHome,
  name: string,
  grant: { readonly scopes: readonly TokenScope[]; readonly tenants?: readonly string[] },
): string {
  const path = join(folder, 'accepted.json')
  const token = randomBytes(24).toString('base64url')
  const sha256 = createHash('sha256').update(token).digest('hex')
  // The home wrote it.
  const accepted = JSON.parse(readFileSync(path, 'utf8')) as ServiceToken[]
  const { scopes, tenants = ['*'] } = grant
  writeFileSync(path, JSON.stringify([...accepted, { name, sha256, scopes, tenants }]))
  return token
}

export interface Answered<T> {
  readonly status: number
  readonly headers: Headers
  readonly body: T & Partial<Problem>
}

/** Posts JSON. */
export async function postJson<T>(
  ledger: LedgerProcess,
  path: string,
  {
    token,
    body,
    headers = {},
  }: { readonly token: string; readonly body: object; readonly headers?: Readonly<Record<string, string>> },
): Promise<Answered<T>> {
  const response = await ask(ledger, path, {
    method: 'POST',
    token,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Answered<T>['body'],
  }
}

/** Exchanges a long-lived token. */
export async function exchange(
  ledger: LedgerProcess,
  token: string,
  body: Static<typeof ExchangeBody> = {},
): Promise<string> {
  const answer = await postJson<TokenAnswer>(ledger, '/v1/tokens', { token, body })
  expect(answer.status, JSON.stringify(answer.body)).to.equal(200)
  return answer.body.access_token
}

/** Has a token issued for the tenant `drill`, or another. */
export async function issue(
  ledger: LedgerProcess,
  token: string,
  { tenant = 'drill', ...body }: IssueBody & { readonly tenant?: string },
): Promise<string> {
  const answer = await postJson<TokenAnswer>(ledger, `/v1/tokens/${tenant}`, { token, body })
  expect(answer.status, JSON.stringify(answer.body)).to.equal(200)
  return answer.body.access_token
}

/** Reads the sum of a metric's series that carry the given labels. */
export async function metricValue(
  ledger: LedgerProcess,
  name: string,
  labels: Readonly<Record<string, string>>,
): Promise<number> {
  const lines = (await metricsOf(ledger)).split('\n').filter((line) => line.startsWith(`${name}{`))
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`)
  return lines
    .filter((line) => wanted.every((label) => line.includes(label)))
    .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
}

/** What somebody may do who hands out tokens to registrars, custodians and auditors. */
export const issuerScopes = [
  'tokens:issue',
  'subjects:read',
  'record:read',
  'record:write',
  'erasures:write',
  'proofs:read',
  'export:read',
] as const
