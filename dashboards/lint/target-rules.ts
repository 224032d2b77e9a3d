/** Rules about queries: that Prometheus reads them, that what they name exists, and that they stay within a tenant. */
import { samples } from '../promql/samples.ts'
import { ofTarget, type Finding, type Rule } from './fault.ts'
import { choicesIn, interpolate } from './interpolate.ts'
import { readExpression, type Expression } from './promql.ts'
import { showsData, type DashboardView, type PanelView, type TargetView } from './view.ts'

/** Functions that make a counter a growth; nothing else may look at one. */
const growths = ['rate', 'increase']
/** Ranges that follow the reader's zoom, or a stated hour or day. */
const ranges = ['$__rate_interval', '$__range', '1h', '1d']
/** A stream selector with one matcher and nothing behind it: what the console's own store understands too. */
const streamSelector = /^\{service_name=~"\$service"\}$/
/** Labels an expression makes itself. */
const labelReplace = /label_replace\([^"]*"(\w+)"/g

type Check = (expression: Expression, target: TargetView, panel: PanelView) => readonly string[]

/** Makes a rule from a look at one PromQL query. */
function forQueries(check: Check): Rule {
  return ({ panels }) =>
    panels
      .filter((panel) => showsData(panel) && panel.type !== 'logs')
      .flatMap((panel) =>
        panel.targets.flatMap((target) =>
          check(readExpression(interpolate(target.expr)), target, panel).map((found) =>
            ofTarget(panel, target, found),
          ),
        ),
      )
}

const targetPromql = forQueries(({ errors, selectors }, { expr }) =>
  errors.length > 0 || selectors.length === 0 ? [expr] : [],
)

const targetLogql: Rule = ({ panels }) =>
  panels
    .filter(({ type }) => type === 'logs')
    .flatMap((panel) =>
      panel.targets
        .filter(({ expr }) => !streamSelector.test(expr))
        .map((target) => ofTarget(panel, target, target.expr)),
    )

/** Reads the ranges before interpolation, as they were written. */
const targetRateInterval = forQueries((_, { expr }) =>
  [...expr.matchAll(/\[([^\]]+)\]/g)].flatMap(([, range = '']) =>
    ranges.includes(range) ? [] : [`[${range}]`],
  ),
)

const targetCounterAgg = forQueries(({ selectors }) =>
  selectors.flatMap(({ metric, within, range }) => {
    const kind = samples.get(metric)?.kind
    const isGrowth = growths.includes(within[0] ?? '') && range !== undefined
    if (kind === 'counter' && !isGrowth) return [`${metric} without rate or increase`]
    return kind === 'gauge' && isGrowth ? [`growth of the gauge ${metric}`] : []
  }),
)

const targetKnownMetric = forQueries(({ selectors }) =>
  selectors.map(({ metric }) => metric).filter((metric) => !samples.has(metric)),
)

const targetKnownLabel = forQueries(({ selectors, grouped }, { expr }) => {
  const matched = selectors.flatMap(({ metric, matchers }) =>
    [...matchers.keys()]
      .filter((label) => samples.get(metric)?.labels.has(label) === false)
      .map((label) => `${metric} has no label ${label}`),
  )
  const made = [...expr.matchAll(labelReplace)].map(([, label = '']) => label)
  const carried = new Set([
    ...made,
    ...selectors.flatMap(({ metric }) => [...(samples.get(metric)?.labels ?? [])]),
  ])
  return [
    ...matched,
    ...grouped.filter((label) => !carried.has(label)).map((label) => `no series has ${label}`),
  ]
})

/** A query on a metric with tenants shows the chosen ones, with or without what has none, or keeps them apart. */
const targetTenant = forQueries(({ selectors, grouped }, { expr }) =>
  selectors
    .filter(({ metric, matchers }) => {
      const hasTenant = samples.get(metric)?.labels.has('tenant') === true
      const isFiltered =
        /^chosen\|?$/.test(matchers.get('tenant')?.value ?? '') && choicesIn(expr).includes('tenant')
      return hasTenant && !isFiltered && !grouped.includes('tenant')
    })
    .map(({ metric }) => `${metric} of every tenant`),
)

/** Where latency is drawn over time, the traces behind it are one click away. */
const targetExemplar = forQueries(({ functions }, { exemplar }, { type }) =>
  type === 'timeseries' && functions.includes('histogram_quantile') !== exemplar
    ? [`exemplar ${exemplar}`]
    : [],
)

const targetRefId: Rule = (dashboard) => repeatedRefIds(dashboard)

function repeatedRefIds({ panels }: DashboardView): readonly Finding[] {
  return panels.flatMap((panel) => {
    const seen = new Set<string>()
    return panel.targets
      .filter(({ refId }) => {
        const isBad = refId === '' || seen.has(refId)
        seen.add(refId)
        return isBad
      })
      .map((target) => ofTarget(panel, target, `refId “${target.refId}”`))
  })
}

export const targetRules = {
  'target-promql': targetPromql,
  'target-logql': targetLogql,
  'target-rate-interval': targetRateInterval,
  'target-counter-agg': targetCounterAgg,
  'target-known-metric': targetKnownMetric,
  'target-known-label': targetKnownLabel,
  'target-tenant': targetTenant,
  'target-exemplar': targetExemplar,
  'target-refid': targetRefId,
} as const satisfies Record<string, Rule>
