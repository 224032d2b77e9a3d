/** `GET /bookings/available?date=&room=`: what is left of a day, without saying who has the rest. */
import type { Express, Request } from 'express'
import { Refusal } from '../../../lib/refusal.ts'
import { localMinuteOf } from '../domain/campus-time.ts'
import { freeSlots, notBefore, openHours } from '../domain/slots.ts'
import { uuidPattern } from '../../door/principal.ts'
import { bookerOf, campusOf, foreignId, type BookingDoor } from './door.ts'

const uuid = new RegExp(uuidPattern)

/** Mounts the free slots. Mount it before `/bookings/:id`. */
export function mountAvailable(app: Express, door: BookingDoor): void {
  app.get('/bookings/available', async (request, response) => {
    const booker = bookerOf(door, request)
    const { date, room } = queryOf(request)
    const campus = await campusOf(door, booker.tenant)
    const open = openHours(date, campus)
    if (open === undefined) throw dateFault()
    const taken = await door.bookings.listTaken(booker, room, open)
    if (taken === 'foreign') throw foreignId(door, 'path')
    if (taken === 'unknown') throw new Refusal('not_found')
    const free = freeSlots(notBefore(open, door.nowMillis()), taken).map(({ startMillis, endMillis }) => ({
      start: localMinuteOf(startMillis, campus.timeZone),
      end: localMinuteOf(endMillis, campus.timeZone),
    }))
    response.set('cache-control', 'no-store').json({ room, date, timeZone: campus.timeZone, free })
  })
}

function queryOf(request: Request): { readonly date: string; readonly room: string } {
  const { date, room } = request.query
  const faults = []
  if (typeof date !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(date)) {
    faults.push({ at: 'date', expected: 'a date as YYYY-MM-DD' })
  }
  if (typeof room !== 'string' || !uuid.test(room)) faults.push({ at: 'room', expected: 'the id of a room' })
  if (typeof date !== 'string' || typeof room !== 'string' || faults.length > 0) {
    throw new Refusal('query_invalid', { faults })
  }
  return { date, room }
}

function dateFault(): Refusal {
  return new Refusal('query_invalid', { faults: [{ at: 'date', expected: 'a date that exists' }] })
}
