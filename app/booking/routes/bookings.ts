/** Making, listing and cancelling bookings. Times are campus-local wall clock. */
import type { Express, Response } from 'express'
import Type, { type Static } from 'typebox'
import type { Role } from '../../../contracts/services.ts'
import { tenantBody } from '../../door/authenticate.ts'
import { Refusal } from '../../../lib/refusal.ts'
import { validator } from '../../../lib/validate.ts'
import { localMinuteOf } from '../domain/campus-time.ts'
import { judgeBooking, type BookingFault, type Campus, type Interval } from '../domain/slots.ts'
import type { Booker, BookingOutcome } from '../store/bookings.ts'
import { bodyOf, uuidParam } from '../../door/input.ts'
import { uuidPattern } from '../../door/principal.ts'
import { bookerOf, campusOf, foreignId, type BookingDoor } from './door.ts'

const minute = '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}$'

export const BookingRequest = Type.Object(
  {
    room: Type.String({ pattern: uuidPattern }),
    start: Type.String({ pattern: minute }),
    end: Type.String({ pattern: minute }),
  },
  { additionalProperties: false },
)
type BookingRequest = Static<typeof BookingRequest>

const check = validator(BookingRequest)

/** Most bookings ahead, by role; a role that is not named may not book. */
const quotas: Readonly<Partial<Record<Role, number>>> = {
  student: 5,
  faculty: 20,
  staff: 20,
  registrar: 20,
  admin: 20,
}

const expectations: Readonly<Record<BookingFault, string>> = {
  outside_hours: 'a time while the rooms are open',
  in_the_past: 'a time that is still to come',
  too_long: 'at most 4 hours',
  other_day: 'the day of the start',
}

/** Mounts the bookings of the caller. */
export function mountBookings(app: Express, door: BookingDoor): void {
  app.post('/bookings', tenantBody({ bytes: 4_096, depth: 2 }), async (request, response) => {
    const wish = bodyOf(check, request)
    await makeBooking(door, { booker: bookerOf(door, request), wish, response })
  })
  app.get('/bookings', async (request, response) => {
    const booker = bookerOf(door, request)
    const campus = await campusOf(door, booker.tenant)
    const own = await door.bookings.listOwn(booker, door.nowMillis())
    response.set('cache-control', 'no-store').json({
      timeZone: campus.timeZone,
      bookings: own.map(({ id, room, roomName, ...interval }) => ({
        id,
        room,
        roomName,
        ...timesOf(interval, campus),
      })),
    })
  })
  app.delete('/bookings/:id', async (request, response) => {
    const id = uuidParam(request, 'id')
    const booker = bookerOf(door, request)
    const outcome = await door.bookings.cancel(booker, id, door.nowMillis())
    if (outcome === 'foreign') throw foreignId(door, 'path')
    if (outcome === 'unknown') throw new Refusal('not_found')
    door.sdk.log.info('booking cancelled', { tenant: booker.tenant })
    response.status(204).end()
  })
}

interface Making {
  readonly booker: Booker
  readonly wish: BookingRequest
  readonly response: Response
}

async function makeBooking(door: BookingDoor, { booker, wish, response }: Making): Promise<void> {
  const quota = quotas[booker.role]
  if (quota === undefined) throw new Refusal('forbidden', { detail: 'this role may not book rooms' })
  const campus = await campusOf(door, booker.tenant)
  const nowMillis = door.nowMillis()
  const judgement = judgeBooking(wish, campus, nowMillis)
  if (judgement.status === 'malformed') {
    throw new Refusal('body_invalid', { faults: [{ at: judgement.at, expected: judgement.expected }] })
  }
  if (judgement.status === 'refused') {
    door.sdk.counter('booking_rejected_total').inc({ tenant: booker.tenant, reason: judgement.reason })
    const expected = expectations[judgement.reason]
    throw new Refusal('body_invalid', { detail: judgement.reason, faults: [{ at: judgement.at, expected }] })
  }
  const { interval } = judgement
  const outcome = await door.bookings.book(booker, { ...interval, room: wish.room, quota, nowMillis })
  if (outcome.status !== 'booked') throw refuse(door, booker.tenant, outcome)
  door.sdk.counter('bookings_created_total').inc({ tenant: booker.tenant, role: booker.role })
  door.sdk.log.info('booking created', { tenant: booker.tenant, role: booker.role })
  response.status(201).json({ id: outcome.id, room: wish.room, ...timesOf(interval, campus) })
}

function refuse(
  door: BookingDoor,
  tenant: string,
  { status }: Exclude<BookingOutcome, { readonly status: 'booked' }>,
): Refusal {
  switch (status) {
    case 'foreign':
      return foreignId(door, 'row')
    case 'conflict':
      door.sdk.counter('booking_conflicts_total').inc({ tenant })
      return new Refusal('conflict', {
        detail: 'the room is taken for part of that time',
        faults: [{ at: '/start', expected: 'a time when the room is free' }],
      })
    case 'quota':
      door.sdk.counter('booking_rejected_total').inc({ tenant, reason: 'quota' })
      return new Refusal('conflict', { detail: 'the account has as many bookings ahead as it may' })
    case 'unknown_room':
      door.sdk.counter('booking_rejected_total').inc({ tenant, reason: 'unknown_room' })
      return new Refusal('not_found')
  }
}

function timesOf({ startMillis, endMillis }: Interval, { timeZone }: Campus) {
  return {
    start: localMinuteOf(startMillis, timeZone),
    end: localMinuteOf(endMillis, timeZone),
    startsAt: new Date(startMillis).toISOString(),
    endsAt: new Date(endMillis).toISOString(),
  }
}
