/**
 * Sessions of logged-in people, in memory: a restart logs everybody out, and no file holds a key to the pages.
 * A session ends 2 hours after its owner last did something, and 12 hours after the login in any case; a page
 * that only refreshes itself does nothing.
 */
import { createHash, randomBytes } from 'node:crypto'
import type { ConsoleAccount } from './accounts.ts'

export const idleMillis = 2 * 3_600_000
export const absoluteMillis = 12 * 3_600_000
/** Sessions of one account; the oldest ends when another begins. */
const maxOfAccount = 10

export interface Session extends ConsoleAccount {
  /** Milliseconds since 1970 at which it ends if nothing is done, and whatever is done. */
  readonly idleEnd: number
  readonly end: number
}

export interface Sessions {
  /** Begins a session; answers its secret, for the cookie. */
  readonly begin: (account: ConsoleAccount, nowMillis: number) => string
  /** Finds a session by its secret; `isActive` moves its idle end. */
  readonly find: (secret: string, nowMillis: number, isActive: boolean) => Session | undefined
  readonly end: (secret: string) => void
}

/** Makes an empty memory of sessions. */
export function createSessions(): Sessions {
  // By hash of the secret: a dump of the memory's keys opens nothing, and the lookup tells no prefix.
  const sessions = new Map<string, Session>()
  const forgetEnded = (nowMillis: number) => {
    for (const [key, { idleEnd, end }] of sessions)
      if (Math.min(idleEnd, end) <= nowMillis) sessions.delete(key)
  }
  return {
    begin: (account, nowMillis) => {
      forgetEnded(nowMillis)
      const own = [...sessions].filter(([, { email }]) => email === account.email)
      for (const [key] of own.slice(0, Math.max(0, own.length - maxOfAccount + 1))) sessions.delete(key)
      const secret = randomBytes(32).toString('base64url')
      sessions.set(hashOf(secret), {
        ...account,
        idleEnd: nowMillis + idleMillis,
        end: nowMillis + absoluteMillis,
      })
      return secret
    },
    find: (secret, nowMillis, isActive) => {
      const key = hashOf(secret)
      const session = sessions.get(key)
      if (session === undefined) return undefined
      if (Math.min(session.idleEnd, session.end) <= nowMillis) {
        sessions.delete(key)
        return undefined
      }
      if (isActive) sessions.set(key, { ...session, idleEnd: nowMillis + idleMillis })
      return session
    },
    end: (secret) => void sessions.delete(hashOf(secret)),
  }
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url')
}
