/** What the privacy fence has done: of the whole house from Prometheus, of the collector alone while that is away. */
import { BlockedKeys } from '../../contracts/blocked-keys.ts'
import { validator } from '../../lib/validate.ts'
import { ConsoleError } from '../errors.ts'
import { samplesOf, sumBy } from './exposition.ts'
import type { PrometheusQuery } from './prometheus.ts'
import type { Counted, PrivacyView } from './shapes.ts'
import { ask, askJson, knownOf } from './upstream.ts'

const questions = {
  checked: ['privacy_items_checked_total', 'signal'],
  rules: ['privacy_redactions_total', 'rule'],
  places: ['privacy_redactions_total', 'place'],
  inProcess: ['sdk_redactions_total', 'rule'],
  canaries: ['privacy_canary_leaks_total', 'signal'],
} as const
type Part = keyof typeof questions
type Figures = Omit<PrivacyView, 'blockedKeys'>

const checkKeys = validator(BlockedKeys)
/** 64 keys of 64 characters. */
const maxKeysBytes = 65_536
const timeoutMillis = 5_000

/**
 * Reads the figures and the keys that were blocked last.
 *
 * @param collector address of the collector's own telemetry
 * @throws ConsoleError UPSTREAM_AWAY when neither Prometheus nor the collector answers
 */
export async function readPrivacy(query: PrometheusQuery, collector: string): Promise<PrivacyView> {
  const [figures, blockedKeys] = await Promise.all([
    readFigures(query, `${collector}/metrics`),
    knownOf('The collector', readBlockedKeys(`${collector}/privacy/blocked-keys`)),
  ])
  return { ...figures, blockedKeys }
}

async function readBlockedKeys(url: string): Promise<BlockedKeys['keys']> {
  const checked = checkKeys(await askJson({ url, timeoutMillis, maxBytes: maxKeysBytes }))
  if (checked.valid) return checked.value.keys
  throw new ConsoleError('UPSTREAM_INVALID', 'answered something that is no list of keys')
}

async function readFigures(query: PrometheusQuery, collectorMetrics: string): Promise<Figures> {
  const parts = Object.keys(questions) as Part[]
  const asked = await knownOf('Prometheus', Promise.all(parts.map((part) => askTotals(query, part))))
  if (asked.known) return viewOf('prometheus', (part) => asked.value[parts.indexOf(part)] ?? [])
  const { body } = await ask({ url: collectorMetrics, timeoutMillis })
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

function viewOf(source: Figures['source'], read: (part: Part) => readonly Counted[]): Figures {
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
