/** Asks everybody how the house is: Prometheus, the supervisor, and each health page while one of them is away. */
import Type from 'typebox'
import type { PortName } from '../../contracts/ports.ts'
import type { RecordedName } from '../../contracts/recorded-series.ts'
import { messageOf } from '../../lib/errors.ts'
import { validator } from '../../lib/validate.ts'
import { ConsoleError } from '../errors.ts'
import type { PrometheusQuery, Sample } from '../sources/prometheus.ts'
import { ask, askJson, knownOf } from '../sources/upstream.ts'
import type {
  FiringAlert,
  HealthAnswer,
  MetricsView,
  Observed,
  SupervisedComponent,
  TenantFigures,
} from './observed.ts'

export type Ports = Readonly<Record<PortName, number>>

export interface GatherParts {
  readonly query: PrometheusQuery
  readonly ports: Ports
  readonly nowMillis: () => number
}

/** Where each component says how it is. PostgreSQL has no such page. */
const healthPages: Readonly<Record<string, readonly [PortName, string]>> = {
  gateway: ['gateway', '/health'],
  users: ['users', '/health'],
  academics: ['academics', '/health'],
  booking: ['booking', '/health'],
  ledger: ['ledger', '/health'],
  collector: ['collectorHealth', '/health'],
  traffic: ['traffic', '/health'],
  supervisor: ['supervisor', '/health'],
  console: ['console', '/health'],
  heartbeat: ['heartbeat', '/health'],
  compliance: ['compliance', '/health'],
  prometheus: ['prometheus', '/-/ready'],
  alertmanager: ['alertmanager', '/-/ready'],
  'node-exporter': ['nodeExporter', '/'],
  'postgres-exporter': ['postgresExporter', '/'],
}

/** Observes once. Never throws: what cannot be asked is said. */
export async function observe(parts: GatherParts): Promise<Observed> {
  const [metrics, supervisor] = await Promise.all([
    knownOf('Prometheus', readMetrics(parts)),
    knownOf('The supervisor', readSupervisor(parts.ports)),
  ])
  const health = metrics.known && supervisor.known ? new Map() : await readHealth(parts.ports)
  return { metrics, supervisor, health }
}

const duration = 'http_server_request_duration_seconds'

const budgetLeft: RecordedName = 'slo:error_budget_remaining:ratio'

const questions = {
  up: 'up',
  componentUp: 'component_up',
  database: 'pg_up',
  alerts: 'ALERTS{alertstate="firing",alertname!="Watchdog"}',
  requests: `sum by (tenant)(rate(${duration}_count{tenant!~"none|"}[5m]))`,
  errors: `sum by (tenant)(rate(${duration}_count{tenant!~"none|",status="5xx"}[5m]))`,
  p95: `histogram_quantile(0.95, sum by (tenant, le)(rate(${duration}_bucket{tenant!~"none|"}[5m])))`,
  checkpoints: 'max by (tenant)(ledger_checkpoint_timestamp_seconds)',
  verified: 'min by (tenant)(ledger_verify_success)',
  verifiedAt: 'max by (tenant)(ledger_verify_timestamp_seconds)',
  budgets: `min by (tenant)(${budgetLeft})`,
} as const
type Answers = Readonly<Record<keyof typeof questions, readonly Sample[]>>

async function readMetrics({ query, nowMillis }: GatherParts): Promise<MetricsView> {
  const answers = await Promise.all(
    Object.entries(questions).map(async ([name, text]) => [name, await query(text)] as const),
  )
  // One answer for every question, under its name.
  const found = Object.fromEntries(answers) as Answers
  const [database] = found.database
  return {
    up: booleans(found.up, 'job'),
    componentUp: booleans(found.componentUp, 'component'),
    ...(database === undefined ? {} : { databaseUp: database.value === 1 }),
    alerts: found.alerts.map(({ labels }) => alertOf(labels)),
    tenants: tenantsOf(found, nowMillis()),
  }
}

function booleans(samples: readonly Sample[], label: string): ReadonlyMap<string, boolean> {
  const found = new Map<string, boolean>()
  for (const { labels, value } of samples) {
    const name = labels[label] ?? ''
    found.set(name, (found.get(name) ?? true) && value === 1)
  }
  return found
}

