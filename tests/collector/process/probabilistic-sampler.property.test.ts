/** The share that is kept, and that it is always the same one. */
import { expect } from 'chai'
import fc from 'fast-check'
import { fnv32, fnv64 } from '../../../collector/process/fnv.ts'
import { countItems, emptySpan, type Batch } from '../../../collector/process/model.ts'
import { createProbabilisticSampler } from '../../../collector/process/probabilistic-sampler.ts'
import { logsOf, tracesOf } from '../terse.ts'

const settings = {
  samplingPercentage: 50,
  hashSeed: 22,
  failClosed: true,
  attributeSource: 'traceID',
} as const
const id = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes).toString('hex'))
const idsOf = <T extends { traceId: string }>(batch: Batch<T>) =>
  batch.flatMap(({ scopes }) => scopes.flatMap(({ items }) => items.map(({ traceId }) => traceId)))
const kept = (samplingPercentage: number, ids: readonly string[], hashSeed = 22) => {
  const spans = ids.map((traceId) => ({ ...emptySpan(), traceId }))
  const sampler = createProbabilisticSampler({ ...settings, samplingPercentage, hashSeed })
  const batch = [
    {
      resource: { attributes: [], droppedAttributes: 0 },
      schemaUrl: '',
      scopes: [
        {
          scope: { name: '', version: '', attributes: [], droppedAttributes: 0 },
          items: spans,
          schemaUrl: '',
        },
      ],
    },
  ]
  return idsOf(sampler.traces?.(batch) ?? [])
}

describe('the probabilistic sampler', () => {
  it('hashes as the FNV test vectors do', () => {
    expect(fnv32(Buffer.from('foobar'))).to.equal(0xbf9cf968)
    expect(fnv64(Buffer.from('foobar'))).to.equal(0x85944171f73967e8n)
    expect(fnv64(Buffer.from('bar'), fnv64(Buffer.from('foo')))).to.equal(0x85944171f73967e8n)
  })

  it('decides alike about one trace every time, and keeps of less what it keeps of more', () => {
    fc.assert(
      fc.property(
        fc.array(id, { maxLength: 30 }),
        fc.integer({ min: 0, max: 100 }),
        fc.integer({ min: 0, max: 100 }),
        (ids, a, b) => {
          const [less, more] = [Math.min(a, b), Math.max(a, b)]
          const keptOfLess = kept(less, ids)
          expect(keptOfLess).to.deep.equal(kept(less, ids))
          expect(kept(more, ids)).to.include.members(keptOfLess)
        },
      ),
    )
  })

  it('keeps its share of many traces, none at 0 and all at 100', () => {
    const ids = Array.from({ length: 20_000 }, (_, index) =>
      fnv64(Buffer.from(`${index}`))
        .toString(16)
        .padStart(16, '0')
        .repeat(2),
    )
    for (const share of [1, 10, 33.3, 75]) {
      // Six standard deviations of 20,000 draws.
      const margin = 6 * Math.sqrt((share / 100) * (1 - share / 100) * 20_000)
      expect(kept(share, ids).length).to.be.closeTo(share * 200, margin)
    }
    expect(kept(0, ids)).to.have.length(0)
    expect(kept(100, ids)).to.have.length(20_000)
    expect(kept(50, ids, 1)).not.to.deep.equal(kept(50, ids, 2))
  })

  it('lets a span say that it is kept or dropped, and drops what has no trace', () => {
    const traceId = '0102030405060708090a0b0c0d0e0f10'
    const sampled = (attributes: object, samplingPercentage: number, of = traceId) =>
      countItems(
        createProbabilisticSampler({ ...settings, samplingPercentage }).traces?.(
          tracesOf([{ spans: [{ traceId: of, attributes }] }]),
        ) ?? [],
      )
    expect(sampled({ 'sampling.priority': 1 }, 0)).to.equal(1)
    expect(sampled({ 'sampling.priority': '0' }, 100)).to.equal(0)
    expect(sampled({ 'sampling.priority': { double: 0 } }, 100)).to.equal(0)
    expect(sampled({ 'sampling.priority': 'x' }, 100)).to.equal(1)
    expect(sampled({}, 100, '')).to.equal(0)
  })

  it('samples log records by an attribute, and raises the share by their priority', () => {
    const records = Array.from({ length: 400 }, (_, index) => ({
      attributes: { key: `k${index}`, least: index % 2 === 0 ? 100 : 0 },
    }))
    const sampled = (more: object) =>
      createProbabilisticSampler({
        ...settings,
        attributeSource: 'record',
        fromAttribute: 'key',
        ...more,
      }).logs?.(logsOf([{ logs: records }])) ?? []
    expect(countItems(sampled({}))).to.be.within(120, 280)
    expect(countItems(sampled({ samplingPercentage: 0, samplingPriority: 'least' }))).to.equal(200)
    expect(countItems(sampled({ fromAttribute: 'none' }))).to.equal(0)
    expect(countItems(sampled({ fromAttribute: 'none', failClosed: false }))).to.equal(400)
  })
})
