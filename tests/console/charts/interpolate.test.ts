import { expect } from 'chai'
import { interpolate, type Value } from '../../../console/charts/interpolate.ts'

const value = (given: Partial<Value>): Value => ({ values: [], isAll: false, isPattern: true, ...given })
const clockwork = { stepSeconds: 30, rateSeconds: 60, start: 1_795_000_000, end: 1_795_003_600 }
const fill = (template: string, given: Partial<Value> = {}) =>
  interpolate(template, new Map([['tenant', value(given)]]), clockwork)

describe('the filling of variables', () => {
  it('fills $x and ${x} alike', () => {
    expect(fill('a{t=~"$tenant|", u=~"${tenant}"}', { values: ['drill'] })).to.equal(
      'a{t=~"drill|", u=~"drill"}',
    )
  })

  it('puts several values into one alternation', () => {
    expect(fill('$tenant', { values: ['a', 'b'] })).to.equal('(a|b)')
    expect(fill('${tenant:regex}', { values: ['a', 'b'] })).to.equal('(a|b)')
  })

  it('writes the other formats as Grafana does', () => {
    const given = { values: ['a', 'b c'] }
    expect(fill('${tenant:pipe}', given)).to.equal('a|b c')
    expect(fill('${tenant:csv}', given)).to.equal('a,b c')
    expect(fill('${tenant:doublequote}', given)).to.equal('"a","b c"')
    expect(fill('${tenant:queryparam}', given)).to.equal('var-tenant=a&var-tenant=b%20c')
  })

  it('puts what All stands for in as it is', () => {
    expect(fill('$tenant', { values: ['a', 'b'], isAll: true, allValue: '.*' })).to.equal('.*')
  })

  it('puts every value in where All stands for nothing of its own', () => {
    expect(fill('$tenant', { values: ['a', 'b'], isAll: true })).to.equal('(a|b)')
  })

  it('escapes a value twice where it is a pattern in a string', () => {
    expect(fill('$tenant', { values: ['a.b'] })).to.equal(String.raw`a\\.b`)
  })

  it('escapes a plain value for the string alone', () => {
    expect(fill('$tenant', { values: ['a."b'], isPattern: false })).to.equal(String.raw`a.\"b`)
  })

  it('fills the step, the look-back of rate and the range', () => {
    expect(fill('[$__interval] [$__rate_interval] [$__range]')).to.equal('[30s] [1m] [1h]')
    expect(fill('$__interval_ms $__range_s ${__range_ms}')).to.equal('30000 3600 3600000')
    expect(fill('$__from $__to')).to.equal('1795000000000 1795003600000')
  })

  it('leaves what it does not know', () => {
    expect(fill('label_replace(a, "x", "$1", "y", "(.*)") $nobody')).to.equal(
      'label_replace(a, "x", "$1", "y", "(.*)") $nobody',
    )
  })
})
