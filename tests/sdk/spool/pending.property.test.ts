import { expect } from 'chai'
import fc from 'fast-check'
import { Counts } from '../../../sdk/spool/counts.ts'
import { Pending, type PendingRecord } from '../../../sdk/spool/pending.ts'

const record = (tenant: string, sequence: number, segment = 1): PendingRecord => ({
  id: `${tenant}-${sequence}`,
  tenant,
  sequence,
  recordedMillis: sequence,
  segment,
  offset: 0,
  bytes: 1,
})

describe('what waits in a spool', () => {
  it('is taken in each tenant’s order, all of it, whatever the batch', () => {
    const lengths = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.integer({ min: 1, max: 40 }))
    fc.assert(
      fc.property(lengths, fc.integer({ min: 1, max: 25 }), (tenants, limit) => {
        const pending = new Pending()
        for (const [tenant, length] of Object.entries(tenants)) {
          for (let n = 0; n < length; n++) pending.push(record(tenant, n))
        }
        const taken = new Map<string, number>()
        for (
          let batch = pending.next(limit, new Set());
          batch.length > 0;
          batch = pending.next(limit, new Set())
        ) {
          expect(batch.length).to.be.at.most(limit)
          for (const { tenant, sequence, id } of batch) {
            expect(sequence).to.equal(taken.get(tenant) ?? 0)
            taken.set(tenant, sequence + 1)
            pending.shift(tenant, id)
          }
        }
        expect(Object.fromEntries(taken)).to.deep.equal(tenants)
        expect(pending.length).to.equal(0)
      }),
    )
  })

  it('gives a short queue its share beside a long one', () => {
    const pending = new Pending()
    for (let n = 0; n < 5_000; n++) pending.push(record('long', n))
    pending.push(record('short', 0))
    expect(pending.next(100, new Set()).map(({ tenant }) => tenant)).to.include('short')
  })

  it('lets more tenants than a batch has room for take turns', () => {
    const pending = new Pending()
    for (let tenant = 0; tenant < 30; tenant++)
      for (let n = 0; n < 3; n++) pending.push(record(`t${tenant}`, n))
    const seen = new Set<string>()
    for (let turn = 0; turn < 3; turn++) {
      for (const { tenant } of pending.next(10, new Set())) seen.add(tenant)
    }
    expect(seen.size).to.equal(30)
  })

  it('leaves held tenants alone', () => {
    const pending = new Pending()
    pending.push(record('a', 0))
    expect(pending.next(10, new Set(['a']))).to.deep.equal([])
  })

  it('says when nothing waits in a segment any more', () => {
    const pending = new Pending()
    pending.push(record('a', 0, 1))
    pending.push(record('a', 1, 1))
    pending.push(record('a', 2, 2))
    expect(pending.shift('a', 'a-1')).to.equal(undefined)
    expect(pending.length).to.equal(3)
    expect(['a-0', 'a-1', 'a-2'].map((id) => pending.shift('a', id))).to.deep.equal([undefined, 1, 2])
    expect(pending.waitsIn(2)).to.equal(false)
  })
})

describe('the numbers of a spool', () => {
  it('are given again when their events did not become durable', () => {
    const counts = new Counts(new Map([['a', { next: 4, lastId: 'x' }]]))
    expect([counts.take('a'), counts.take('a'), counts.take('b')]).to.deep.equal([4, 5, 0])
    counts.settle('a', 4, 'y')
    counts.rollBack()
    expect([counts.take('a'), counts.take('b')]).to.deep.equal([5, 0])
    expect(counts.lastId('a')).to.equal('y')
    expect(counts.durable()).to.deep.equal({ a: { next: 5, lastId: 'y' } })
    expect(counts.tenants()).to.deep.equal(['a'])
  })

  it('remember the last event that is no heartbeat', () => {
    const counts = new Counts(new Map())
    counts.settle('a', counts.take('a'), 'x')
    counts.settle('a', counts.take('a'), undefined)
    expect(counts.durable()).to.deep.equal({ a: { next: 2, lastId: 'x' } })
  })
})
