/** What the routes of this service share: their parts, the caller as a booker, the campus, and crossings of a tenant. */
import type { Sdk } from '#sdk'
import type { Request } from 'express'
import { Refusal } from '../../../lib/refusal.ts'
import { principalOf } from '../../door/authenticate.ts'
import type { Campus } from '../domain/slots.ts'
import type { Booker, BookingStore } from '../store/bookings.ts'

export interface BookingDoor {
  readonly sdk: Sdk
  readonly bookings: BookingStore
  /** True while the appliance runs on demo data: events say so. */
  readonly synthetic: boolean
  /** The clock, milliseconds since the epoch. */
  readonly nowMillis: () => number
}

/** Names the verified caller of a request to the store. */
export function bookerOf({ synthetic }: BookingDoor, request: Request): Booker {
  const { tenant, account, role } = principalOf(request)
  return { tenant, account, role, synthetic }
}

/**
 * Reads the campus of a tenant.
 *
 * @throws Refusal not_found for a tenant that has none
 */
export async function campusOf({ bookings }: BookingDoor, tenant: string): Promise<Campus> {
  const campus = await bookings.readCampus(tenant)
  if (campus === undefined) throw new Refusal('not_found', { detail: 'this tenant has no campus' })
  return campus
}

/** Counts a crossing of a tenant and writes the refusal that an unknown id gets, too. */
export function foreignId({ sdk }: BookingDoor, kind: 'path' | 'row'): Refusal {
  sdk.counter('cross_tenant_denied_total').inc({ service: 'booking', kind })
  return new Refusal('not_found')
}
