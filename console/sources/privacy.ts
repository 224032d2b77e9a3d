/** What the privacy fence has done: of the whole house from Prometheus, of the collector alone while that is away. */
import { samplesOf, sumBy } from './exposition.ts'
import type { PrometheusQuery } from './prometheus.ts'
import type { Counted, PrivacyView } from './shapes.ts'
import { ask, knownOf } from './upstream.ts'

const questions = {
  checked: ['privacy_items_checked_total', 'signal'],
  rules: ['privacy_redactions_total', 'rule'],
  places: ['privacy_redactions_total', 'place'],
  inProcess: ['sdk_redactions_total', 'rule'],
  canaries: ['privacy_canary_leaks_total', 'signal'],
} as const
type Part = keyof typeof questions

/** Reads the figures. @throws ConsoleError UPSTREAM_AWAY when neither answers */
export async function readPrivacy(query: PrometheusQuery, collectorMetrics: string): Promise<PrivacyView> {
  const parts = Object.keys(questions) as Part[]
  const asked = await knownOf('Prometheus', Promise.all(parts.map((part) => askTotals(query, part))))
  if (asked.known) return viewOf('prometheus', (part) => asked.value[parts.indexOf(part)] ?? [])
  const { body } = await ask({ url: collectorMetrics, timeoutMillis: 5_000 })
  const page = body.toString('utf8')
  const view = viewOf('collector', (part) => {
    const [metric, label] = questions[part]
    return [...sumBy(samplesOf(page, metric), label)].map(([name, total]) => ({ name, total }))
  })
  return { ...view, why: asked.why }
}

async function askTotals(query: PrometheusQuery, part: Part): Promise<Counted[]> {
  const [metric, label] = questions[part]
  const totals = await query(`sum by (${label})(${metric})`)
  return totals.map(({ labels, value }) => ({ name: labels[label] ?? '', total: value }))
}

function viewOf(source: PrivacyView['source'], read: (part: Part) => readonly Counted[]): PrivacyView {
  const sorted = (part: Part) =>
    [...read(part)].sort((one, other) => other.total - one.total || one.name.localeCompare(other.name))
  return {
    source,
    checked: sorted('checked'),
    rules: sorted('rules'),
    places: sorted('places'),
    inProcess: sorted('inProcess'),
    canaries: sorted('canaries'),
  }
}
