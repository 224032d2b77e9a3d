/** What a scan of the house looks at while it runs: its database and its doors. */
import type { PortName } from '../contracts/ports.ts'
import { ConfigError } from '../lib/config.ts'
import { attestableItems, type Checklist } from './checklist.ts'
import { readAttestations, type Attestations } from './gather/attestations.ts'
import type { LiveDoor } from './gather/http.ts'
import type { MetricsServer } from './gather/metrics/ask.ts'
import type { LiveDatabase } from './gather/postgres.ts'
import type { ProbedDatabase } from './gather/postgres-probe/probe.ts'

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

/**
 * Names the Prometheus of the house, where there is one to ask.
 *
 * @throws ConfigError for what is no address, or one with a user or password: reports name the server by it
 */
export function metricsAt(
  url: string | undefined,
  { token, caFile }: { readonly token?: string | undefined; readonly caFile?: string | undefined } = {},
): MetricsServer[] {
  if (url === undefined) return []
  const { username = '', password = '' } = URL.parse(url) ?? {}
  if (!/^https?:/i.test(url) || !URL.canParse(url) || username + password !== '') {
    const expected = 'an address that begins with http: or https: and holds no user and no password'
    throw new ConfigError([{ source: 'prometheus', key: 'url', expected }])
  }
  return [{ url, ...(token === undefined ? {} : { token }), ...(caFile === undefined ? {} : { caFile }) }]
}

/** Names the database of the house as one whose row-level security is tried, where somebody may act as its roles. */
export function probesAt(probe: string | undefined): ProbedDatabase[] {
  return probe === undefined ? [] : [{ name: 'campanile', probe }]
}

/**
 * Reads the statements somebody signed, where a file of them was given.
 *
 * @throws ConfigError with every fault and its line
 */
export function attestationsAt(
  path: string | undefined,
  checklist: Checklist,
): { readonly attestations?: Attestations } {
  return path === undefined ? {} : { attestations: readAttestations(path, attestableItems(checklist)) }
}
