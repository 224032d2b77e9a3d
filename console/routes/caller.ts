/** Who asks: a session of the cookie, or a process with a bearer token. Kept beside the request, never in it. */
import type { IncomingMessage } from 'node:http'
import type { RequestHandler } from 'express'
import { Refusal } from '../../lib/refusal.ts'
import type { Session, Sessions } from '../accounts/sessions.ts'

export const sessionCookie = 'campanile_console'
/** Kept after logout: from this browser somebody has logged in before. */
export const deviceCookie = 'campanile_console_device'

/** A page that only refreshes itself says so, and does not keep its session alive. */
export const refreshHeader = 'x-campanile-refresh'

const callers = new WeakMap<IncomingMessage, Session>()

/** Middleware that finds the session of a request, where it has one. */
export function findCaller(sessions: Sessions, nowMillis: () => number): RequestHandler {
  return (request, _response, next) => {
    const secret = secretOf(request)
    const isActive = request.headers[refreshHeader] === undefined
    const session = secret === undefined ? undefined : sessions.find(secret, nowMillis(), isActive)
    if (session !== undefined) callers.set(request, session)
    next()
  }
}

/** Tells the session of a request, where it has one. */
export function callerOf(request: IncomingMessage): Session | undefined {
  return callers.get(request)
}

/** Middleware that lets only logged-in people pass. Refuses with unauthenticated. */
export const requireCaller: RequestHandler = (request, _response, next) => {
  next(callers.has(request) ? undefined : new Refusal('unauthenticated'))
}

/** Reads the secret of the session cookie. */
export function secretOf(request: IncomingMessage): string | undefined {
  return cookieOf(request, sessionCookie)
}

/** Reads a cookie of 43 base64url characters. The client controls every byte of the header. */
export function cookieOf({ headers }: IncomingMessage, wanted: string): string | undefined {
  for (const part of (headers.cookie ?? '').split(';', 50)) {
    const [name = '', value = ''] = part.trim().split('=', 2)
    if (name === wanted && /^[\w-]{43}$/.test(value)) return value
  }
  return undefined
}
