/** Connections are counted before they run out. */
import { attributeOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import { parameterOf } from '../../parameters.ts'
import type { Control, Verdict } from '../control.ts'
import { textsOfRule, thresholdOf } from '../read/alert.ts'
import { isAlert } from '../read/alerting.ts'
import { firstMade } from '../read/made.ts'
import { inFile } from '../read/neighbours.ts'
import { isRole, isServer, settingOf, whyNoApplication } from '../read/postgres.ts'
import { judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'fewer than 90 % of the connections are taken, limits of roles fit below max_connections, and an alert fires at 90 %',
  'bound the pools, raise max_connections, or add an alert on pg_stat_activity_count / pg_settings_max_connections > 0.9',
)

const server = (taken: number) => ({
  kind: 'postgres' as const,
  type: 'server',
  attributes: { setting: { max_connections: '200' }, sessions: { remote: taken, local: 0 } },
})

export const control: Control = {
  id: 'DBS-15',
  page: {
    why: 'When all connections are taken nobody gets in any more, not even who wants to see why.',
    good: [server(40)],
    bad: [server(195)],
  },
  sources: ['postgres', 'prometheus'],
  applies: (resource) => isServer(resource) || isConnectionAlert(resource),
  check: (resource, evidence) => {
    const percent = parameterOf('DBS-15.percent', 'production', evidence.parameters)
    return isServer(resource) ? judgeServer(resource, evidence, percent) : judgeAlert(resource, percent)
  },
  missing: (evidence) => {
    const resource = firstMade(evidence, (each) => isAlert(each) && /\bpg_|postgres/i.test(textsOfRule(each)))
    return resource === undefined
      ? undefined
      : { resource, verdict: judge.fail('alerts watch a database, and none its connections') }
  },
}

const taken = /pg_stat_activity_count|pg_stat_database_numbackends|connections_used|postgresql_backends/

function isConnectionAlert(resource: Resource): boolean {
  return isAlert(resource) && taken.test(textsOfRule(resource))
}

/** Both as a share (`> 0.9`, `> 90`) and as a number of the ceiling of the source documents (`> 180`). */
function judgeAlert(alert: Resource, percent: number): Verdict {
  const expr = attributeOf(alert, 'expr')
  if (expr?.known !== true) return judge.unknown(`its expression ${expr?.why ?? 'is not there'}`, expr)
  const text = textOf(expr.value)
  const threshold = thresholdOf(text)
  if (threshold === undefined) return judge.unknown('with what it compares cannot be told', expr)
  const isShare = /max_connections/.test(text) && /\//.test(text)
  const found = `it fires above ${threshold}`
  const most = isShare ? (threshold <= 1 ? percent / 100 : percent) : 2 * percent // of 200, the ceiling of the source documents
  return threshold <= most ? judge.pass(found, expr) : judge.fail(found, expr)
}

function judgeServer(server: Resource, evidence: Evidence, percent: number): readonly Verdict[] {
  const most = settingOf(server, 'max_connections')
  const counts = ['remote', 'local'].map((name) => attributeOf(server, `sessions.${name}`))
  const hidden = [most, ...counts].find((each) => each?.known !== true)
  if (most?.known !== true || counts.some((each) => each?.known !== true)) {
    return [judge.unknown(`its connections ${hidden?.known === false ? hidden.why : 'were not told'}`)]
  }
  const open = ['remote', 'local'].reduce(
    (sum, name) => sum + Number(knownValueOf(server, `sessions.${name}`)),
    0,
  )
  const found = `${open} of ${textOf(most.value)} connections are taken`
  const isFree = open < (Number(most.value) * percent) / 100
  return [
    { ...(isFree ? judge.pass(found) : judge.fail(found)), part: 'taken' },
    { ...judgeLimits(server, evidence, Number(most.value)), part: 'limits' },
  ]
}

/** Roles without a limit are bounded by the pools of their services, which the server cannot see. */
function judgeLimits(server: Resource, evidence: Evidence, most: number): Verdict {
  const roles = inFile(evidence, server).filter(
    (each) => isRole(each) && whyNoApplication(each) === undefined,
  )
  const limits = roles.map((role) => Number(knownValueOf(role, 'connection_limit') ?? -1))
  const sum = limits.filter((limit) => limit > 0).reduce((left, right) => left + right, 0)
  const found = `the limits of roles add up to ${sum} of ${most}`
  return sum <= most ? judge.pass(found) : judge.fail(found)
}
