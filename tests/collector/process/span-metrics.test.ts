/** The arithmetic of span metrics, and what the exporter makes of it. */
import { expect } from 'chai'
import { exposeSpanMetrics } from '../../../collector/export/prometheus-text.ts'
import { SpanMetrics } from '../../../collector/process/span-metrics.ts'
import { spansOf } from '../generate.ts'

const options = {
  buckets: [0.01, 0.02],
  unit: 's',
  dimensions: [],
  cardinalityLimit: 0,
  exemplars: true,
} as const

describe('span metrics', () => {
  it('counts calls, sums seconds and puts a bound into its own bucket', () => {
    const metrics = new SpanMetrics(options)
    const batch = spansOf(40)
    metrics.add(batch)
    const [failed, fine] = [...metrics.series()]
    expect(failed?.calls).to.equal(1)
    expect(fine?.calls).to.equal(39)
    // Durations are 1 to 39 ms: 10 up to 10 ms, 10 up to 20 ms, 19 above.
    expect([...(fine?.counts ?? [])]).to.deep.equal([10, 10, 19])
    expect(fine?.sum).to.be.closeTo(0.78, 1e-9)
  })

  it('folds series beyond the limit into one that says so', () => {
    const metrics = new SpanMetrics({ ...options, cardinalityLimit: 5 })
    const batch = spansOf(100)
    batch[0]?.scopes[0]?.items.forEach((span, index) => (span.name = `name ${index}`))
    metrics.add(batch)
    const series = [...metrics.series()]
    expect(series).to.have.length(6)
    expect(series.at(-1)?.labels).to.deep.equal([['otel_metric_overflow', 'true']])
    expect(series.reduce((sum, { calls }) => sum + calls, 0)).to.equal(100)
  })

  it('shows a group only from so many people on, and then for good', () => {
    const smallCells = { keys: new Set(['course.code']), floor: 3 }
    const metrics = new SpanMetrics({ ...options, dimensions: [{ name: 'course.code' }], smallCells })
    const add = (person: string | undefined, course: string | undefined) => {
      const batch = spansOf(2).slice(0, 1)
      for (const span of batch[0]?.scopes[0]?.items ?? []) {
        span.statusCode = 0
        span.attributes = []
        if (course !== undefined) span.attributes.push({ key: 'course.code', value: course })
        if (person !== undefined) span.attributes.push({ key: 'enduser.pseudo.id', value: person })
      }
      metrics.add(batch)
    }
    const shown = () =>
      [...metrics.series()].map(({ attributes }) => attributes[4]?.[1] ?? 'of nobody in particular')
    // Many spans of two people, and any number of which nobody knows whose they are, are of two people.
    for (const person of ['a', 'b', 'a', undefined, undefined, 'b']) add(person, 'MATH-101')
    add(undefined, undefined)
    expect(shown()).to.deep.equal(['of nobody in particular'])
    expect(metrics.keptBack).to.equal(1)
    add('c', 'MATH-101')
    add('a', 'MATH-999')
    expect(shown()).to.deep.equal(['MATH-101', 'of nobody in particular'])
    expect([...metrics.series()][0]?.calls).to.equal(14)
    expect(metrics.keptBack).to.equal(1)
    const page = exposeSpanMetrics(metrics, {
      namespace: 'n',
      unit: 's',
      buckets: options.buckets,
      openMetrics: false,
    })
    expect(page).to.contain('MATH-101').and.not.to.contain('MATH-999')
  })

  it('skips resources without a service name', () => {
    const metrics = new SpanMetrics(options)
    const batch = spansOf(3)
    for (const { resource } of batch) resource.attributes = []
    metrics.add(batch)
    expect(metrics.size).to.equal(0)
  })

  it('writes cumulative buckets with exemplars only as OpenMetrics', () => {
    const metrics = new SpanMetrics(options)
    metrics.add(spansOf(40))
    const shared = { namespace: 'traces.span.metrics', unit: 's', buckets: options.buckets } as const
    const open = exposeSpanMetrics(metrics, { ...shared, openMetrics: true })
    expect(open).to.match(
      /traces_span_metrics_duration_seconds_bucket\{[^}]*UNSET",le="\+Inf"\} 39 # \{trace_id="/,
    )
    expect(open.endsWith('# EOF\n')).to.equal(true)
    const plain = exposeSpanMetrics(metrics, { ...shared, openMetrics: false })
    expect(plain).not.to.contain('trace_id')
    expect(plain).to.contain('# TYPE traces_span_metrics_calls_total counter')
  })
})
