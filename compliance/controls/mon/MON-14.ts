/** Dashboards of four kinds are there, and every panel asks for something that exists. */
import { metrics } from '../../../contracts/metrics.ts'
import { recordedSeries } from '../../../contracts/recorded-series.ts'
import { attributeOf, childrenOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { textsOf } from '../read/alerting.ts'
import { textOf } from '../text.ts'
import { oncePerScan } from '../read/once.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'dashboards for application, infrastructure, business and security, whose queries parse and name known metrics',
  'correct the query, or record the metric it names',
)

export const control: Control = {
  id: 'MON-14',
  sources: ['grafana'],
  page: {
    why: 'An empty panel looks like a quiet system. In an incident nobody has time to find out that the metric was renamed.',
    good: [
      {
        file: 'dashboards/all.json',
        text: '{"uid":"all","title":"Application, infrastructure, business and security","schemaVersion":42,"panels":[{"title":"Up","datasource":{"type":"prometheus"},"targets":[{"expr":"sum(up)"}]}]}\n',
      },
    ],
    bad: [
      {
        file: 'dashboards/app.json',
        text: '{"uid":"app","title":"Application","schemaVersion":42,"panels":[{"title":"Up","datasource":{"type":"prometheus"},"targets":[{"expr":"sum(rate(up))"}]}]}\n',
      },
    ],
  },
  applies: ({ kind, type }) => kind === 'grafana' && (type === 'panel' || type === 'dashboard'),
  check: (resource, evidence) =>
    resource.type === 'panel' ? judgePanel(resource, evidence) : judgeDashboard(resource, evidence),
}

const themes = [
  ['application', /application|service|\bapi\b|\bred\b|golden|latency|request/i],
  ['infrastructure', /infrastructure|node|host|platform|kubernetes|container|database|postgres/i],
  ['business', /business|activity|usage|enrol|adoption|kpi|booking|student/i],
  ['security', /security|audit|ledger|compliance|auth|threat/i],
] as const

/** The first dashboard, and what each is about. */
const dashboardsOf = oncePerScan(({ resources }) => {
  const all = resources.filter(({ kind, type }) => kind === 'grafana' && type === 'dashboard')
  const [first] = all.toSorted((left, right) =>
    left.address + left.position.file < right.address + right.position.file ? -1 : 1,
  )
  const abouts = all.map(
    (each) =>
      `${textOf(knownValueOf(each, 'title'))} ${textsOf(knownValueOf(each, 'tags')).join(' ')} ${each.name}`,
  )
  return { first, abouts }
})

/** The first one answers for what none of them is about. */
function judgeDashboard(dashboard: Resource, evidence: Evidence): readonly Verdict[] {
  const whole = attributeOf(dashboard, 'title')
  if (whole?.known !== true) return [judge.unknown(whole?.why ?? 'its title is not known')]
  const { first, abouts } = dashboardsOf(evidence)
  if (first?.position.file !== dashboard.position.file) return [judge.pass('it is there')]
  return themes.map(([theme, pattern]): Verdict => {
    const isThere = abouts.some((about) => pattern.test(about))
    const verdict = isThere ? judge.pass(`one is about ${theme}`) : judge.fail(`none is about ${theme}`)
    return { ...verdict, part: theme }
  })
}

function judgePanel(panel: Resource, evidence: Evidence): Verdict | readonly Verdict[] {
  const targets = attributeOf(panel, 'targets')
  if (targets === undefined) return judge.unknown('what it asks is not known')
  const verdicts = childrenOf(panel, 'targets').flatMap((path) => judgeTarget(panel, path, evidence))
  if (verdicts.length > 0) return verdicts
  return targets.known ? judge.notApplicable('it asks no Prometheus') : judge.unknown(targets.why)
}

function judgeTarget(panel: Resource, path: string, evidence: Evidence): Verdict[] {
  const query = attributeOf(panel, `${path}.query`)
  if (query === undefined) return []
  if (!query.known) return [{ ...judge.unknown(query.why, query), part: path }]
  const fault = knownValueOf(panel, `${path}.query.fault`)
  if (fault !== undefined) return [{ ...judge.fail(`the query ${textOf(fault)}`, query), part: path }]
  const names = textsOf(knownValueOf(panel, `${path}.query.metrics`))
  const strange = names.find((name) => !isKnown(name, evidence))
  if (strange === undefined) return [{ ...judge.pass('it asks for what exists', query), part: path }]
  return [
    {
      ...judge.unknown(`${strange} is in no catalogue and no recording rule of the scan`, query),
      part: path,
    },
  ]
}

/** What Prometheus, Alertmanager and the widespread exporters give. */
const common =
  /^(?:up$|ALERTS|scrape_|probe_|prometheus_|alertmanager_|node_|process_|go_|nodejs_|pg_|postgres_|redis_|nginx_|container_|kube_|kubelet_|machine_|mysql_|rabbitmq_|jvm_|http_(?:server_)?requests?_|promhttp_|otelcol_|loki_|tempo_|grafana_|traces_|net_conntrack_|v$)/

function isKnown(name: string, evidence: Evidence): boolean {
  const base = name.replace(/_(?:bucket|count|sum)$/, '')
  return (
    common.test(name) ||
    [name, base].some((each) => Object.hasOwn(metrics, each) || Object.hasOwn(recordedSeries, each)) ||
    recordedIn(evidence).has(name)
  )
}

const recorded = new WeakMap<Evidence, ReadonlySet<string>>()

function recordedIn(evidence: Evidence): ReadonlySet<string> {
  const before = recorded.get(evidence)
  if (before !== undefined) return before
  const rules = evidence.resources.filter(({ kind, type }) => kind === 'prometheus' && type === 'record')
  const names = new Set(rules.map((rule) => textOf(knownValueOf(rule, 'record'))))
  recorded.set(evidence, names)
  return names
}
