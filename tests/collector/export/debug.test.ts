import { expect } from 'chai'
import { createDebug, type DebugOptions } from '../../../collector/export/debug.ts'
import { Load } from '../../../collector/graph/load.ts'
import { gauge, metricOf, metricsOf } from '../metrics-of.ts'
import { spansOf } from '../generate.ts'
import { logsOf } from '../terse.ts'

describe('the exporter into the log', () => {
  let lines: [string, unknown][]
  let now: number

  beforeEach(() => {
    lines = []
    now = 1_790_000_000_000
  })

  const debugOf = (options: Partial<DebugOptions> = {}) => {
    const log = {
      info: (event: string, fields: unknown) => {
        lines.push([event, fields])
        return log
      },
    }
    return createDebug({
      verbosity: 'basic',
      samplingInitial: 2,
      samplingThereafter: 1,
      // Of the logger's many forms it calls the one with fields.
      log: log as unknown as DebugOptions['log'],
      now: () => now,
      onSent: () => undefined,
      ...options,
    })
  }
  const spans = (count: number) => Load.ofBatch('traces', spansOf(count))

  it('counts what came', async () => {
    await debugOf().consume(spans(3))
    expect(lines).to.deep.equal([['received', { signal: 'traces', resources: 1, items: 3 }]])
  })

  it('writes a line for each item', async () => {
    const debug = debugOf({ verbosity: 'normal' })
    await debug.consume(spans(1))
    await debug.consume(
      Load.ofBatch('logs', logsOf([{ logs: [{ body: 'sync done', attributes: { 'http.route': '/a' } }] }])),
    )
    await debug.consume(
      Load.ofBatch('metrics', metricsOf({}, [metricOf('queue.length', gauge({ time: 1n, value: 3 }))])),
    )
    expect(lines.map(([event]) => event)).to.deep.equal(['span', 'log record', 'metric'])
    expect(lines[0]?.[1]).to.have.property('name', 'GET /courses/:id/roster')
    expect(lines[0]?.[1]).to.have.nested.property('attributes.server\\.port', '8003')
    expect(lines[1]?.[1]).to.deep.equal({
      severity: '',
      body: 'sync done',
      attributes: { 'http.route': '/a' },
    })
    expect(lines[2]?.[1]).to.deep.equal({ name: 'queue.length', kind: 'gauge', points: 1 })
  })

  it('writes every field where it is to, with what the item stands in', async () => {
    await debugOf({ verbosity: 'detailed' }).consume(spans(1))
    expect(lines[0]?.[1]).to.have.nested.property('resource.attributes[0].value.stringValue', 'academics')
    expect(lines[0]?.[1]).to.have.nested.property('scope.name', 'campanile')
    expect(lines[0]?.[1]).to.have.nested.property('item.startTimeUnixNano')
  })

  it('writes the first lines of each second and then one out of so many', async () => {
    const debug = debugOf({ verbosity: 'normal', samplingInitial: 2, samplingThereafter: 5 })
    await debug.consume(spans(12))
    expect(lines.length).to.equal(4)
    now += 1_000
    await debug.consume(spans(1))
    expect(lines.length).to.equal(5)
    const quiet = debugOf({ samplingInitial: 1, samplingThereafter: 0 })
    for (let turn = 0; turn < 5; turn++) await quiet.consume(spans(1))
    expect(lines.length).to.equal(6)
  })
})
