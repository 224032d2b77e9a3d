/** Requests of the logged-in person to the console itself. */
import type { Problem } from '../../contracts/problem.ts'

/** A refused or failed request. */
export class ProblemError extends Error {
  readonly problem: Partial<Problem>
  /** Seconds until it is worth another try, where the answer said so. */
  readonly retrySeconds: number | undefined
  constructor(problem: Partial<Problem>, retrySeconds?: number) {
    super(problem.detail ?? problem.code ?? 'the request failed')
    this.name = 'ProblemError'
    this.problem = problem
    this.retrySeconds = retrySeconds
  }
}

export interface GetOptions {
  /** True where the page asks by itself: that does not keep a session alive. */
  readonly isRefresh?: boolean
  readonly signal?: AbortSignal
}

/** Reads something; the caller names the shape of the route. Throws ProblemError. */
export function get<T>(path: string, { isRefresh = false, signal }: GetOptions = {}): Promise<T> {
  return send<T>(path, {
    method: 'GET',
    ...(isRefresh ? { headers: { 'x-campanile-refresh': '1' } } : {}),
    ...(signal === undefined ? {} : { signal }),
  })
}

/** Sends something. Throws ProblemError. */
export function post<T>(path: string, body?: unknown): Promise<T> {
  return send<T>(path, {
    method: 'POST',
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  })
}

async function send<T>(path: string, init: RequestInit): Promise<T> {
  const response = await fetch(path, { ...init, credentials: 'same-origin', cache: 'no-store' }).catch(
    (cause: unknown) => {
      if (init.signal?.aborted === true) throw cause
      throw new ProblemError({ code: 'OFFLINE', detail: 'the console does not answer' })
    },
  )
  if (response.ok) {
    // Our own routes through this page's own origin; the caller names the shape.
    return (response.status === 204 ? undefined : await response.json()) as T
  }
  if (response.status === 401 && location.pathname !== '/login') goToLogin()
  const retry = response.headers.get('retry-after')
  throw new ProblemError(await problemIn(response), retry === null ? undefined : Number(retry))
}

async function problemIn(response: Response): Promise<Partial<Problem>> {
  try {
    return (await response.json()) as Partial<Problem>
  } catch {
    return { status: response.status }
  }
}

function goToLogin(): void {
  location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`)
}
