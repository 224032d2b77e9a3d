/**
 * One person's session with the gateway, as a browser would hold it: an access token in memory, the refresh
 * token in a cookie, renewed before it expires and opened anew when it cannot be renewed.
 */
import type { Sdk } from '#sdk'
import type { Role } from '../../../contracts/services.ts'

/** A demo account as the appliance writes it at its first start. */
export interface DemoAccount {
  readonly email: string
  readonly tenant: string
  readonly role: Role
  readonly password: string
}

export interface Answer {
  readonly status: number
  /** Parsed JSON, else undefined. */
  readonly body: unknown
}

export interface Session {
  readonly account: DemoAccount
  /** Opaque id of the account; undefined until logged in. */
  readonly accountId: () => string | undefined
  readonly send: (method: string, path: string, options?: SendOptions) => Promise<Answer>
  /** Logs in again from the start; `password` replaces the right one. */
  readonly logIn: (password?: string) => Promise<Answer>
  readonly logOut: () => Promise<Answer>
}

export interface SendOptions {
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export interface SessionOptions {
  readonly sdk: Pick<Sdk, 'fetch'>
  /** Base URL of the gateway without a trailing slash. */
  readonly gateway: string
  readonly nowMillis: () => number
}

/** Longest wait for an answer. */
const timeoutMillis = 10_000
/** A token is renewed this long before it expires. */
const renewMillis = 60_000

interface Token {
  readonly text: string
  readonly subject: string
  readonly expiresMillis: number
}

/** Opens a session that logs in by itself at its first request. */
export function openSession(account: DemoAccount, { sdk, gateway, nowMillis }: SessionOptions): Session {
  // Owned by this session: the token is undefined exactly while nobody is logged in.
  let token: Token | undefined
  const cookies = new Map<string, string>()

  const call = async (method: string, path: string, options: SendOptions = {}): Promise<Answer> => {
    const response = await sdk.fetch(gateway + path, {
      method,
      headers: { ...headersOf(gateway, cookies, options.body), ...options.headers },
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      timeoutMillis,
    })
    keepCookies(cookies, response.headers.getSetCookie())
    return { status: response.status, body: await jsonOf(response) }
  }
  const logIn = async (password = account.password) => {
    const { tenant, email } = account
    const answer = await call('POST', '/api/auth/login', { body: { tenant, email, password } })
    token = tokenOf(answer) ?? token
    return answer
  }
  const renew = async () => {
    const answer = await call('POST', '/api/auth/refresh')
    token = tokenOf(answer)
    if (token === undefined) await logIn()
  }
  return {
    account,
    accountId: () => token?.subject,
    logIn,
    logOut: async () => {
      const answer = await call('POST', '/api/auth/logout')
      token = undefined
      cookies.clear()
      return answer
    },
    send: async (method, path, options = {}) => {
      if (token === undefined) await logIn()
      else if (token.expiresMillis - nowMillis() < renewMillis) await renew()
      const authorization = token === undefined ? {} : { authorization: `Bearer ${token.text}` }
      return call(method, path, { ...options, headers: { ...options.headers, ...authorization } })
    },
  }
}

function headersOf(gateway: string, cookies: ReadonlyMap<string, string>, body: unknown) {
  const csrf = [...cookies].find(([name]) => name.toLowerCase().includes('csrf'))?.[1]
  return {
    origin: gateway,
    accept: 'application/json',
    // Says to whoever looks that no person sent this.
    'x-campanile-synthetic': '1',
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(cookies.size === 0
      ? {}
      : { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') }),
    ...(csrf === undefined ? {} : { 'x-csrf-token': csrf }),
  }
}

function keepCookies(cookies: Map<string, string>, received: readonly string[]): void {
  for (const cookie of received) {
    const match = /^([^=;]+)=([^;]*)/.exec(cookie)
    const [, name, value] = match ?? []
    if (name === undefined || value === undefined) continue
    if (value === '') cookies.delete(name)
    else cookies.set(name, value)
  }
}

async function jsonOf(response: Response): Promise<unknown> {
  const text = await response.text()
  if (text === '' || !(response.headers.get('content-type') ?? '').includes('json')) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined // The status tells; a body that is not what it says is no use to traffic.
  }
}

function tokenOf({ status, body }: Answer): Token | undefined {
  if (status !== 200 || typeof body !== 'object' || body === null || !('accessToken' in body))
    return undefined
  const text = String(body.accessToken)
  const claims = claimsOf(text)
  return claims === undefined ? undefined : { text, subject: claims.sub, expiresMillis: claims.exp * 1_000 }
}

function claimsOf(token: string): { readonly sub: string; readonly exp: number } | undefined {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'))
    if (typeof claims !== 'object' || claims === null || !('sub' in claims) || !('exp' in claims))
      return undefined
    return { sub: String(claims.sub), exp: Number(claims.exp) }
  } catch {
    return undefined // Not a token this traffic can use; the next request logs in again.
  }
}
