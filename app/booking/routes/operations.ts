/** What `/api/docs` of this service describes, from the schemas the routes validate with. */
import Type from 'typebox'
import type { Operation } from '../../door/openapi.ts'
import { uuidPattern } from '../../door/principal.ts'
import { BookingRequest } from './bookings.ts'

export const operations: readonly Operation[] = [
  {
    method: 'get',
    path: '/rooms',
    summary: 'Lists the rooms of the campus and when they are open',
    answer: { status: 200, meaning: 'Rooms, opening hours and the time zone of the campus' },
  },
  {
    method: 'get',
    path: '/bookings/available',
    summary: 'Lists when a room is free on a date',
    query: {
      date: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' }),
      room: Type.String({ pattern: uuidPattern }),
    },
    answer: { status: 200, meaning: 'Free intervals in campus-local time' },
  },
  {
    method: 'post',
    path: '/bookings',
    summary: 'Books a room within one day, at most 4 hours',
    roles: ['student', 'faculty', 'staff', 'registrar', 'admin'],
    body: BookingRequest,
    answer: { status: 201, meaning: 'The booking; 409 when the room is taken' },
  },
  {
    method: 'get',
    path: '/bookings',
    summary: 'Lists the caller’s bookings that have not ended',
    answer: { status: 200, meaning: 'Own bookings, the next one first' },
  },
  {
    method: 'delete',
    path: '/bookings/:id',
    summary: 'Cancels an own booking that has not begun',
    answer: { status: 204, meaning: 'Cancelled' },
  },
]
