/** What demo people do: small stories of one to three requests, a few of which are meant to be refused. */
import type { Prng } from '../domain/prng.ts'
import type { Answer, Session } from './session.ts'

export type Scenario = 'login' | 'booking' | 'availability' | 'gpa' | 'transcript' | 'accesses' | 'directory'

export interface Stage {
  readonly session: Session
  readonly random: Prng
  /** Today on any campus, `YYYY-MM-DD`, moved by days. */
  readonly dayAhead: (days: number) => string
}

/** Plays one scenario and answers what its requests were answered. */
export type Play = (stage: Stage) => Promise<readonly Answer[]>

const letters = ['A', 'A-', 'B+', 'B', 'B-', 'C+', 'C', 'D', 'F'] as const
/** Share of deliberate mistakes in a scenario. */
const mistakeRatio = 0.06
/** Share of a registrar's looks at records that are reviews: more than reasons are typed. */
const reviewRatio = 0.3
const breakGlassReason = 'Demo: covering for the advisor of this student this week'

const gpa: Play = async ({ session, random }) => {
  const courses = Array.from({ length: 1 + random.below(6) }, () => ({
    grade: random.pick(letters),
    credits: random.pick([2, 3, 3, 4, 4.5]),
  }))
  const body = random.next() < mistakeRatio ? { courses: [{ grade: 'E', credits: 3 }] } : { courses }
  return [await session.send('POST', '/api/academics/calculate', { body })]
}

const availability: Play = async (stage) => (await findRoom(stage)).answers

const booking: Play = async (stage) => {
  const { session, random } = stage
  const { answers, room, free } = await findRoom(stage)
  const slot = free[0]
  if (room === undefined || slot === undefined) return answers
  const night = random.next() < mistakeRatio
  const start = night ? `${slot.start.slice(0, 11)}03:00` : slot.start
  const body = { room, start, end: hourAfter(start, slot.end) }
  const made = await session.send('POST', '/api/booking/bookings', { body })
  if (made.status === 409) return [...answers, made, ...(await giveUpOne(session))]
  const id = textOf(made.body, 'id')
  if (id === undefined || random.next() < 0.2) return [...answers, made]
  return [...answers, made, await session.send('DELETE', `/api/booking/bookings/${id}`)]
}

/** Cancels the next own booking, so that whoever has reached their quota can book again. */
async function giveUpOne(session: Session): Promise<readonly Answer[]> {
  const own = await session.send('GET', '/api/booking/bookings')
  const id = textOf(listOf(own.body, 'bookings')[0], 'id')
  return id === undefined ? [own] : [own, await session.send('DELETE', `/api/booking/bookings/${id}`)]
}

const transcript: Play = async ({ session, random }) => {
  const { role } = session.account
  if (role === 'student' || role === 'admin' || role === 'auditor') {
    // Administrators are refused: they look after accounts, not after records.
    const own = await ownId(session)
    return own === undefined ? [] : [await session.send('GET', `/api/academics/students/${own}/transcript`)]
  }
  if (role === 'registrar' && random.next() < reviewRatio) return reviewOldest(session)
  const listed = await session.send('GET', '/api/academics/students?limit=50')
  const students = listOf(listed.body, 'students')
  const student = students.length === 0 ? undefined : textOf(random.pick(students), 'id')
  if (student === undefined) return [listed]
  const path = `/api/academics/students/${student}/transcript`
  if (role === 'staff' && random.next() < mistakeRatio) {
    return [listed, await session.send('POST', path, { body: { reason: breakGlassReason } })]
  }
  return [listed, await session.send('GET', path)]
}

/** Looks at the oldest access that rests on a typed reason: else none of the demo would ever be reviewed. */
async function reviewOldest(session: Session): Promise<readonly Answer[]> {
  const waiting = await session.send('GET', '/api/academics/glass?limit=1')
  const id = textOf(listOf(waiting.body, 'reviews')[0], 'id')
  if (id === undefined) return [waiting]
  const body = { verdict: 'justified', finding: 'Demo: the advisor was away and had asked for cover' }
  return [waiting, await session.send('POST', `/api/academics/glass/${id}/review`, { body })]
}

