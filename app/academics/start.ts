/** Builds the academics service from its settings. */
import type { KeySource } from '../door/access-token.ts'
import type { ServiceSettings } from '../door/settings.ts'
import { startService, type Service } from '../door/start-service.ts'
import { ledgerDoorOf } from '../../lib/ledger-door.ts'
import { ledgerReader } from './ledger.ts'
import { startGlassGauges } from './glass-gauges.ts'
import { mountAccesses } from './routes/accesses.ts'
import { mountBrokenGlass } from './routes/broken-glass.ts'
import { mountCalculate } from './routes/calculate.ts'
import { mountCourses } from './routes/courses.ts'
import type { AcademicsDoor } from './routes/door.ts'
import { mountGrades } from './routes/grades.ts'
import { operations } from './routes/operations.ts'
import { mountTranscript } from './routes/transcript.ts'
import { recordStore } from './store/records.ts'

/** Starts the service; `keys` replaces the gateway's key set. */
export function startAcademics(settings: ServiceSettings, keys?: KeySource): Promise<Service> {
  return startService({
    service: 'academics',
    settings,
    operations,
    faults: ['gpa-500'],
    ...(keys === undefined ? {} : { keys }),
    health: async ({ pool }) => {
      const isReady = await recordStore(pool)
        .isReady()
        .catch(() => false)
      return isReady ? undefined : 'the database does not answer'
    },
    mount: ({ app, sdk, pool, faults }) => {
      const { url } = ledgerDoorOf(settings)
      const door: AcademicsDoor = {
        sdk,
        records: recordStore(pool),
        ledger: ledgerReader({ sdk, url, token: settings.token }),
        synthetic: settings.demo,
        faults,
      }
      mountCalculate(app, door)
      mountTranscript(app, door)
      mountAccesses(app, door)
      mountCourses(app, door)
      mountGrades(app, door)
      mountBrokenGlass(app, door)
      return startGlassGauges(door.records, sdk)
    },
  })
}
