/** The tenants, services and targets that trials speak of. */
import { ports } from '../../contracts/ports.ts'
import type { Subject } from './trial.ts'

export const tenantA: Subject = { tenant: 'university_a' }
export const tenantB: Subject = { tenant: 'university_b' }
export const users: Subject = { service: 'users' }
export const booking: Subject = { service: 'booking' }
export const usersOfA: Subject = { ...tenantA, ...users }
export const usersOfB: Subject = { ...tenantB, ...users }

const portOf = new Map<string, number>(Object.entries(ports))

/** The labels a scrape gives to the series of a job. */
export function target(job = 'users'): string {
  return `job="${job}", instance="127.0.0.1:${portOf.get(job) ?? ports.nodeExporter}"`
}

/** Writes a series of a job with labels of its own. */
export function seriesOf(name: string, labels: Readonly<Record<string, string>>, job?: string): string {
  const own = Object.entries(labels).map(([label, value]) => `${label}="${value}"`)
  return `${name}{${[...own, target(job)].join(', ')}}`
}

/** A target that has answered all the time, by a process as old as the trial. */
export function longRunning(job?: string): Readonly<Record<string, number>> {
  return { [seriesOf('up', {}, job)]: 1, [seriesOf('process_start_time_seconds', {}, job)]: 0 }
}
