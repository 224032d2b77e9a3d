/** What a scan of the house looks at while it runs: its database and its doors. */
import type { PortName } from '../contracts/ports.ts'
import type { LiveDoor } from './gather/http.ts'
import type { LiveDatabase } from './gather/postgres.ts'

/** Doors a scan looks at, with paths that must refuse who shows no credentials. */
const protectedPaths = {
  gateway: ['/api/users/me', '/api/academics/courses', '/api/booking/rooms'],
  console: ['/api/status', '/api/incidents', '/api/posture'],
  users: ['/me', '/accounts'],
  academics: ['/courses'],
  booking: ['/rooms', '/bookings'],
  ledger: ['/v1/logs/campanile/checkpoint', '/v1/logs/campanile/entries'],
} as const satisfies Partial<Record<PortName, readonly string[]>>

export type ScannedDoor = keyof typeof protectedPaths

// Object.keys of a literal gives its own keys.
export const scannedDoors = Object.keys(protectedPaths) as ScannedDoor[]

/** Names the doors of the house on their ports. */
export function doorsAt(ports: Readonly<Record<ScannedDoor, number>>): LiveDoor[] {
  return scannedDoors.map((name) => ({
    name,
    url: `http://127.0.0.1:${ports[name]}`,
    protectedPaths: protectedPaths[name],
  }))
}

/** Names the database of the house, where there is one to look at. */
export function databasesAt(connectionString: string | undefined): LiveDatabase[] {
  return connectionString === undefined ? [] : [{ name: 'campanile', connectionString }]
}
