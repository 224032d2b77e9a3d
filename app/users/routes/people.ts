/** `GET /me` and `GET /directory?q=`. */
import type { Express } from 'express'
import { Refusal } from '../../../lib/refusal.ts'
import { principalOf, requireRole } from '../../door/authenticate.ts'
import { actorOf, type UsersDoor } from './door.ts'

/** Mounts both. */
export function mountPeople(app: Express, door: UsersDoor): void {
  app.get('/me', async (request, response) => {
    const { tenant, account } = principalOf(request)
    const found = await door.accounts.find(tenant, account)
    // The token outlives a deleted account by minutes.
    if (found === undefined || found.disabled) throw new Refusal('unauthenticated')
    response.set('cache-control', 'no-store').json({ ...found, tenant })
  })
  app.get('/directory', requireRole('staff', 'faculty', 'registrar'), async (request, response) => {
    const { q } = request.query
    if (typeof q !== 'string' || q.trim().length < 2 || q.length > 100) {
      throw new Refusal('query_invalid', { faults: [{ at: 'q', expected: '2 to 100 characters' }] })
    }
    const people = await door.accounts.searchDirectory(actorOf(door, request), q.trim())
    response.set('cache-control', 'no-store').json({ people })
  })
}
