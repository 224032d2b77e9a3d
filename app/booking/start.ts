/** Builds the booking service from its settings. */
import type { KeySource } from '../door/access-token.ts'
import type { ServiceSettings } from '../door/settings.ts'
import { startService, type Service } from '../door/start-service.ts'
import { isSlowFor, leakOnDemand } from './faults.ts'
import { mountAvailable } from './routes/available.ts'
import { mountBookings } from './routes/bookings.ts'
import type { BookingDoor } from './routes/door.ts'
import { operations } from './routes/operations.ts'
import { mountRooms } from './routes/rooms.ts'
import { bookingStore } from './store/bookings.ts'

/** What a test may replace. */
export interface BookingReplacements {
  readonly keys?: KeySource
  /** The clock, milliseconds since the epoch. */
  readonly nowMillis?: () => number
}

/** Starts the service. */
export function startBooking(
  settings: ServiceSettings,
  { keys, nowMillis = () => Date.now() }: BookingReplacements = {},
): Promise<Service> {
  return startService({
    service: 'booking',
    settings,
    operations,
    faults: ['slow-sql', 'pool-leak'],
    onFault: leakOnDemand(),
    ...(keys === undefined ? {} : { keys }),
    health: async ({ pool, sdk }) => {
      const isReady = await bookingStore(pool, sdk.audit)
        .isReady()
        .catch(() => false)
      return isReady ? undefined : 'the database does not answer'
    },
    mount: ({ app, sdk, pool, faults }) => {
      const door: BookingDoor = {
        sdk,
        bookings: bookingStore(pool, sdk.audit, isSlowFor(faults)),
        synthetic: settings.demo,
        nowMillis,
      }
      mountRooms(app, door)
      mountAvailable(app, door)
      mountBookings(app, door)
    },
  })
}
