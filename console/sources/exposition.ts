/** Reads samples from a `/metrics` page, for when Prometheus is away. Pure. */
import type { Sample } from './prometheus.ts'

const line = /^([a-zA-Z_:][\w:]*)(?:\{(.*?)\})? (\S+)/
const pair = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g

/** Lists the samples of one metric; lines that are not samples are left out. */
export function samplesOf(page: string, metric: string): readonly Sample[] {
  const found: Sample[] = []
  for (const text of page.split('\n')) {
    if (!text.startsWith(metric)) continue
    const match = line.exec(text)
    if (match === null || match[1] !== metric) continue
    const value = Number(match[3])
    if (!Number.isNaN(value)) found.push({ labels: labelsOf(match[2] ?? ''), value })
  }
  return found
}

function labelsOf(text: string): Record<string, string> {
  const labels: Record<string, string> = {}
  for (const [, name = '', value = ''] of text.matchAll(pair)) labels[name] = value.replaceAll(/\\(.)/g, '$1')
  return labels
}

/** Adds up samples by one label. */
export function sumBy(samples: readonly Sample[], label: string): ReadonlyMap<string, number> {
  const sums = new Map<string, number>()
  for (const { labels, value } of samples) {
    const key = labels[label] ?? ''
    sums.set(key, (sums.get(key) ?? 0) + value)
  }
  return sums
}
