import { expect } from 'chai'
import fc from 'fast-check'
import { cutRequest, type CutLimit, type Message } from '../../../collector/export/cut.ts'
import { Load, type ItemOf, type LoadSignal } from '../../../collector/graph/load.ts'
import { pointsOf, type Metric } from '../../../collector/process/metric-model.ts'
import { emptyResource, emptyScope, emptySpan, type Batch } from '../../../collector/process/model.ts'
import { propertyRuns } from '../../support/property.ts'
import { anyLogs, anyMetrics, anyTraces } from '../arbitrary.ts'

const anyLimit: fc.Arbitrary<CutLimit> = fc.oneof(
  fc.record({ sizer: fc.constant('items' as const), maxSize: fc.integer({ min: 1, max: 8 }) }),
  fc.record({ sizer: fc.constant('bytes' as const), maxSize: fc.integer({ min: 1, max: 600 }) }),
)

/** Every item with what it stands in, one after the other. */
function flatten<T, U>(batch: Batch<T>, split: (item: T) => readonly U[]): unknown[] {
  return batch.flatMap(({ scopes, ...resource }) =>
    scopes.flatMap(({ items, ...scope }) =>
      items.flatMap(split).map((item) => ({ ...resource, ...scope, item })),
    ),
  )
}

const splitMetric = ({ data, ...metric }: Metric) => {
  if (data === undefined) return [metric]
  return pointsOf({ ...metric, data }).map((point) => ({ ...metric, data: { ...data, points: [point] } }))
}

function check<S extends LoadSignal>(
  signal: S,
  batch: Batch<ItemOf[S]>,
  limit: CutLimit,
  split: (item: ItemOf[S]) => readonly unknown[],
): void {
  const { items, bytes } = Load.ofBatch(signal, batch)
  const pieces = [...cutRequest(signal, { items, bytes }, limit)]
  const decoded = pieces.map((piece) => Load.ofBytes(signal, Buffer.from(piece.bytes), piece.items).copy())
  expect(decoded.flatMap((piece) => flatten(piece, split))).to.deep.equal(
    flatten(Load.ofBytes(signal, bytes, items).copy(), split),
  )
  const size = (piece: Message) => (limit.sizer === 'items' ? piece.items : piece.bytes.length)
  for (const [index, piece] of pieces.entries()) {
    expect(piece.items).to.equal(Load.ofBatch(signal, decoded[index] ?? []).items)
    if (piece.items > 1) expect(size(piece)).to.be.at.most(limit.maxSize)
  }
}

describe('a request that is cut', () => {
  const runs = propertyRuns({ ci: 150, soak: 20_000 })

  it('is laid out piece by piece, so that a large resource is not in memory once for each of them', () => {
    const resource = { ...emptyResource(), attributes: [{ key: 'large', value: 'x'.repeat(2 ** 20) }] }
    const items = Array.from({ length: 400 }, () => emptySpan())
    const load = Load.ofBatch('traces', [
      { resource, schemaUrl: '', scopes: [{ scope: emptyScope(), schemaUrl: '', items }] },
    ])
    const { bytes } = load
    const before = process.memoryUsage().arrayBuffers
    const pieces = cutRequest('traces', { items: 400, bytes }, { sizer: 'items', maxSize: 1 })
    expect(pieces.next().value?.items).to.equal(1)
    expect(process.memoryUsage().arrayBuffers - before).to.be.below(100 * 2 ** 20)
  })

  it('stays whole where nothing can be read in it', () => {
    const message = { items: 5, bytes: Buffer.alloc(0) }
    expect([...cutRequest('logs', message, { sizer: 'items', maxSize: 1 })]).to.deep.equal([message])
  })

  it('has every span in exactly one piece, in order, under its resource and scope', () => {
    fc.assert(
      fc.property(anyTraces, anyLimit, (batch, limit) => check('traces', batch, limit, (span) => [span])),
      runs,
    )
  })

  it('has every log record in exactly one piece, in order, under its resource and scope', () => {
    fc.assert(
      fc.property(anyLogs, anyLimit, (batch, limit) => check('logs', batch, limit, (record) => [record])),
      runs,
    )
  })

  it('has every point in exactly one piece, in order, in a metric like its own', () => {
    fc.assert(
      fc.property(anyMetrics, anyLimit, (batch, limit) => check('metrics', batch, limit, splitMetric)),
      runs,
    )
  })
})
