/** The official example of metrics (opentelemetry-proto, `examples/`) as JSON, and as the bytes protobufjs made of it. */
import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { decodeMetrics, encodeMetrics } from '../../../collector/wire/metrics.ts'
import { metricsFromJson } from '../../../collector/wire/metrics-json.ts'
import { ProtobufWriter } from '../../../collector/wire/writer.ts'

const read = (name: string) => readFileSync(new URL(`../golden/${name}`, import.meta.url))
const json = (): unknown => JSON.parse(read('metrics.otlp.json').toString())

describe('the golden metrics request', () => {
  it('holds the metrics its text says', () => {
    const batch = decodeMetrics(read('metrics.otlp.bin'))
    expect(batch).to.deep.equal(metricsFromJson(json()))
    expect(batch[0]?.scopes[0]?.items.map(({ name, unit, data }) => [name, unit, data?.kind])).to.deep.equal([
      ['my.counter', '1', 'sum'],
      ['my.gauge', '1', 'gauge'],
      ['my.histogram', '1', 'histogram'],
      ['my.exponential.histogram', '1', 'exponential_histogram'],
    ])
    expect(decodeMetrics(encodeMetrics(new ProtobufWriter(), batch))).to.deep.equal(batch)
  })

  it('may have its numbers as text, as protobuf’s JSON mapping allows', () => {
    const asText = (value: unknown): unknown => {
      if (typeof value === 'number') return String(value)
      if (Array.isArray(value)) return value.map(asText)
      if (typeof value !== 'object' || value === null) return value
      return Object.fromEntries(Object.entries(value).map(([key, own]) => [key, asText(own)]))
    }
    // Enums are the one exception: there a text is a name.
    const text = JSON.stringify(asText(json())).replaceAll(
      /"aggregationTemporality":"(\d)"/g,
      '"aggregationTemporality":$1',
    )
    expect(metricsFromJson(JSON.parse(text))).to.deep.equal(metricsFromJson(json()))
  })

  for (const value of ['', ' 1', '0x10', '1,5', '1e', 'one', 'infinity']) {
    it(`refuses ${JSON.stringify(value)} as a number`, () => {
      const dataPoints = [{ asDouble: value }]
      const metrics = [{ name: 'a', gauge: { dataPoints } }]
      expect(() => metricsFromJson({ resourceMetrics: [{ scopeMetrics: [{ metrics }] }] })).to.throw(
        /asDouble/,
      )
    })
  }
})
