/** The room of the page of the prometheus exporter: lines, and the characters on them. */
import { expect } from 'chai'
import { exposeMetrics } from '../../../collector/export/prometheus-page.ts'
import {
  PrometheusStore,
  type PrometheusStoreOptions,
  type StoreDrop,
} from '../../../collector/export/prometheus-store.ts'
import { temporality, type Metric } from '../../../collector/process/metric-model.ts'
import type { Batch } from '../../../collector/process/model.ts'
import { gauge, histogram, metricOf, metricsOf } from '../metrics-of.ts'

const { cumulative } = temporality

/** A store, what it dropped, and the samples of its page. */
function open(given: Partial<PrometheusStoreOptions>) {
  const drops: [StoreDrop, number][] = []
  const store = new PrometheusStore({
    namespace: '',
    translationStrategy: 'UnderscoreEscapingWithSuffixes',
    constLabels: {},
    resourceConstantLabels: { included: [], excluded: [] },
    withoutScopeInfo: false,
    metricExpiration: 300_000,
    maxLines: 1_000,
    maxCharacters: 1_000_000,
    reserved: new Set(),
    onDropped: (reason, points) => drops.push([reason, points]),
    ...given,
  })
  const format = { openMetrics: false, allowsUtf8: false, sendTimestamps: false }
  const page = (nowMillis = 0) => exposeMetrics(store.families(nowMillis), format)
  const samples = (nowMillis = 0) =>
    page(nowMillis)
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
  return { store, drops, page, samples }
}

const of = (...items: readonly Metric[]): Batch<Metric> => metricsOf({}, items)

describe('the characters of the page of the prometheus exporter', () => {
  const wide = (name: string, length: number, description = '') =>
    metricOf(name, gauge({ value: 1, attributes: { 'http.route': 'x"'.repeat(length / 2) } }), {
      description,
    })
  const long = (drops: readonly [StoreDrop, number][]) =>
    drops.filter(([reason]) => reason === 'too_many').length

  it('are bounded: what is new and has no room is left out, what is there goes on', () => {
    const { store, drops, page, samples } = open({ maxCharacters: 10_000 })
    for (let at = 0; at < 20; at++) store.add(of(wide('a', 1_000 + 2 * at)), 0)
    expect(page().length).to.be.within(5_000, 10_000)
    expect(store.characters).to.be.within(page().length - 1_000, 10_000)
    expect(samples().length).to.be.within(4, 6)
    expect(long(drops)).to.equal(20 - samples().length)
    const shown = long(drops)
    store.add(of(wide('a', 1_000)), 1)
    expect(long(drops)).to.equal(shown)
  })

  it('count for each line that has them', () => {
    const { store, drops, samples } = open({ maxCharacters: 10_000 })
    const bounds = Array.from({ length: 50 }, (_, at) => at)
    const attributes = { 'http.route': 'x'.repeat(1_000) }
    store.add(of(metricOf('h', histogram(cumulative, { bounds, attributes }))), 0)
    expect(samples()).to.deep.equal([])
    expect(drops).to.deep.equal([['too_many', 1]])
    expect(store.characters).to.equal(0)
  })

  it('of help and of targets count too', () => {
    const { store, drops, page } = open({ maxCharacters: 10_000 })
    for (let at = 0; at < 20; at++) store.add(of(wide(`a${at}`, 2, 'h'.repeat(3_000))), 0)
    expect(long(drops)).to.equal(17)
    for (let at = 0; at < 20; at++) {
      const target = { 'service.name': `s-${at}`, 'host.name': 'h'.repeat(600) }
      store.add(metricsOf(target, [wide('a0', 2)]), 0)
    }
    expect(page().length).to.be.below(12_000)
  })

  it('have room again when series expire', () => {
    const { store, drops, samples } = open({ maxCharacters: 10_000, metricExpiration: 5_000 })
    for (let at = 10; at < 30; at++) store.add(of(wide(`a${at}`, 1_000)), 0)
    const before = [samples().length, store.characters, long(drops)]
    for (let at = 30; at < 50; at++) store.add(of(wide(`a${at}`, 1_000)), 6_000)
    expect([samples(6_000).length, store.characters, long(drops) / 2]).to.deep.equal(before)
    expect(samples(60_000)).to.deep.equal([])
    expect(store.characters).to.equal(0)
  })
})

describe('the room of the prometheus exporter', () => {
  it('is counted right where the series that comes is itself what has expired', () => {
    const { store } = open({ maxLines: 6, metricExpiration: 5_000 })
    const of3 = (bounds: number[]) => of(metricOf('h', histogram(cumulative, { bounds, bucketCounts: [] })))
    store.add(of3([1, 2]), 0)
    store.add(of3([1, 2, 3, 4]), 6_000)
    expect(store.lines).to.equal(0)
    store.add(of3([1]), 6_000)
    expect(store.lines).to.equal(4)
    store.families(60_000)
    expect([store.lines, store.characters]).to.deep.equal([0, 0])
  })
})
