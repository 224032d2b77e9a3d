/** What readers choose by, the same on every dashboard that has it. */
import type { Service } from '../../contracts/services.ts'
import type { LabelVariable } from '../model.ts'
import { chosen, gauge, labelsOf, like, unlike } from '../promql/compose.ts'

/** Probes and scrapes are not what users feel: their routes stay out of every figure about requests. */
export const askedRoutes = unlike('/health|/metrics')

/** The services a user's request goes through; each has a pool of connections. */
export const campusServices = [
  'gateway',
  'users',
  'academics',
  'booking',
  'ledger',
] as const satisfies readonly Service[]

/** Tenants are those with accounts; "All" also holds what belongs to none. */
export const tenantChoice: LabelVariable = {
  name: 'tenant',
  title: 'Tenant',
  description: 'Tenants with accounts. All also shows requests that belong to no tenant.',
  series: gauge('users'),
  label: 'tenant',
  all: '.*',
}

/** Not any service: watching is no part of the campus. */
const eachService = campusServices.join('|')

export const serviceChoice: LabelVariable = {
  name: 'service',
  title: 'Service',
  description: 'Campus services that the chosen tenants have asked something.',
  series: labelsOf('http_server_request_duration_seconds_count', {
    tenant: chosen('tenant'),
    service: like(eachService),
    route: askedRoutes,
  }),
  label: 'service',
  all: eachService,
}
