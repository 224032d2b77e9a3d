/** The statements of this service, read once when the process starts. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

function load(name: string): string {
  return readFileSync(join(import.meta.dirname, `${name}.sql`), 'utf8')
}

export const statements = {
  readCampus: load('read-campus'),
  listRooms: load('list-rooms'),
  findRoom: load('find-room'),
  isForeign: load('is-foreign'),
  listTaken: load('list-taken'),
  wait: load('wait'),
  touch: load('touch'),
  lockAccount: load('lock-account'),
  lockRoom: load('lock-room'),
  countUpcoming: load('count-upcoming'),
  insertBooking: load('insert-booking'),
  listOwn: load('list-own'),
  cancelBooking: load('cancel-booking'),
  isReady: load('is-ready'),
} as const
