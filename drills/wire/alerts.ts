/** Which alerts fire: asked of Prometheus, and of the heartbeat, which pages when Prometheus cannot. */
import Type from 'typebox'
import { watchdogMissing } from '../../contracts/alerts.ts'
import type { SeenAlert } from '../expect/steps.ts'
import { reader, send } from './http.ts'

const Labels = Type.Record(Type.String(), Type.String())

const readAlerts = reader(
  Type.Object({
    data: Type.Object({
      alerts: Type.Array(Type.Object({ labels: Labels, state: Type.String() })),
    }),
  }),
)

const readRules = reader(
  Type.Object({
    data: Type.Object({
      groups: Type.Array(
        Type.Object({
          rules: Type.Array(Type.Object({ name: Type.String(), duration: Type.Optional(Type.Number()) })),
        }),
      ),
    }),
  }),
)

/** Lists the alerts of Prometheus that are pending or firing. */
export async function prometheusAlerts(prometheus: string): Promise<SeenAlert[]> {
  const { data } = await readAlerts({ who: 'Prometheus', url: `${prometheus}/api/v1/alerts` })
  return data.alerts.flatMap(({ labels, state }): SeenAlert[] =>
    state === 'pending' || state === 'firing' ? [{ name: labels['alertname'] ?? '', state, labels }] : [],
  )
}

/** Tells how long an alert of Prometheus waits, in seconds; undefined where there is no such rule. */
export async function waitOf(prometheus: string, alert: string): Promise<number | undefined> {
  const { data } = await readRules({ who: 'Prometheus', url: `${prometheus}/api/v1/rules?type=alert` })
  return data.groups.flatMap(({ rules }) => rules).find(({ name }) => name === alert)?.duration
}

/** Lists the one alert of the heartbeat while it misses the Watchdog. */
export async function heartbeatAlerts(heartbeat: string): Promise<SeenAlert[]> {
  const response = await send({ who: 'the heartbeat', url: `${heartbeat}/metrics` })
  const page = await response.text()
  if (!/^heartbeat_missing 1$/m.test(page)) return []
  return [{ name: watchdogMissing, state: 'firing', labels: { service: 'heartbeat' } }]
}
