/** A client of the campus app as a browser would be one: logs in through the gateway, keeps its token. */
import { randomBytes } from 'node:crypto'
import type { Appliance } from './appliance.ts'

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: unknown
  /** The trace this request began, chosen by the client. */
  readonly traceId: string
}

export interface CampusClient {
  readonly account: string
  readonly accessToken: string
  readonly get: (path: string, headers?: Readonly<Record<string, string>>) => Promise<Answer>
  readonly send: (method: string, path: string, body?: unknown) => Promise<Answer>
}

/** Sends one request that begins a trace of its own. */
export async function request(url: string, init: RequestInit = {}): Promise<Answer> {
  const traceId = randomBytes(16).toString('hex')
  const headers = new Headers(init.headers)
  headers.set('traceparent', `00-${traceId}-${randomBytes(8).toString('hex')}-01`)
  const response = await fetch(url, { ...init, headers, signal: AbortSignal.timeout(60_000) })
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json') ?? false
  const body: unknown = isJson && text !== '' ? JSON.parse(text) : text
  return { status: response.status, headers: response.headers, body, traceId }
}

/**
 * Logs a demo account in.
 *
 * @throws Error with the status when the gateway refuses
 */
export async function logIn(appliance: Appliance, email: string): Promise<CampusClient> {
  const { password, tenant } = appliance.account(email)
  const base = appliance.url('gateway')
  const answer = await request(`${base}/api/auth/login`, json('POST', { tenant, email, password }, base))
  if (answer.status !== 200) throw new Error(`login of ${email} was answered ${answer.status}`)
  const { accessToken } = answer.body as { accessToken: string }
  const authorization = `Bearer ${accessToken}`
  return {
    account: subjectOf(accessToken),
    accessToken,
    get: (path, headers = {}) => request(base + path, { headers: { ...headers, authorization } }),
    send: (method, path, body) => {
      const init = json(method, body, base)
      return request(base + path, { ...init, headers: { ...init.headers, authorization } })
    },
  }
}

function json(method: string, body: unknown, origin: string) {
  const headers = { 'content-type': 'application/json', origin }
  return body === undefined
    ? { method, headers: { origin } }
    : { method, headers, body: JSON.stringify(body) }
}

function subjectOf(token: string): string {
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { sub: string }
  return claims.sub
}
