/** Metrics of OTLP: bytes, JSON and protobufjs agree, and hostile bytes end in a batch or a coded error. */
import { expect } from 'chai'
import fc from 'fast-check'
import { CollectorError } from '../../../collector/errors.ts'
import {
  countPoints,
  emptyExponentialPoint,
  emptyMetric,
  pointsOf,
  type ExponentialPoint,
  type Metric,
  type MetricData,
} from '../../../collector/process/metric-model.ts'
import { emptyResource, emptyScope, type Batch } from '../../../collector/process/model.ts'
import { parseJson } from '../../../collector/receive/parse-json.ts'
import { countDataPoints, decodeMetrics, encodeMetrics } from '../../../collector/wire/metrics.ts'
import { metricsFromJson } from '../../../collector/wire/metrics-json.ts'
import { metricsJson } from '../../../collector/wire/metrics-json-out.ts'
import { maxParts } from '../../../collector/wire/reader.ts'
import { ProtobufWriter } from '../../../collector/wire/writer.ts'
import { officialTypes } from '../../support/official-proto.ts'
import { propertyRuns } from '../../support/property.ts'
import { anyMetrics } from '../arbitrary.ts'

const encode = (batch: Batch<Metric>) => encodeMetrics(new ProtobufWriter(), batch)
const throughText = (json: unknown) => parseJson(Buffer.from(JSON.stringify(json)))

function codeOf(run: () => unknown): string {
  try {
    run()
    return ''
  } catch (error) {
    if (error instanceof CollectorError) return error.code
    throw error
  }
}

/** One field: tag, then its content as given. */
function field(tag: number, ...content: readonly number[]): number[] {
  return [tag, content.length, ...content]
}

/** A request with one metric of the given fields. */
const requestOf = (...metric: readonly number[]) =>
  Buffer.from(field(0x0a, ...field(0x12, ...field(0x12, ...metric))))

const sample = encode(fc.sample(anyMetrics, { numRuns: 40, seed: 7 }).flat().slice(0, 12))

describe('OTLP metrics', () => {
  it('are the same after decoding what was encoded', () => {
    fc.assert(
      fc.property(anyMetrics, (batch) => {
        const bytes = encode(batch)
        expect(encode(decodeMetrics(bytes)).equals(bytes)).to.equal(true)
        expect(countDataPoints(bytes)).to.equal(countPoints(batch))
      }),
      propertyRuns({ ci: 300, soak: 20_000 }),
    )
  })

  it('come out of JSON as the bytes they come out of protobuf', () => {
    fc.assert(
      fc.property(anyMetrics, (batch) => {
        const bytes = encode(batch)
        expect(encode(metricsFromJson(throughText(metricsJson(batch)))).equals(bytes)).to.equal(true)
        expect(
          encode(metricsFromJson(throughText(metricsJson(decodeMetrics(bytes))))).equals(bytes),
        ).to.equal(true)
      }),
      propertyRuns({ ci: 300, soak: 20_000 }),
    )
  })

  it('end in a decoded batch or a coded error when cut at every offset', () => {
    for (let length = 0; length < sample.length; length++) {
      expect(codeOf(() => decodeMetrics(sample.subarray(0, length)))).to.be.oneOf(['', 'OTLP_MALFORMED'])
    }
  })

  it('end in a decoded batch or a coded error on damaged and random bytes', () => {
    for (let bit = 0; bit < Math.min(sample.length, 2_000) * 8; bit++) {
      const damaged = Buffer.from(sample)
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      codeOf(() => decodeMetrics(damaged))
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => void codeOf(() => decodeMetrics(bytes))),
      { numRuns: 2_000 },
    )
  })

  it('pass over fields that are unknown or of another wire type', () => {
    const odd = field(0x0a, 0x38, 1, 0x40, 1, ...field(0x12, 9, 9), 0x78, 5)
    const [group] = decodeMetrics(requestOf(...field(0x2a, ...odd)))
    const [point] = group?.scopes[0]?.items.flatMap((metric) => [...pointsOf(metric)]) ?? []
    expect(point).to.deep.include({ flags: 1, start: 0n, attributes: [] })
  })

  it('take repeated numbers packed or one by one', () => {
    const eight = (last: number) => [0, 0, 0, 0, 0, 0, 0, last]
    const unpacked = field(0x4a, ...field(0x0a, 0x31, ...eight(1), 0x31, ...eight(2), 0x39, ...eight(0)))
    const packed = field(
      0x4a,
      ...field(0x0a, ...field(0x32, ...eight(1), ...eight(2)), ...field(0x3a, ...eight(0))),
    )
    expect(decodeMetrics(requestOf(...unpacked))).to.deep.equal(decodeMetrics(requestOf(...packed)))
    const sparse = field(0x52, ...field(0x0a, ...field(0x42, 0x08, 3, 0x10, 5, 0x10, 7)))
    const dense = field(0x52, ...field(0x0a, ...field(0x42, 0x08, 3, ...field(0x12, 5, 7))))
    expect(decodeMetrics(requestOf(...sparse))).to.deep.equal(decodeMetrics(requestOf(...dense)))
  })

  it('are bounded in the numbers they hold', () => {
    const counts = new Array<bigint>(maxParts + 1).fill(1n)
    const point = { ...emptyExponentialPoint(), positive: { offset: 0, counts } }
    const batch = batchOf(point)
    expect(codeOf(() => decodeMetrics(encode(batch)))).to.equal('OTLP_TOO_MANY')
    expect(codeOf(() => metricsFromJson(throughText(metricsJson(batch))))).to.equal('OTLP_TOO_MANY')
  })

  const official = officialTypes()?.metrics
  if (official === undefined) return

  it('agree with protobufjs and the official definitions', () => {
    fc.assert(
      fc.property(anyMetrics, (batch) => {
        const bytes = encode(batch)
        const again = Buffer.from(official.encode(official.decode(bytes)).finish())
        expect(encode(decodeMetrics(again)).equals(bytes)).to.equal(true)
      }),
      propertyRuns({ ci: 300, soak: 20_000 }),
    )
  })
})

function batchOf(point: ExponentialPoint): Batch<Metric> {
  const data: MetricData = { kind: 'exponential_histogram', points: [point], temporality: 2 }
  const scopes = [{ scope: emptyScope(), schemaUrl: '', items: [{ ...emptyMetric(), data }] }]
  return [{ resource: emptyResource(), schemaUrl: '', scopes }]
}
