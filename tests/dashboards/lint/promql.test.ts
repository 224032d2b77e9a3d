import { expect } from 'chai'
import { interpolate } from '../../../dashboards/lint/interpolate.ts'
import { readExpression } from '../../../dashboards/lint/promql.ts'

describe('reading PromQL', () => {
  it('names every selector with its matchers, its range and the functions around it', () => {
    const { selectors, grouped, functions, errors } = readExpression(
      'histogram_quantile(0.95, sum by (le, service) (rate(a_bucket{x=~"b|c", y!="d"}[5m]))) or 0 * up',
    )
    expect(errors).to.deep.equal([])
    expect(selectors.map(({ metric, range, within }) => ({ metric, range, within }))).to.deep.equal([
      { metric: 'a_bucket', range: '5m', within: ['rate', 'histogram_quantile'] },
      { metric: 'up', range: undefined, within: [] },
    ])
    expect([...(selectors[0]?.matchers ?? [])]).to.deep.equal([
      ['x', { operator: '=~', value: 'b|c' }],
      ['y', { operator: '!=', value: 'd' }],
    ])
    expect(grouped).to.deep.equal(['le', 'service'])
    expect(functions).to.deep.equal(['histogram_quantile', 'rate'])
  })

  for (const broken of ['sum(rate(x[5m])', 'sum by (a b) (x)', 'x{a=b}', '', 'x[5m] +']) {
    it(`finds “${broken}” broken`, () => {
      const { errors, selectors } = readExpression(broken)
      expect(errors.length > 0 || selectors.length === 0).to.equal(true)
    })
  }

  it('puts durations where Grafana puts them and a word for every choice', () => {
    expect(interpolate('rate(x{a=~"$b", c="${d:regex}"}[$__rate_interval])')).to.equal(
      'rate(x{a=~"chosen", c="chosen"}[1m])',
    )
    expect(interpolate('label_replace(x, "a", "$1", "a", "(.*)")')).to.equal(
      'label_replace(x, "a", "$1", "a", "(.*)")',
    )
  })
})
