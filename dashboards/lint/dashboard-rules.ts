/** Rules about a dashboard and what the reader chooses by, most of them of Grafana's dashboard-linter. */
import { samples } from '../promql/samples.ts'
import { logsVariable, metricsVariable } from '../render/sources.ts'
import type { Rule } from './fault.ts'
import { choicesIn, interpolate } from './interpolate.ts'
import { readExpression } from './promql.ts'
import { showsData, type DashboardView } from './view.ts'

/** Grafana accepts 8 to 40 of these characters, and links name the uid. */
const uidPattern = /^[a-z0-9-]{8,40}$/
/** Fields that differ between two exports of the same dashboard. */
const unstable = ['id', 'version', 'iteration', 'gnetId', 'revision']
const onTimeRangeChanged = 2

const dashboardUneditable: Rule = ({ editable }) => (editable ? [{ found: 'editable' }] : [])

const dashboardUid: Rule = ({ uid }) => (uidPattern.test(uid) ? [] : [{ found: `uid ${uid}` }])

const dashboardStable: Rule = ({ fields }) =>
  fields.filter((field) => unstable.includes(field)).map((field) => ({ found: `field ${field}` }))

const templateDatasource: Rule = ({ variables, panels }) => {
  const sources = variables.filter(({ type }) => type === 'datasource').map(({ name }) => name)
  const wanted = [metricsVariable, ...(panels.some(({ type }) => type === 'logs') ? [logsVariable] : [])]
  return wanted.filter((name) => !sources.includes(name)).map((name) => ({ found: `no variable ${name}` }))
}

const templateTenant: Rule = (dashboard) => {
  const has = dashboard.variables.some(({ name }) => name === 'tenant')
  const asks = expressionsOf(dashboard).some((expr) => choicesIn(expr).includes('tenant'))
  return asks === has ? [] : [{ found: has ? 'variable tenant is unused' : 'no variable tenant' }]
}

const templateOnTimeChangeReload: Rule = ({ variables }) =>
  variables
    .filter(({ type, refresh }) => type === 'query' && refresh !== onTimeRangeChanged)
    .map(({ name, refresh }) => ({ where: name, found: `refresh ${refresh}` }))

const templateLabelPromql: Rule = ({ variables }) =>
  variables
    .filter(({ type }) => type === 'query')
    .flatMap(({ name, question }) => {
      const [, series, label] = /^label_values\((.+), (\w+)\)$/.exec(question) ?? []
      if (series === undefined || label === undefined) return [{ where: name, found: question }]
      const { errors, selectors } = readExpression(interpolate(series))
      const isKnown = selectors.every(({ metric }) => samples.get(metric)?.labels.has(label) === true)
      return errors.length === 0 && selectors.length === 1 && isKnown
        ? []
        : [{ where: name, found: question }]
    })

const templateUsed: Rule = (dashboard) => {
  const asked = new Set(
    [...expressionsOf(dashboard), ...dashboard.variables.map(({ question }) => question)].flatMap(choicesIn),
  )
  const declared = dashboard.variables.filter(({ type }) => type === 'query').map(({ name }) => name)
  return [
    ...declared.filter((name) => !asked.has(name)).map((name) => ({ where: name, found: 'never asked for' })),
    ...[...asked]
      .filter((name) => !declared.includes(name))
      .map((name) => ({ where: name, found: 'not declared' })),
  ]
}

function expressionsOf({ panels }: DashboardView): readonly string[] {
  return panels.filter(showsData).flatMap(({ targets }) => targets.map(({ expr }) => expr))
}

export const dashboardRules = {
  'dashboard-uneditable': dashboardUneditable,
  'dashboard-uid': dashboardUid,
  'dashboard-stable': dashboardStable,
  'template-datasource': templateDatasource,
  'template-tenant': templateTenant,
  'template-on-time-change-reload': templateOnTimeChangeReload,
  'template-label-promql': templateLabelPromql,
  'template-used': templateUsed,
} as const satisfies Record<string, Rule>
