import { expect } from 'chai'
import {
  asService,
  gauge,
  grown,
  height,
  increase,
  is,
  maxBy,
  minBy,
  noneOf,
  oneOf,
  quantile,
  rate,
  share,
  sumBy,
} from '../../../rules/promql/compose.ts'
import { timing } from '../../../rules/promql/timing.ts'

const fiveMinutes = timing(1).window(300)

describe('composed PromQL', () => {
  it('selects by quoted values', () => {
    expect(gauge('up', { job: is('users') })).to.equal('up{job="users"}')
    expect(gauge('pg_up')).to.equal('pg_up')
    expect(height('auth_refresh_reuse_total', { tenant: noneOf('none', 'other') })).to.equal(
      'auth_refresh_reuse_total{tenant!~"none|other"}',
    )
  })

  it('asks for growth over a window that may have ended before', () => {
    const where = { outcome: oneOf('failure') }
    expect(rate('auth_login_total', { where, over: fiveMinutes })).to.equal(
      'rate(auth_login_total{outcome=~"failure"}[5m])',
    )
    expect(increase('auth_login_total', { over: fiveMinutes, ago: timing(1).window(60) })).to.equal(
      'increase(auth_login_total[5m] offset 1m)',
    )
  })

  it('aggregates with by and never without', () => {
    expect(sumBy(['tenant', 'service'], 'x')).to.equal('sum by (tenant, service) (x)')
    expect(maxBy([], 'x')).to.equal('max(x)')
    expect(minBy(['tenant'], 'x')).to.equal('min by (tenant) (x)')
  })

  it('divides by what happened, so that nothing happened is nothing', () => {
    expect(share('a', 'b')).to.equal('a / (b > 0)')
  })

  it('counts a new series from the height of it, where its process was known', () => {
    expect(grown(['service'], 'cross_tenant_denied_total', { over: fiveMinutes })).to.equal(
      'sum by (service) (cross_tenant_denied_total - cross_tenant_denied_total offset 5m >= 0 or cross_tenant_denied_total and on (job, instance) (up offset 5m == 1 or time() - process_start_time_seconds < 360))',
    )
  })

  it('copies another label into service', () => {
    expect(asService('up', 'job')).to.equal('label_replace(up, "service", "$1", "job", "(.+)")')
  })

  it('estimates quantiles from rates by le', () => {
    expect(
      quantile(0.95, 'ledger_append_duration_seconds', { by: [], where: {}, over: fiveMinutes }),
    ).to.equal('histogram_quantile(0.95, sum by (le) (rate(ledger_append_duration_seconds_bucket[5m])))')
  })
})
