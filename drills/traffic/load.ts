/** What people of the drill's tenant do, and that it works before anything is broken. */
import Type from 'typebox'
import type { Load } from '../catalogue.ts'
import { DrillError } from '../errors.ts'
import { plantCanary } from './canaries.ts'
import { campusSession, type CampusSession, type Person } from './campus.ts'
import { noLoops, startLoops, type Loops } from './loop.ts'

export interface LoadOptions {
  /** Base address of the gateway. */
  readonly gateway: string
  /** Base address of the collector's OTLP door. */
  readonly otlp: string
  readonly people: readonly Person[]
  /** Today, `YYYY-MM-DD`. */
  readonly today: string
}

const Rooms = Type.Object({ rooms: Type.Array(Type.Object({ id: Type.String() }), { minItems: 1 }) })
const courses = [
  { grade: 'A', credits: 3 },
  { grade: 'B+', credits: 4 },
]

/** Pause of a person between two requests; the gateway gives an account ten a second. */
const requestPauseMillis = 180
/** The gateway takes one login a second for an account. */
const loginPauseMillis = 1_500

/**
 * Starts a load once each of its requests has been answered as it should.
 *
 * @throws DrillError DRILL_NOT_POSSIBLE when one is not, DRILL_UNREACHABLE
 */
export async function startLoad(load: Load, options: LoadOptions): Promise<Loops> {
  const sessions = options.people.map((person) => campusSession(options.gateway, person))
  switch (load) {
    case 'none':
      return noLoops
    case 'canaries':
      return begin([() => plantCanary(options.otlp)], 200)
    case 'logins':
      return begin(
        sessions.map(({ logIn }) => logIn),
        loginPauseMillis,
      )
    case 'calculations':
      return begin(
        sessions.map((session) => () => expectFine(session, 'POST', '/api/academics/calculate')),
        requestPauseMillis,
      )
    case 'searches': {
      const turns = await Promise.all(sessions.map((session) => searchOf(session, options.today)))
      // Three at a time for each: with 0.75 s for one that makes six a second.
      return begin([...turns, ...turns, ...turns], requestPauseMillis)
    }
  }
}

async function searchOf(session: CampusSession, today: string): Promise<() => Promise<void>> {
  const { rooms } = await session.read('/api/booking/rooms', Rooms)
  // The schema has at least one.
  const path = `/api/booking/bookings/available?date=${today}&room=${rooms[0]?.id ?? ''}`
  return () => expectFine(session, 'GET', path)
}

async function expectFine(session: CampusSession, method: 'GET' | 'POST', path: string): Promise<void> {
  const status = await session.send(method, path, method === 'POST' ? { courses } : undefined)
  if (status !== 200) {
    throw new DrillError('DRILL_NOT_POSSIBLE', `${method} ${path} was answered ${status}, expected 200`)
  }
}

async function begin(turns: readonly (() => Promise<unknown>)[], pauseMillis: number): Promise<Loops> {
  await Promise.all(turns.map((turn) => turn()))
  return startLoops({ turns, pauseMillis })
}
