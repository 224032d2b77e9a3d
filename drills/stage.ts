/** Puts a drill on the running appliance. */
import { join } from 'node:path'
import { watchdogMissing } from '../contracts/alerts.ts'
import type { Drill } from './catalogue.ts'
import { DrillError } from './errors.ts'
import { openInjection } from './faults/injection.ts'
import { openTampering } from './faults/tamper.ts'
import type { House } from './house.ts'
import type { Stage } from './run-drill.ts'
import { startLoad } from './traffic/load.ts'
import { heartbeatAlerts, prometheusAlerts, waitOf } from './wire/alerts.ts'
import { consoleClient } from './wire/console.ts'
import { checkAppliance } from './wire/switches.ts'

/** The rule that tells by what time is divided, and how long it waits in production. */
const clockAlert = 'HighErrorRate'
const clockSeconds = 120

/** Builds the stage of a drill. @param timeScale by what the waits of the appliance's alerts are divided */
export function openStage(drill: Drill, house: House, timeScale: number): Stage {
  const { urlOf, token } = house
  const inbox = consoleClient({ url: urlOf('console'), token, account: house.onDuty })
  const tampering = { adminUrl: house.adminUrl, keepsake: join(house.folder, 'tamper.keepsake') }
  const isOfHeartbeat = drill.expects.includes(watchdogMissing)
  const alerts = () =>
    isOfHeartbeat ? heartbeatAlerts(urlOf('heartbeat')) : prometheusAlerts(urlOf('prometheus'))
  return {
    prepare: async () => {
      await checkAppliance(urlOf('supervisor'), token)
      await checkScale(urlOf('prometheus'), timeScale)
      // A drill that was killed may have left a changed row; while it stands, its alert rings through every other.
      await openTampering(tampering).end()
      return startLoad(drill.load, {
        gateway: urlOf('gateway'),
        otlp: urlOf('otlpHttp'),
        people: house.people,
        today: new Date().toISOString().slice(0, 10),
      })
    },
    injection: openInjection(drill, { urlOf, token, ...tampering }),
    observe: async () => {
      const [seen, incidents] = await Promise.all([alerts(), inbox.incidents()])
      return { alerts: seen, incidents }
    },
    follow: inbox.follow,
    now: () => new Date(),
    monotonicMillis: () => performance.now(),
    pauseMillis: 250,
  }
}

/** Evidence says by what time was divided, so that must be so. */
async function checkScale(prometheus: string, timeScale: number): Promise<void> {
  const wait = await waitOf(prometheus, clockAlert)
  const expected = timeScale === 1 ? clockSeconds : Math.max(1, Math.round(clockSeconds / timeScale))
  if (wait === expected) return
  const found = wait === undefined ? `Prometheus has no rule ${clockAlert}` : `${clockAlert} waits ${wait} s`
  throw new DrillError(
    'DRILL_NOT_POSSIBLE',
    `${found}, expected ${expected} s: give the drill the CAMPANILE_TIME_SCALE the appliance was started with`,
  )
}
