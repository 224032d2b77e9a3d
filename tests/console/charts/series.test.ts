import { expect } from 'chai'
import type { PromResult } from '../../../console/charts/answers.ts'
import { fill, seriesName } from '../../../console/charts/legend.ts'
import {
  highest,
  lonely,
  momentsOf,
  pointsOf,
  reduce,
  seriesOf,
  stacked,
} from '../../../console/charts/series.ts'

const matrix: PromResult = {
  resultType: 'matrix',
  result: [
    {
      metric: { service: 'gateway' },
      values: [
        [100, '1'],
        [120, 'NaN'],
        [130, '+Inf'],
        [140, '2.5'],
        [900, '7'],
      ],
    },
  ],
}
const grid = { start: 100, end: 140, step: 10, legend: '{{service}}' }

describe('series of an answer', () => {
  it('stand on the moments that were asked for, with gaps where there is no figure', () => {
    expect(momentsOf(grid, 10)).to.deep.equal([100, 110, 120, 130, 140])
    expect(seriesOf(matrix, grid)).to.deep.equal([
      { name: 'gateway', labels: { service: 'gateway' }, values: [1, null, null, null, 2.5] },
    ])
  })

  it('of an instant query are one figure each', () => {
    const vector: PromResult = {
      resultType: 'vector',
      result: [{ metric: { le: '1' }, value: [100, '3'] }],
    }
    expect(pointsOf(vector, undefined)[0]).to.include({ name: '1' })
    expect(pointsOf({ resultType: 'scalar', result: [100, '4'] }, 'Four')[0]?.values).to.deep.equal([4])
  })

  it('are named by their template, else by their labels', () => {
    expect(seriesName('{{ method }} {{route}}', { method: 'GET', route: '/x' })).to.equal('GET /x')
    expect(seriesName(undefined, { __name__: 'up' })).to.equal('up')
    expect(seriesName('__auto', { a: '1', b: '2' })).to.equal('a=1, b=2')
    expect(seriesName('{{absent}}', { a: '1' })).to.equal('none')
    expect(fill('{{severity}} {{service}} {{tenant}}', { severity: 'critical' })).to.equal('critical')
  })

  it('come to what the panel calculates, and to nothing where they have no figure', () => {
    const values = [3, null, 1, 2, null]
    const results = ['lastNotNull', 'last', 'first', 'max', 'min', 'sum', 'mean', 'count'].map((name) =>
      reduce(values, name),
    )
    expect(results).to.deep.equal([2, undefined, 3, 3, 1, 6, 2, 3])
    expect(reduce([null, null], 'max')).to.equal(undefined)
  })

  it('are piled up without falling where one has no figure', () => {
    expect(
      stacked([
        [1, null, 3],
        [1, 1, 1],
      ]),
    ).to.deep.equal([
      [1, null, 3],
      [2, 1, 4],
    ])
  })

  it('are the highest where there are too many, in their own order', () => {
    const series = [2, 9, null, 5].map((value, at) => ({ name: String(at), labels: {}, values: [value] }))
    expect(highest(series, 2).map(({ name }) => name)).to.deep.equal(['1', '3'])
    expect(highest(series, 4)).to.equal(series)
  })

  it('show figures that no line would reach', () => {
    expect(lonely([1, null, 2, 3, null, 4])).to.deep.equal([0, 5])
  })
})
