/** `GET /rooms`: the rooms of the caller's campus and when they are open. */
import type { Express } from 'express'
import { bookerOf, campusOf, type BookingDoor } from './door.ts'

/** Mounts the list of rooms. */
export function mountRooms(app: Express, door: BookingDoor): void {
  app.get('/rooms', async (request, response) => {
    const { tenant } = bookerOf(door, request)
    const campus = await campusOf(door, tenant)
    response.json({ ...campus, rooms: await door.bookings.listRooms(tenant) })
  })
}
