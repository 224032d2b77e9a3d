import { expect } from 'chai'
import type { Label, MetricSpec } from '../../contracts/metrics/define.ts'
import { metrics } from '../../contracts/metrics.ts'

const all: [string, MetricSpec][] = Object.entries(metrics)

/** The most series a declaration allows: the product of its labels' values. */
const most = (labels: Readonly<Record<string, Label>>) =>
  Object.values(labels).reduce(
    (product, label) => product * ('values' in label ? label.values.length : label.budget),
    1,
  )
const isClosed = (labels: Readonly<Record<string, Label>>) =>
  Object.values(labels).every((label) => 'values' in label)

describe('the metric catalogue', () => {
  it('declares metrics', () => expect(all.length).to.be.greaterThan(40))

  it('names them as Prometheus asks: lower case, counters in _total, units in full', () => {
    const odd = all.filter(([name, { kind, unit }]) => {
      const isCounter = name.endsWith('_total') === (kind === 'counter')
      const bare = name.replace(/_total$/, '')
      const saysUnit = !['seconds', 'bytes', 'timestamp_seconds'].includes(unit) || bare.endsWith(`_${unit}`)
      return !/^[a-z][a-z0-9_]*$/.test(name) || !isCounter || !saysUnit
    })
    expect(odd.map(([name]) => name)).to.deep.equal([])
  })

  it('names no label that Prometheus keeps for itself or that could hold a person', () => {
    const reserved = new Set(['le', 'quantile', 'job', 'instance', 'user', 'email', 'path', 'student', 'id'])
    expect(
      all.filter(([, { labels }]) => Object.keys(labels).some((label) => reserved.has(label))),
    ).to.deep.equal([])
  })

  it('gives every metric a budget that its closed labels keep', () => {
    const over = all.filter(([, { labels, seriesBudget }]) => isClosed(labels) && most(labels) > seriesBudget)
    expect(over.map(([name]) => name)).to.deep.equal([])
  })

  it('keeps the whole appliance below 30 000 series', () => {
    expect(all.reduce((sum, [, { seriesBudget }]) => sum + seriesBudget, 0)).to.be.lessThan(30_000)
  })

  it('orders buckets and ends every meaning with a full stop', () => {
    for (const [name, spec] of all) {
      expect(spec.meaning, name).to.match(/\.$/)
      if (spec.kind !== 'histogram') continue
      expect(
        [...spec.buckets].sort((a, b) => a - b),
        name,
      ).to.deep.equal(spec.buckets)
    }
  })
})
