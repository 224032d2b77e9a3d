/** Makes rows of what was observed: a level and why, in words. Unknown is never green. Pure. */
import { houseTenant, services } from '../../contracts/services.ts'
import { tenantName } from './tenant-name.ts'
import type {
  FiringAlert,
  HealthAnswer,
  MetricsView,
  Observed,
  SupervisedComponent,
  TenantFigures,
} from './observed.ts'

export type Level = 'green' | 'amber' | 'red' | 'unknown'

export interface StatusRow {
  readonly name: string
  readonly level: Level
  /** Every reason for the level, the worst first. */
  readonly why: readonly string[]
  /** Alerts that fire for it. */
  readonly alerts: readonly string[]
}

export interface TenantRow extends StatusRow {
  readonly figures: TenantFigures
}

export interface StatusPage {
  readonly level: Level
  readonly sentence: string
  /** What the console could not ask. */
  readonly blind: readonly string[]
  readonly alerts: readonly FiringAlert[]
  readonly components: readonly StatusRow[]
  readonly tenants: readonly TenantRow[]
}

const engines = ['postgres', 'prometheus', 'alertmanager', 'node-exporter', 'postgres-exporter'] as const

/** The components that are always shown, whoever answers. */
export const knownComponents: readonly string[] = [...services, ...engines]

/** Prometheus knows the database's exporter under the name of what it exports. */
const jobOf: Readonly<Record<string, string>> = { 'postgres-exporter': 'postgres' }
/** A round takes two minutes: a verdict older than five of them says nothing of now. */
const staleVerdictSeconds = 600
const order: readonly Level[] = ['red', 'amber', 'unknown', 'green']

interface Reason {
  readonly level: Level
  readonly text: string
}

/** Judges every component and tenant. */
export function judge(observed: Observed): StatusPage {
  const { metrics, supervisor } = observed
  const blind = [metrics, supervisor].flatMap((source) => (source.known ? [] : [source.why]))
  const supervised = supervisor.known ? supervisor.value : []
  // Only a component the supervisor runs, or everything while nobody knows what runs.
  const names = supervisor.known
    ? supervised.filter(({ state }) => state !== 'done').map(({ name }) => name)
    : knownComponents.filter((name) => name !== 'supervisor')
  const components = ['supervisor', ...names].map((name) => judgeComponent(name, observed))
  const tenants = metrics.known
    ? metrics.value.tenants.map((tenant) => judgeTenant(tenant, metrics.value)).filter(isShown)
    : []
  const alerts = metrics.known ? metrics.value.alerts : []
  // A tenant nobody uses right now is no trouble of the house.
  const rows = [...components, ...tenants.filter((row) => row.level !== 'unknown')]
  const levels: Level[] = rows.map((row) => row.level)
  if (blind.length > 0) levels.push('amber')
  const level = worst([...levels, ...alerts.map((alert) => alertReason(alert).level)])
  return { level, sentence: sentenceOf(level, rows, { blind, alerts }), blind, alerts, components, tenants }
}

function judgeComponent(name: string, observed: Observed): StatusRow {
  const { metrics, supervisor, health } = observed
  const alerts = metrics.known ? metrics.value.alerts.filter((alert) => isOf(alert, name)) : []
  const reasons = [
    ...supervisorReasons(name, supervisor),
    ...(metrics.known ? metricReasons(name, metrics.value) : []),
    ...healthReasons(health.get(name)),
    ...alerts.map(componentReason),
  ]
  return rowOf(name, reasons, alerts)
}

/** The house's own log serves nobody: it is shown when something is wrong with it. */
function isShown({ name, level }: TenantRow): boolean {
  return name !== houseTenant || level !== 'unknown'
}

function isOf({ service, component }: FiringAlert, name: string): boolean {
  return service === name || component === name
}

const failing: Readonly<Record<string, Level>> = {
  failed: 'red',
  unready: 'red',
  restarting: 'red',
  stopped: 'red',
  waiting: 'amber',
  preparing: 'amber',
  starting: 'amber',
}

function supervisorReasons(name: string, supervisor: Observed['supervisor']): readonly Reason[] {
  if (name === 'supervisor') {
    return supervisor.known ? [{ level: 'green', text: 'answers' }] : [{ level: 'red', text: supervisor.why }]
  }
  const found = supervisor.known ? supervisor.value.find((component) => component.name === name) : undefined
  return found === undefined ? [] : [supervisedReason(found)]
}

