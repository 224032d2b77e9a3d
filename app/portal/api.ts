/** Requests of the logged-in person. */
import { ProblemError } from './problem.ts'
import { accessToken, problemOf, restore } from './session.ts'

/** Called when the session has ended while the page was open. */
let onLoggedOut: () => void = () => undefined

/** Says what happens when the session has ended. */
export function whenLoggedOut(act: () => void): void {
  onLoggedOut = act
}

/** Reads something. Throws ProblemError. */
export function get<T>(path: string): Promise<T> {
  return request<T>('GET', path)
}

/** Sends something. Throws ProblemError. */
export async function request<T>(method: string, path: string, body?: unknown): Promise<T> {
  let response = await once(method, path, body)
  if (response.status === 401 && (await restore())) response = await once(method, path, body)
  if (response.status === 401) onLoggedOut()
  if (!response.ok) throw await problemOf(response)
  if (response.status === 204) return undefined as T
  // Our own services through this page's own origin; the caller names the shape of its route.
  return (await response.json()) as T
}

async function once(method: string, path: string, body: unknown): Promise<Response> {
  const token = await accessToken()
  return fetch(path, {
    method,
    credentials: 'omit',
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch(() => {
    throw new ProblemError({ code: 'OFFLINE' })
  })
}
