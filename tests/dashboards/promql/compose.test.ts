import { expect } from 'chai'
import { readExpression } from '../../../dashboards/lint/promql.ts'
import * as promql from '../../../dashboards/promql/compose.ts'

const { chosen, gauge, increase, is, orZero, orZeroFor, quantile, rate, ratio, shortened, sumBy } = promql

describe('composing PromQL', () => {
  it('writes matchers in the order they are given, and none without braces', () => {
    expect(gauge('users', { tenant: chosen('tenant'), role: is('student') })).to.equal(
      'users{tenant=~"$tenant", role="student"}',
    )
    expect(gauge('users')).to.equal('users')
  })

  it('asks for growth over the shortest safe range', () => {
    expect(rate('demo_requests_total')).to.equal('rate(demo_requests_total[$__rate_interval])')
    expect(increase('demo_requests_total', {}, '1h')).to.equal('increase(demo_requests_total[1h])')
  })

  it('estimates quantiles from the buckets, keeping what is asked for', () => {
    expect(quantile(0.95, 'ledger_append_duration_seconds')).to.equal(
      'histogram_quantile(0.95, sum by (le) (rate(ledger_append_duration_seconds_bucket[$__rate_interval])))',
    )
    expect(quantile(0.5, 'http_server_request_duration_seconds', { by: ['service'] })).to.contain(
      'sum by (le, service)',
    )
  })

  it('writes a ratio that is 0 where nothing happened', () => {
    expect(ratio('a', 'b')).to.equal('(a or 0 * b) / (b > 0) or 0 * b')
  })

  it('keeps the labels of what it puts 0 for', () => {
    const zeroed = orZeroFor(sumBy(['reason'], rate('booking_rejected_total')), 'reason', ['quota'])
    expect(zeroed).to.match(/ or label_replace\(vector\(0\), "reason", "quota", "", ""\)$/)
    expect(orZero('a', 'sum by (tenant) (users)')).to.equal('a or 0 * sum by (tenant) (users)')
  })

  it('keeps of a label what the pattern says', () => {
    expect(shortened('up', 'job', 'a-(.*)')).to.equal('label_replace(up, "job", "$1", "job", "a-(.*)")')
  })

  it('writes what Prometheus’ own grammar reads', () => {
    const all = [ratio('a', 'b'), orZero('a', 'b'), orZeroFor('a', 'reason', ['x', 'y'])]
    expect(all.flatMap((text) => readExpression(text).errors)).to.deep.equal([])
  })
})
