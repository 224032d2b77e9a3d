/**
 * Sessions that ended while an access token of theirs may still be valid. This process owns the list; it is
 * read from the database at start, so that a restart does not bring a session back.
 */
import { accessTokenSeconds } from '../door/principal.ts'
import type { SessionStore } from './store/sessions.ts'

export interface Revocations {
  readonly add: (session: string) => void
  readonly has: (session: string) => boolean
  /** Forgets sessions whose last token has expired. */
  readonly forget: () => void
}

const keptMillis = (accessTokenSeconds + 60) * 1_000

/** Opens the list. */
export async function openRevocations(sessions: SessionStore, now: () => number): Promise<Revocations> {
  const ended = new Map<string, number>()
  for (const { id, revokedMillis } of await sessions.recentlyRevoked(accessTokenSeconds + 60)) {
    ended.set(id, revokedMillis)
  }
  return {
    add: (session) => void ended.set(session, now()),
    has: (session) => ended.has(session),
    forget: () => {
      for (const [session, atMillis] of ended) if (now() - atMillis > keptMillis) ended.delete(session)
    },
  }
}
