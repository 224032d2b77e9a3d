import { expect } from 'chai'
import type { QueryApi } from '../../../console/charts/answers.ts'
import { resolveScope } from '../../../console/charts/scope.ts'
import { addressOf, stateIn } from '../../../console/charts/state.ts'
import { chosen, labelQueryOf, readVariable, sorted } from '../../../console/charts/variables.ts'

const tenant = readVariable({
  type: 'query',
  name: 'tenant',
  label: 'Tenant',
  multi: true,
  includeAll: true,
  allValue: '.*',
  query: 'label_values(users, tenant)',
  sort: 1,
  current: { text: 'All', value: '$__all' },
})
const service = readVariable({
  type: 'query',
  name: 'service',
  multi: true,
  includeAll: true,
  query: 'label_values(requests{tenant=~"$tenant"}, service)',
  current: { value: '$__all' },
})
const asking = { range: { start: 1, end: 2 }, asking: {} }

function fakeApi(asked: string[]): QueryApi {
  const never = () => Promise.reject(new Error('nobody asks this here'))
  return {
    instant: never,
    range: never,
    exemplars: never,
    logs: never,
    labelValues: (label, match) => {
      asked.push(`${label} of ${match ?? 'everything'}`)
      return Promise.resolve(['b', 'a'])
    },
  }
}

describe('variables of a dashboard', () => {
  it('read what label_values asks for', () => {
    expect(labelQueryOf('label_values(tenant)')).to.deep.equal({ label: 'tenant', match: undefined })
    expect(labelQueryOf('label_values(a{b=~"x,y", c="d"}, service)')).to.deep.equal({
      label: 'service',
      match: 'a{b=~"x,y", c="d"}',
    })
    expect(labelQueryOf('query_result(up)')).to.equal(undefined)
  })

  it('are asked in their order, each with what was chosen before it', async () => {
    const asked: string[] = []
    const question = { variables: [tenant, service], asked: { tenant: 'drill' }, ...asking }
    const { choices } = await resolveScope(fakeApi(asked), question)
    expect(asked).to.deep.equal(['tenant of users', 'service of requests{tenant=~"drill"}'])
    expect(choices.map(({ value }) => value.isAll)).to.deep.equal([false, true])
  })

  it('hold what is chosen where their choices cannot be read, and say why', async () => {
    const api = { ...fakeApi([]), labelValues: () => Promise.reject(new Error('away')) }
    const question = { variables: [tenant, service], asked: { tenant: 'drill' }, ...asking }
    const { choices, faults } = await resolveScope(api, question)
    expect(faults).to.deep.equal(['Tenant: away', 'service: away'])
    expect(choices.map(({ value }) => value.isAll)).to.deep.equal([false, true])
    expect(choices[1]?.value.allValue).to.equal('.*')
  })

  it('are All until somebody chooses', () => {
    expect(chosen(tenant, undefined, ['a'])).to.include({ isAll: true, allValue: '.*' })
    expect(chosen(tenant, '', ['a'])).to.include({ isAll: true })
  })

  it('keep a value that an address names and no series has', () => {
    expect(chosen(tenant, 'gone', ['a']).values).to.deep.equal(['gone'])
  })

  it('take one value where a variable has but one, and the first choice without any', () => {
    const one = readVariable({ type: 'custom', name: 'one', query: 'x, y' })
    expect(chosen(one, 'y,x', ['x', 'y']).values).to.deep.equal(['y'])
    expect(chosen(one, undefined, ['x', 'y'])).to.deep.include({ values: ['x'], isAll: false })
  })

  it('show their choices in order, each once', () => {
    expect(sorted(['b', 'a10', 'a2', 'b', ''], 1)).to.deep.equal(['a2', 'a10', 'b'])
    expect(sorted(['a', 'b'], 2)).to.deep.equal(['b', 'a'])
    expect(sorted(['b', 'a'], 0)).to.deep.equal(['b', 'a'])
  })
})

describe('the address of a dashboard', () => {
  it('keeps variables, range and refresh, and gives them back', () => {
    const state = {
      from: 'now-6h',
      to: 'now',
      refresh: '10s',
      variables: { tenant: 'a,b', service: '$__all' },
    }
    const address = addressOf(state)
    expect(address.getAll('var-tenant')).to.deep.equal(['a', 'b'])
    expect(stateIn(address)).to.deep.equal({ ...state, variables: { tenant: 'a,b' } })
  })

  it('says nothing where nothing was chosen', () => {
    expect(stateIn(new URLSearchParams('other=1'))).to.deep.equal({ variables: {} })
  })
})
