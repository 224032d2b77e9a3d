/** One fault for every rule of the lint, planted into a sound dashboard. */
import type { RuleName } from '../../../dashboards/lint/rules.ts'

interface DraftTarget {
  refId: string
  expr: string
  exemplar?: boolean
}

interface DraftPanel {
  id: number
  type: string
  title: string
  description?: string
  datasource?: { type: string; uid: string }
  gridPos: { x: number; y: number; w: number; h: number }
  fieldConfig?: { defaults: { unit?: string } }
  targets?: DraftTarget[]
}

/** A dashboard that may be changed. */
export interface Draft {
  uid: string
  editable: boolean
  version?: number
  templating: { list: { name: string; type: string; definition?: string; refresh?: number }[] }
  panels: DraftPanel[]
}

export interface Plant {
  readonly rule: RuleName
  readonly what: string
  readonly plant: (draft: Draft) => void
}

function panelOf(draft: Draft, type: string): DraftPanel {
  const found = draft.panels.find((panel) => panel.type === type)
  if (found === undefined) throw new Error(`no panel of kind ${type}`)
  return found
}

/** Replaces what the first query of the first chart asks. */
const asking = (expr: string) => (draft: Draft) => {
  const [target] = panelOf(draft, 'timeseries').targets ?? []
  if (target === undefined) throw new Error('no query')
  target.expr = expr
}

const variable = (draft: Draft, name: string) => {
  const found = draft.templating.list.find((candidate) => candidate.name === name)
  if (found === undefined) throw new Error(`no variable ${name}`)
  return found
}

const without = (draft: Draft, name: string) => {
  draft.templating.list = draft.templating.list.filter((candidate) => candidate.name !== name)
}

const counted = 'http_server_request_duration_seconds_count'
const ofTenant = '{tenant=~"$tenant", service=~"$service"}'

export const plants: readonly Plant[] = [
  {
    rule: 'dashboard-uneditable',
    what: 'a dashboard that may be edited',
    plant: (draft) => (draft.editable = true),
  },
  { rule: 'dashboard-uid', what: 'a uid Grafana refuses', plant: (draft) => (draft.uid = 'No') },
  { rule: 'dashboard-stable', what: 'a version', plant: (draft) => (draft.version = 3) },
  {
    rule: 'template-datasource',
    what: 'a dashboard bound to one Prometheus',
    plant: (draft) => without(draft, 'datasource'),
  },
  {
    rule: 'template-datasource',
    what: 'logs without their source',
    plant: (draft) => without(draft, 'logs'),
  },
  { rule: 'template-tenant', what: 'tenants nobody can choose', plant: (draft) => without(draft, 'tenant') },
  {
    rule: 'template-on-time-change-reload',
    what: 'values read only once',
    plant: (draft) => (variable(draft, 'tenant').refresh = 1),
  },
  {
    rule: 'template-label-promql',
    what: 'values of a label the series does not have',
    plant: (draft) => (variable(draft, 'tenant').definition = 'label_values(users, planet)'),
  },
  {
    rule: 'template-label-promql',
    what: 'values of a broken series',
    plant: (draft) => (variable(draft, 'tenant').definition = 'label_values(users{, tenant)'),
  },
  {
    rule: 'template-used',
    what: 'a choice that changes nothing',
    plant: (draft) =>
      draft.templating.list.push({
        name: 'idle',
        type: 'query',
        definition: 'label_values(users, role)',
        refresh: 2,
      }),
  },
  {
    rule: 'template-used',
    what: 'a choice nobody declared',
    plant: asking(`rate(${counted}{tenant=~"$tenant", service=~"$servise"}[$__rate_interval])`),
  },
  {
    rule: 'panel-datasource',
    what: 'a panel with a data source of its own',
    plant: (draft) => (panelOf(draft, 'stat').datasource = { type: 'prometheus', uid: 'other' }),
  },
  {
    rule: 'panel-title-description',
    what: 'a panel without a description',
    plant: (draft) => delete panelOf(draft, 'stat').description,
  },
  {
    rule: 'panel-title-description',
    what: 'a panel without a title',
    plant: (draft) => (panelOf(draft, 'stat').title = ''),
  },
  {
    rule: 'panel-unit',
    what: 'a panel without a unit',
    plant: (draft) => delete panelOf(draft, 'stat').fieldConfig,
  },
  {
    rule: 'panel-no-targets',
    what: 'a panel without a query',
    plant: (draft) => (panelOf(draft, 'stat').targets = []),
  },
  {
    rule: 'panel-kind',
    what: 'a kind the console cannot draw',
    plant: (draft) => (panelOf(draft, 'stat').type = 'nodegraph'),
  },
  {
    rule: 'panel-id',
    what: 'two panels with one id',
    plant: (draft) => (panelOf(draft, 'stat').id = panelOf(draft, 'heatmap').id),
  },
  {
    rule: 'panel-place',
    what: 'a panel beyond the grid',
    plant: (draft) => (panelOf(draft, 'stat').gridPos.w = 25),
  },
  {
    rule: 'panel-place',
    what: 'two panels in one place',
    plant: (draft) => (panelOf(draft, 'heatmap').gridPos = { ...panelOf(draft, 'timeseries').gridPos }),
  },
  { rule: 'target-promql', what: 'PromQL that does not parse', plant: asking('sum(rate(users[') },
  { rule: 'target-promql', what: 'an empty query', plant: asking('') },
  {
    rule: 'target-logql',
    what: 'LogQL the console cannot answer',
    plant: (draft) => {
      panelOf(draft, 'logs').targets = [{ refId: 'A', expr: '{service_name=~"$service"} |= "x"' }]
    },
  },
  {
    rule: 'target-rate-interval',
    what: 'a range that ignores the zoom',
    plant: asking(`rate(${counted}${ofTenant}[5m])`),
  },
  {
    rule: 'target-counter-agg',
    what: 'a counter shown by its height',
    plant: asking(`${counted}${ofTenant}`),
  },
  {
    rule: 'target-counter-agg',
    what: 'the growth of a gauge',
    plant: asking('rate(users{tenant=~"$tenant"}[$__rate_interval])'),
  },
  {
    rule: 'target-known-metric',
    what: 'a metric nobody emits',
    plant: asking('sum(userz{tenant=~"$tenant"})'),
  },
  {
    rule: 'target-known-label',
    what: 'a matcher on a label the metric does not have',
    plant: asking('sum(users{tenant=~"$tenant", planet="earth"})'),
  },
  {
    rule: 'target-known-label',
    what: 'a grouping by a label no series has',
    plant: asking('sum by (planet) (users{tenant=~"$tenant"})'),
  },
  { rule: 'target-tenant', what: 'a query over every tenant', plant: asking('sum(users)') },
  {
    rule: 'target-exemplar',
    what: 'a latency without its traces',
    plant: (draft) => {
      const latency = draft.panels
        .flatMap(({ type, targets = [] }) => (type === 'timeseries' ? targets : []))
        .find(({ expr }) => expr.startsWith('histogram_quantile'))
      if (latency === undefined) throw new Error('no latency')
      latency.exemplar = false
    },
  },
  {
    rule: 'target-refid',
    what: 'two queries with one letter',
    plant: (draft) => {
      const panel = panelOf(draft, 'timeseries')
      panel.targets = [...(panel.targets ?? []), ...(panel.targets ?? [])]
    },
  },
]
