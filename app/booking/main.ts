/** The booking process: rooms and who has them when. */
import { environment } from '../../lib/config.ts'
import { runUntilSignal } from '../../lib/lifecycle.ts'
import { serviceSettings } from '../door/settings.ts'
import { startBooking } from './start.ts'

process.exit(
  await runUntilSignal({
    name: 'booking',
    start: () => startBooking(environment(serviceSettings('booking'))),
  }),
)