function alertOf(labels: Readonly<Record<string, string>>): FiringAlert {
  const { alertname = 'unnamed', severity = 'none', service, tenant, component } = labels
  return {
    name: alertname,
    severity,
    ...named('service', service),
    ...named('tenant', tenant),
    ...named('component', component),
  }
}

/** Requests of nobody's tenant are labelled `none`: an alert on them is the service's. */
function named<K extends string>(label: K, value: string | undefined): { readonly [N in K]?: string } {
  // An object with the one key asked for, or none.
  return (value === undefined || value === '' || value === 'none' ? {} : { [label]: value }) as {
    readonly [N in K]?: string
  }
}

function tenantsOf(answers: Answers, nowMillis: number): readonly TenantFigures[] {
  const byTenant = (samples: readonly Sample[]) =>
    new Map(samples.map(({ labels, value }) => [labels['tenant'] ?? '', value]))
  const [requests, errors, p95, checkpoints, verified, verifiedAt, budgets] = [
    byTenant(answers.requests),
    byTenant(answers.errors),
    byTenant(answers.p95),
    byTenant(answers.checkpoints),
    byTenant(answers.verified),
    byTenant(answers.verifiedAt),
    byTenant(answers.budgets),
  ]
  const names = new Set([...requests.keys(), ...checkpoints.keys()].filter((name) => name !== ''))
  return [...names].sort().map((tenant) => {
    const rate = requests.get(tenant) ?? 0
    const checkpoint = checkpoints.get(tenant)
    return {
      tenant,
      requestsPerSecond: rate,
      ...(rate > 0 ? { errorRatio: (errors.get(tenant) ?? 0) / rate } : {}),
      ...finite('p95Seconds', p95.get(tenant)),
      ...aged('checkpointAgeSeconds', checkpoint, nowMillis),
      ...(verified.has(tenant) ? { isLogVerified: verified.get(tenant) === 1 } : {}),
      ...aged('verifiedAgeSeconds', verifiedAt.get(tenant), nowMillis),
      ...finite('budgetLeft', budgets.get(tenant)),
    }
  })
}

function aged<K extends string>(name: K, atSeconds: number | undefined, nowMillis: number) {
  return finite(name, atSeconds === undefined ? undefined : Math.max(0, nowMillis / 1_000 - atSeconds))
}

function finite<K extends string>(name: K, value: number | undefined): { readonly [N in K]?: number } {
  // An object with the one key asked for, or none.
  return (value === undefined || !Number.isFinite(value) ? {} : { [name]: value }) as {
    readonly [N in K]?: number
  }
}

const SupervisorAnswer = Type.Object({
  components: Type.Array(
    Type.Object({
      name: Type.String(),
      state: Type.String(),
      reason: Type.Optional(Type.String()),
      restarts: Type.Integer(),
    }),
  ),
})
const checkSupervisor = validator(SupervisorAnswer)

async function readSupervisor(ports: Ports): Promise<readonly SupervisedComponent[]> {
  const url = `http://127.0.0.1:${ports.supervisor}/status.json`
  const outcome = checkSupervisor(await askJson({ url, timeoutMillis: 3_000 }))
  if (!outcome.valid) throw new ConsoleError('UPSTREAM_INVALID', 'answered something else than its status')
  return outcome.value.components.map(({ name, state, reason, restarts }) => ({
    name,
    state,
    restarts,
    ...(reason === undefined ? {} : { reason }),
  }))
}

async function readHealth(ports: Ports): Promise<ReadonlyMap<string, HealthAnswer>> {
  const entries = Object.entries(healthPages).map(
    async ([name, [port, path]]) => [name, await readPage(`http://127.0.0.1:${ports[port]}${path}`)] as const,
  )
  return new Map(await Promise.all(entries))
}

async function readPage(url: string): Promise<HealthAnswer> {
  try {
    const { status, body } = await ask({ url, timeoutMillis: 2_000, maxBytes: 65_536 })
    if (status === 200) return { status: 'ok' }
    const reason = /"reason":"([^"]{1,200})"/.exec(body.toString('utf8'))?.[1]
    return { status: 'unready', reason: reason ?? `its health check answers ${status}` }
  } catch (error) {
    return { status: 'away', reason: messageOf(error) }
  }
}
