/** The cases that prove that a service of which nothing is heard pages, and one that never was does not. */
import type { Slo } from '../../contracts/slo.ts'
import { fixedLabels } from '../alerts/definition.ts'
import { fill } from '../annotations/template.ts'
import { absenceAnnotations, absenceName, absentSeconds, rememberedSeconds } from '../slo/burn-alerts.ts'
import { signalsFileName } from '../slo/slo-file.ts'
import { run } from './play.ts'
import { countSeries } from './slo-events.ts'
import { seriesOf, tenantA } from './subjects.ts'
import type { FiringAlert, InputSeries, TestFile } from './test-file.ts'

const stepSeconds = 30
/** How long the service is heard, in steps: until then, and again from `backAt` on. */
const goneAt = 10
const backAt = 20
const goneSeconds = goneAt * stepSeconds
const firesSeconds = goneSeconds + absentSeconds

/** Builds every case of a service, of which `slo` is an objective; `beside` is one of another service. */
export function absenceCases(slo: Slo, beside: Slo, consoleUrl: string): TestFile[] {
  const heard = (of: Slo) => requestsOf(of, run('1', backAt + 10))
  const gone = requestsOf(slo, `${run('1', goneAt)} stale`)
  const back = requestsOf(slo, `${run('1', goneAt)} stale _x${backAt - goneAt - 1} ${run('1', 10)}`)
  const input = (own: readonly InputSeries[]) => [...own, ...remembered(slo), ...heard(beside)]
  const firing = firingOf(slo, consoleUrl)
  const make = (name: string, own: readonly InputSeries[], checks: Checks) => file(slo, name, own, checks)
  return [
    make('heard', input(heard(slo)), { silentAt: [firesSeconds] }),
    make('not-yet', input(gone), { silentAt: [firesSeconds - stepSeconds] }),
    make('fires', input(gone), { firesAt: firesSeconds, firing }),
    make('resolves', input(back), {
      firesAt: (backAt - 1) * stepSeconds,
      silentAt: [backAt * stepSeconds],
      firing,
    }),
    make('unmeasured', [up(slo), ...heard(beside)], {
      silentAt: [absentSeconds - stepSeconds],
      firesAt: absentSeconds,
      firing,
    }),
    make('absent', [{ series: 'unrelated', values: run('1', backAt) }], { silentAt: [firesSeconds] }),
    forgotten(slo, firing),
  ]
}

/** A service that was taken away for good pages until it is forgotten, and then no more. */
function forgotten(slo: Slo, firing: FiringAlert): TestFile {
  const longSeconds = rememberedSeconds / 6
  const made = file(slo, 'forgotten', [...remembered(slo)], {
    firesAt: rememberedSeconds,
    silentAt: [rememberedSeconds + longSeconds],
    firing,
  })
  return { ...made, evaluateSeconds: longSeconds, stepSeconds: longSeconds }
}

function requestsOf({ service, indicator }: Slo, values: string): InputSeries[] {
  const labels = { ...tenantA, service, method: 'GET', route: indicator.route ?? '/me', status: '2xx' }
  return [{ series: seriesOf('http_server_request_duration_seconds_count', labels, service), values }]
}

/** What was recorded when the service was last heard, once. */
function remembered(slo: Slo): InputSeries[] {
  const { tenant = '' } = tenantA
  return [{ series: countSeries('slo:events:count30s', slo, tenant), values: '1' }]
}

function up({ service }: Slo): InputSeries {
  return { series: seriesOf('up', {}, service), values: run('1', backAt) }
}

function firingOf({ service }: Slo, consoleUrl: string): FiringAlert {
  const labels = fixedLabels({ name: absenceName, service })
  const annotations = Object.entries(absenceAnnotations(service, consoleUrl))
  return {
    labels,
    annotations: Object.fromEntries(
      annotations.map(([key, template]) => [key, fill(template, { labels, value: 1 })]),
    ),
  }
}

interface Checks {
  readonly silentAt?: readonly number[]
  readonly firesAt?: number
  readonly firing?: FiringAlert
}

function file(slo: Slo, name: string, input: readonly InputSeries[], checks: Checks): TestFile {
  const { silentAt = [], firesAt, firing } = checks
  const fires =
    firesAt === undefined || firing === undefined ? [] : [{ atSeconds: firesAt, firing: [firing] }]
  return {
    name: `${absenceName}-${slo.service}-${name}`,
    alert: absenceName,
    rules: [signalsFileName],
    evaluateSeconds: stepSeconds,
    stepSeconds,
    input,
    alerts: [...silentAt.map((atSeconds) => ({ atSeconds, firing: [] })), ...fires].map((check) => ({
      ...check,
      alert: absenceName,
    })),
    queries: [],
  }
}