function supervisedReason({ state, reason, restarts }: SupervisedComponent): Reason {
  const level = failing[state]
  const again = restarts === 0 ? '' : `, started again ${restarts} ${restarts === 1 ? 'time' : 'times'}`
  if (level === undefined) return { level: state === 'ready' ? 'green' : 'unknown', text: `${state}${again}` }
  return { level, text: `${state}${reason === undefined ? '' : `: ${reason}`}${again}` }
}

function metricReasons(name: string, { up, componentUp, databaseUp }: MetricsView): readonly Reason[] {
  if (name === 'postgres') {
    if (databaseUp === undefined) return []
    return [
      databaseUp
        ? { level: 'green', text: 'takes connections' }
        : { level: 'red', text: 'takes no connections' },
    ]
  }
  const isUp = up.get(jobOf[name] ?? name)
  if (isUp === false) return [{ level: 'red', text: 'Prometheus cannot read its metrics' }]
  if (isUp === true) return [{ level: 'green', text: 'gives metrics' }]
  // The supervisor's metric may be older than what it says itself; it only helps where it does not answer.
  return componentUp.get(name) === true ? [{ level: 'green', text: 'was ready when last measured' }] : []
}

function healthReasons(answer: HealthAnswer | undefined): readonly Reason[] {
  if (answer === undefined) return []
  if (answer.status === 'ok') return [{ level: 'green', text: 'answers its health check' }]
  return [{ level: 'red', text: answer.reason }]
}

function alertReason({ name, severity }: FiringAlert): Reason {
  return { level: severity === 'critical' ? 'red' : 'amber', text: `alert ${name} fires` }
}

/** What one tenant suffers is trouble of the component, and not yet a component that is down. */
function componentReason(alert: FiringAlert): Reason {
  const reason = alertReason(alert)
  if (alert.tenant === undefined) return reason
  return { level: 'amber', text: `${reason.text} for ${alert.tenant}` }
}

function judgeTenant(figures: TenantFigures, metrics: MetricsView): TenantRow {
  const { tenant, requestsPerSecond = 0, isLogVerified, verifiedAgeSeconds, budgetLeft } = figures
  const alerts = metrics.alerts.filter((alert) => alert.tenant === tenant)
  const reasons: Reason[] = alerts.map((alert) => ({
    ...alertReason(alert),
    text: `alert ${alert.name} fires${alert.service === undefined ? '' : ` for ${alert.service}`}`,
  }))
  if (isLogVerified === false) reasons.push({ level: 'red', text: 'the last check of its ledger failed' })
  if (verifiedAgeSeconds !== undefined && verifiedAgeSeconds > staleVerdictSeconds) {
    reasons.push({ level: 'amber', text: 'its ledger has not been checked lately' })
  }
  if (budgetLeft !== undefined && budgetLeft <= 0) {
    reasons.push({ level: 'amber', text: 'an error budget is used up' })
  }
  if (requestsPerSecond > 0) reasons.push({ level: 'green', text: 'serves requests' })
  else reasons.push({ level: 'unknown', text: 'no request in 5 minutes, nothing to judge' })
  return { ...rowOf(tenant, reasons, alerts), figures }
}

function rowOf(name: string, reasons: readonly Reason[], alerts: readonly FiringAlert[]): StatusRow {
  if (reasons.length === 0)
    return { name, level: 'unknown', why: ['nobody could be asked about it'], alerts: [] }
  const level = worst(reasons.map((reason) => reason.level))
  const why = reasons.filter((reason) => reason.level === level).map(({ text }) => text)
  return { name, level, why: [...new Set(why)], alerts: [...new Set(alerts.map((alert) => alert.name))] }
}

function worst(levels: readonly Level[]): Level {
  return order.find((level) => levels.includes(level)) ?? 'unknown'
}

interface Rest {
  readonly blind: readonly string[]
  readonly alerts: readonly FiringAlert[]
}

function sentenceOf(level: Level, rows: readonly StatusRow[], { blind, alerts }: Rest): string {
  const names = rows
    .filter((row) => row.level === level)
    .map((row) => ('figures' in row ? tenantName(row.name) : row.name))
  if (level === 'green') return 'Everything that can be asked is well.'
  if (names.length === 0 && alerts.length > 0)
    return `Alerts fire: ${listOf(alerts.map(({ name }) => name))}.`
  if (names.length === 0) return `Not everything can be seen: ${blind.join('; ')}.`
  if (level === 'red') return `In trouble: ${listOf(names)}.`
  return level === 'amber' ? `Needs a look: ${listOf(names)}.` : `Nothing is known of ${listOf(names)}.`
}

function listOf(names: readonly string[]): string {
  const distinct = [...new Set(names)]
  if (distinct.length <= 4) return distinct.join(', ')
  return `${distinct.slice(0, 4).join(', ')} and ${distinct.length - 4} more`
}
