import { expect } from 'chai'
import { heatOf, strengthOf } from '../../../console/charts/buckets.ts'

const range = { start: 0, end: 10, step: 10 }
const bucket = (le: string, ...counts: readonly string[]) => ({
  metric: { le },
  values: counts.map((count, at): readonly [number, string] => [at * 10, count]),
})

describe('a histogram over time', () => {
  it('counts what fell into each bucket alone, the smallest first', () => {
    const heat = heatOf([bucket('+Inf', '9', '4'), bucket('0.1', '5', '4'), bucket('0.5', '8', '4')], range)
    expect(heat.bounds).to.deep.equal([0.1, 0.5, Infinity])
    expect(heat.counts).to.deep.equal([
      [5, 4],
      [3, 0],
      [1, 0],
    ])
    expect(heat.largest).to.equal(5)
  })

  it('has nothing in a bucket that seems to shrink', () => {
    expect(heatOf([bucket('1', '5'), bucket('2', '4')], range).counts[1]).to.deep.equal([0, null])
  })

  it('leaves out what is no bucket', () => {
    expect(heatOf([{ metric: {}, values: [[0, '5']] }], range).bounds).to.deep.equal([])
  })

  it('shows a single request beside a thousand', () => {
    expect(strengthOf(0, 1_000)).to.equal(0)
    expect(strengthOf(1, 1_000)).to.be.within(0.12, 0.2)
    expect(strengthOf(1_000, 1_000)).to.equal(1)
  })
})
