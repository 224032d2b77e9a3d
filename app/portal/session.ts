/**
 * The login of this tab. The access token lives in this module's memory only; the refresh token is in a cookie
 * no script can read. Tabs refresh one after the other, because a refresh token shown twice ends the session.
 */
import type { Role } from '../../contracts/services.ts'
import type { Problem } from '../../contracts/problem.ts'
import { ProblemError } from './problem.ts'

export interface Account {
  readonly id: string
  readonly tenant: string
  readonly role: Role
}

interface Login {
  readonly accessToken: string
  readonly expiresIn: number
  readonly account: Account
}

let login: (Login & { readonly untilMillis: number }) | undefined
let refreshing: Promise<boolean> | undefined

/** Tells who is logged in. */
export function account(): Account | undefined {
  return login?.account
}

/** Logs in. Throws ProblemError. */
export async function logIn(email: string, password: string): Promise<void> {
  keep(await send('/api/auth/login', { email, password }))
}

/** Tells the access token, renewed shortly before it ends; undefined when nobody is logged in. */
export async function accessToken(): Promise<string | undefined> {
  if (login !== undefined && performance.now() > login.untilMillis) await restore()
  return login?.accessToken
}

/** Tries to continue the session of the cookie; answers whether somebody is logged in. */
export function restore(): Promise<boolean> {
  refreshing ??= navigator.locks.request('campanile-refresh', refresh).finally(() => (refreshing = undefined))
  return refreshing
}

async function refresh(): Promise<boolean> {
  if (csrfToken() === '') {
    login = undefined
    return false
  }
  try {
    keep(await send('/api/auth/refresh'))
    return true
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    // A service that is away says nothing about the session.
    if (error.problem.status !== 401 && error.problem.status !== 403) throw error
    login = undefined
    return false
  }
}

/** Ends the session here and at the gateway. */
export async function logOut(): Promise<void> {
  try {
    await navigator.locks.request('campanile-refresh', () => send('/api/auth/logout'))
  } finally {
    login = undefined
  }
}

function keep(answer: Login | undefined): void {
  if (answer === undefined) return
  // Renewed half a minute early: the request it is for must still be in time.
  login = { ...answer, untilMillis: performance.now() + (answer.expiresIn - 30) * 1_000 }
}

async function send(path: string, body?: unknown): Promise<Login | undefined> {
  const response = await fetch(path, {
    method: 'POST',
    credentials: 'same-origin',
    headers: {
      'x-csrf-token': csrfToken(),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch(() => {
    throw new ProblemError({ code: 'OFFLINE' })
  })
  if (response.status === 204) return undefined
  if (!response.ok) throw await problemOf(response)
  // Our own gateway on this page's own origin.
  return (await response.json()) as Login
}

function csrfToken(): string {
  return /(?:^|; )campanile_csrf=([\w-]*)/.exec(document.cookie)?.[1] ?? ''
}

/** Reads the problem document of a refused request. */
export async function problemOf(response: Response): Promise<ProblemError> {
  const problem = (await response.json().catch(() => ({}))) as Partial<Problem>
  // An answer that is no problem document has its trace in the header, as every answer of the gateway.
  const traceId = problem.traceId ?? response.headers.get('trace-id') ?? undefined
  const retry = Number(response.headers.get('retry-after') ?? Number.NaN)
  return new ProblemError(
    { ...problem, status: response.status, ...(traceId === undefined ? {} : { traceId }) },
    Number.isFinite(retry) ? retry : undefined,
  )
}
