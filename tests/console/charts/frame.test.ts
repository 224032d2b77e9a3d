import { expect } from 'chai'
import type { PromResult } from '../../../console/charts/answers.ts'
import { frameOf, ordered, orderIn } from '../../../console/charts/frame.ts'

const result: PromResult = {
  resultType: 'vector',
  result: [
    { metric: { __name__: 'up', service: 'users', tenant: 'a' }, value: [1, '2'] },
    { metric: { service: 'gateway' }, value: [1, '10'] },
    { metric: { service: 'booking', tenant: 'b' }, value: [1, 'NaN'] },
  ],
}
const organize = {
  id: 'organize',
  options: {
    excludeByName: { Time: true, tenant: true },
    indexByName: { Value: 0, service: 1 },
    renameByName: { service: 'Service', Value: 'Requests' },
  },
}

describe('rows of an instant query', () => {
  it('have a column for each label and one for the figure', () => {
    const { columns, rows } = frameOf([result], [])
    expect(columns.map(({ title }) => title)).to.deep.equal(['service', 'tenant', 'Value'])
    expect(rows[1]).to.deep.equal(['gateway', undefined, 10])
  })

  it('are arranged as the panel says', () => {
    const { columns, rows } = frameOf([result], [organize])
    expect(columns.map(({ title }) => title)).to.deep.equal(['Requests', 'Service'])
    expect(rows[0]).to.deep.equal([2, 'users'])
  })

  it('come in the order of a column, what is missing last', () => {
    const frame = frameOf([result], [organize])
    const services = (isDescending: boolean) =>
      ordered(frame, { by: 'Requests', isDescending }).map(([, service]) => service)
    expect(services(true)).to.deep.equal(['gateway', 'users', 'booking'])
    expect(services(false)).to.deep.equal(['users', 'gateway', 'booking'])
  })

  it('come as they are where the column is not there', () => {
    const frame = frameOf([result], [])
    expect(ordered(frame, { by: 'Nothing', isDescending: true })).to.equal(frame.rows)
  })

  it('begin in the order the panel names', () => {
    expect(orderIn({ sortBy: [{ displayName: 'Requests', desc: true }] })).to.deep.equal({
      by: 'Requests',
      isDescending: true,
    })
    expect(orderIn({})).to.equal(undefined)
  })
})
