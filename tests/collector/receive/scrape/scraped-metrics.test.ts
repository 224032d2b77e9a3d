/** What scraped families become in OTLP, and with which labels. */
import { expect } from 'chai'
import { parseExposition, type ExpositionFormat } from '../../../../collector/receive/scrape/exposition.ts'
import { metricsOf } from '../../../../collector/receive/scrape/scraped-metrics.ts'
import { Staleness, withEnded } from '../../../../collector/receive/scrape/staleness.ts'
import { labelFamilies, type TargetLabels } from '../../../../collector/receive/scrape/target-labels.ts'
import { isStale, pointsOf, type Metric } from '../../../../collector/process/metric-model.ts'

const nanos = 1_700_000_000_000_000_000n

function scraped(page: string, format: ExpositionFormat = 'prometheus', honorTimestamps = true): Metric[] {
  return parseExposition(page, format, 1_000).flatMap((family) =>
    metricsOf(family, { nanos, honorTimestamps }),
  )
}

describe('scraped families', () => {
  it('become cumulative sums and gauges under the names of the page', () => {
    const metrics = scraped(
      [
        '# HELP hits_total Hits.',
        '# TYPE hits_total counter',
        'hits_total{method="GET",empty=""} 5',
        '# TYPE temperature gauge',
        'temperature -3.5',
        'bare 1 1600000000000',
      ].join('\n'),
    )
    const [hits, temperature, bare] = metrics
    expect(hits).to.deep.include({
      name: 'hits_total',
      description: 'Hits.',
      metadata: [{ key: 'prometheus.type', value: 'counter' }],
    })
    expect(hits?.data).to.deep.include({ kind: 'sum', isMonotonic: true, temporality: 2 })
    expect(hits === undefined ? [] : pointsOf(hits)).to.deep.equal([
      {
        attributes: [{ key: 'method', value: 'GET' }],
        start: 0n,
        time: nanos,
        flags: 0,
        value: { double: 5 },
        exemplars: [],
      },
    ])
    expect(temperature?.data?.kind).to.equal('gauge')
    expect(bare?.metadata).to.deep.equal([{ key: 'prometheus.type', value: 'unknown' }])
    expect(bare?.data?.points[0]?.time).to.equal(1_600_000_000_000_000_000n)
    expect(scraped('bare 1 1600000000000', 'prometheus', false)[0]?.data?.points[0]?.time).to.equal(nanos)
  })

  it('keep start, exemplars and unit of OpenMetrics', () => {
    const trace = '4bf92f3577b34da6a3ce929d0e0e4736'
    const [took, hits] = scraped(
      [
        '# TYPE took_seconds histogram',
        '# UNIT took_seconds seconds',
        `took_seconds_bucket{le="0.5"} 1 # {trace_id="${trace}",route="x"} 0.25 1600000000`,
        'took_seconds_bucket{le="+Inf"} 4',
        'took_seconds_count 4',
        'took_seconds_sum 9',
        'took_seconds_created 1500000000',
        '# TYPE hits counter',
        'hits_total{a="b"} 2',
        'hits_created{a="b"} 1500000000',
        '# EOF',
      ].join('\n'),
      'openmetrics',
    )
    expect(took?.unit).to.equal('seconds')
    expect(took?.data?.points).to.deep.equal([
      {
        attributes: [],
        start: 1_500_000_000_000_000_000n,
        time: nanos,
        flags: 0,
        count: 4n,
        sum: 9,
        min: undefined,
        max: undefined,
        bounds: [0.5],
        bucketCounts: [1n, 3n],
        exemplars: [
          {
            attributes: [{ key: 'route', value: 'x' }],
            time: 1_600_000_000_000_000_000n,
            value: { double: 0.25 },
            traceId: trace,
            spanId: '',
          },
        ],
      },
    ])
    expect(hits?.name).to.equal('hits_total')
    expect(hits?.data?.points).to.have.length(1)
    expect(hits?.data?.points[0]?.start).to.equal(1_500_000_000_000_000_000n)
  })

  it('give one histogram and one summary for each set of labels, whatever the order', () => {
    const [took, wait] = scraped(
      [
        '# TYPE took histogram',
        'took_bucket{a="1",le="+Inf"} 3',
        'took_bucket{le="2",a="1"} 2',
        'took_bucket{le="1",a="1"} 5',
        'took_bucket{le="+Inf",a="2"} 1',
        'took_sum{a="1"} 4',
        'took_count{a="1"} 3',
        'took_sum{a="3"} 4',
        '# TYPE wait summary',
        'wait{quantile="0.5"} 1',
        'wait{quantile="0.9"} 2',
        'wait_sum 7',
        'wait_count 3',
      ].join('\n'),
    )
    // The count at le="1" is above the next one: what falls counts as nothing. Without a count there is no point.
    expect(took?.data?.points.map((point) => ('bounds' in point ? point.bucketCounts : []))).to.deep.equal([
      [5n, 0n, 0n],
      [1n],
    ])
    expect(wait?.data?.points[0]).to.deep.include({
      count: 3n,
      sum: 7,
      quantiles: [
        { quantile: 0.5, value: 1 },
        { quantile: 0.9, value: 2 },
      ],
    })
  })

  it('make sums of infos and state sets, and gauges of what OTLP has no kind for', () => {
    const page = [
      '# TYPE build info',
      'build_info{version="1"} 1',
      '# TYPE spread gaugehistogram',
      'spread_bucket{le="+Inf"} 1',
      'spread_gcount 1',
      '# EOF',
    ].join('\n')
    expect(scraped(page, 'openmetrics').map(({ name, data }) => [name, data?.kind])).to.deep.equal([
      ['build_info', 'sum'],
      ['spread_bucket', 'gauge'],
      ['spread_gcount', 'gauge'],
    ])
  })
})