const accesses: Play = async ({ session }) => {
  const own = await ownId(session)
  return own === undefined ? [] : [await session.send('GET', `/api/academics/students/${own}/accesses`)]
}

const directory: Play = async ({ session, random }) => {
  const q = random.pick(['faculty', 'student', 'registrar', 'staff'])
  return [await session.send('GET', `/api/users/directory?q=${q}`)]
}

const login: Play = async ({ session, random }) => {
  if (random.next() < mistakeRatio) return [await session.logIn('not the password of anybody')]
  if (session.accountId() === undefined) return [await session.logIn()]
  return [await session.logOut(), await session.logIn()]
}

export const plays: Readonly<Record<Scenario, Play>> = {
  login,
  booking,
  availability,
  gpa,
  transcript,
  accesses,
  directory,
}

/** How often a scenario is played, by weight; roles that may not do a thing rarely try. */
export function chooseScenario(role: string, random: Prng): Scenario {
  const weights: Readonly<Record<Scenario, number>> = {
    login: 1,
    booking: role === 'parent' || role === 'auditor' ? 1 : 8,
    availability: 10,
    gpa: 10,
    transcript: role === 'admin' || role === 'auditor' ? 1 : 10,
    accesses: role === 'student' ? 6 : 0,
    // Nobody looks people up but those who may.
    directory: role === 'student' || role === 'parent' ? 0 : 5,
  }
  const names = Object.keys(weights) as Scenario[] // The keys of the record above.
  let left = random.next() * names.reduce((sum, name) => sum + weights[name], 0)
  for (const name of names) {
    left -= weights[name]
    if (left < 0) return name
  }
  return 'gpa'
}

interface Found {
  readonly answers: readonly Answer[]
  readonly room: string | undefined
  readonly free: readonly { readonly start: string; readonly end: string }[]
}

async function findRoom({ session, random, dayAhead }: Stage): Promise<Found> {
  const listed = await session.send('GET', '/api/booking/rooms')
  const rooms = listOf(listed.body, 'rooms')
  const room = rooms.length === 0 ? undefined : textOf(random.pick(rooms), 'id')
  if (room === undefined) return { answers: [listed], room: undefined, free: [] }
  const query = `date=${dayAhead(1 + random.below(7))}&room=${room}`
  const answer = await session.send('GET', `/api/booking/bookings/available?${query}`)
  const free = listOf(answer.body, 'free').flatMap((slot) => {
    const [start, end] = [textOf(slot, 'start'), textOf(slot, 'end')]
    return start === undefined || end === undefined ? [] : [{ start, end }]
  })
  return { answers: [listed, answer], room, free }
}

/** An hour after a local minute, but not after `limit`; both within one day. */
function hourAfter(start: string, limit: string): string {
  const later = `${start.slice(0, 11)}${String(Number(start.slice(11, 13)) + 1).padStart(2, '0')}${start.slice(13)}`
  return later < limit ? later : limit
}

/** Logs in where nobody has yet, by asking for something small. */
async function ownId(session: Session): Promise<string | undefined> {
  if (session.accountId() === undefined) await session.send('GET', '/api/academics/courses')
  return session.accountId()
}

function listOf(body: unknown, key: string): readonly unknown[] {
  const value = memberOf(body, key)
  return Array.isArray(value) ? value : []
}

function textOf(body: unknown, key: string): string | undefined {
  const value = memberOf(body, key)
  return typeof value === 'string' ? value : undefined
}

function memberOf(body: unknown, key: string): unknown {
  return typeof body === 'object' && body !== null
    ? (body as Readonly<Record<string, unknown>>)[key] // Any object may be read by any key.
    : undefined
}