describe('the labels of a scrape', () => {
  const families = parseExposition(
    'a{job="own",instance="i:1",site="x",exported_site="y"} 1\n',
    'prometheus',
    10,
  )
  const target: TargetLabels = {
    job: 'engines',
    instance: 'localhost:9090',
    scheme: 'http',
    labels: { site: 'main' },
    honorLabels: false,
  }

  it('take the place of those of the target, which are kept as exported', () => {
    const [owner] = labelFamilies(families, target)
    expect(owner).to.include({ job: 'engines', instance: 'localhost:9090' })
    expect(Object.fromEntries(owner?.families[0]?.samples[0]?.labels ?? [])).to.deep.equal({
      exported_job: 'own',
      exported_instance: 'i:1',
      exported_site: 'y',
      exported_exported_site: 'x',
      site: 'main',
    })
  })

  it('give way where those of the target are honoured', () => {
    const [owner] = labelFamilies(families, { ...target, honorLabels: true })
    expect(owner).to.include({ job: 'own', instance: 'i:1' })
    expect(Object.fromEntries(owner?.families[0]?.samples[0]?.labels ?? [])).to.deep.equal({
      site: 'x',
      exported_site: 'y',
    })
  })
})

describe('a series that is no longer exposed', () => {
  it('ends once, unless the target gives the times itself', () => {
    const staleness = new Staleness()
    const own = (page: string, at = nanos) =>
      new Map([
        [
          'owner',
          parseExposition(page, 'prometheus', 10).flatMap((family) =>
            metricsOf(family, { nanos: at, honorTimestamps: true }),
          ),
        ],
      ])
    expect(staleness.exchange(own('a 1\nb{x="y"} 2\nc 3 1600000000000\n'), nanos)).to.deep.include({
      added: 2,
    })
    const next = staleness.exchange(own('a 1\n', nanos + 5n), nanos + 5n)
    expect(next.added).to.equal(0)
    const [ended, ...others] = next.ended.get('owner') ?? []
    expect(others).to.deep.equal([])
    expect(ended?.name).to.equal('b')
    const [point] = ended === undefined ? [] : pointsOf(ended)
    expect(point).to.deep.include({ time: nanos + 5n, attributes: [{ key: 'x', value: 'y' }] })
    expect(point !== undefined && isStale(point)).to.equal(true)
    expect(staleness.exchange(own('a 1\n', nanos + 9n), nanos + 9n).ended.size).to.equal(0)
  })

  it('stands with the live ones of its metric, and before them where there is none', () => {
    const metrics = (page: string) =>
      parseExposition(page, 'prometheus', 10).flatMap((family) =>
        metricsOf(family, { nanos, honorTimestamps: true }),
      )
    const staleness = new Staleness()
    staleness.exchange(new Map([['owner', metrics('a{x="1"} 1\nb{x="1"} 1\nb{x="2"} 2\n')]]), nanos)
    const live = metrics('c 1\na{x="2"} 1\n')
    const { ended } = staleness.exchange(new Map([['owner', live]]), nanos)
    const all = withEnded(live, ended.get('owner') ?? [])
    expect(all.map((metric) => [metric.name, pointsOf(metric).map(isStale)])).to.deep.equal([
      ['b', [true, true]],
      ['c', [false]],
      ['a', [false, true]],
    ])
  })
})
