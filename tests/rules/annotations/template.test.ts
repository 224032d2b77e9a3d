import { expect } from 'chai'
import { annotate } from '../../../rules/annotations/annotate.ts'
import {
  elapsed,
  fill,
  inUrl,
  labelsIn,
  lasting,
  percent,
  service,
  tenant,
  text,
  toPrometheus,
  value,
} from '../../../rules/annotations/template.ts'

const filling = { labels: { tenant: 'university_a', service: 'users' }, value: 0.0125 }

describe('a template', () => {
  it('is written as Prometheus reads it', () => {
    expect(toPrometheus(text`${service} fails ${percent} of ${tenant}`)).to.equal(
      '{{ $labels.service }} fails {{ $value | humanizePercentage }} of {{ $labels.tenant }}',
    )
    expect(toPrometheus([inUrl('tenant')])).to.equal('{{ $labels.tenant | urlquery }}')
    expect(toPrometheus(text`${elapsed} ${value}`)).to.equal(
      '{{ $value | humanizeDuration }} {{ $value | printf "%.4g" }}',
    )
  })

  it('is filled as Prometheus fills it', () => {
    expect(fill(text`${service} fails ${percent} of ${tenant}`, filling)).to.equal(
      'users fails 1.25% of university_a',
    )
    expect(fill([inUrl('tenant')], { ...filling, labels: { tenant: 'a b&c' } })).to.equal('a%20b%26c')
    expect(fill([inUrl('service')], { ...filling, labels: {} })).to.equal('')
  })

  it('shows four digits, as Go does', () => {
    const shown = (number: number) => fill([value], { ...filling, value: number })
    expect([0, 1, 20.16, 1234.6, 12_346, 0.00001234, -2].map(shown)).to.deep.equal([
      '0',
      '1',
      '20.16',
      '1235',
      '1.235e+04',
      '1.234e-05',
      '-2',
    ])
  })

  it('shows durations in days, hours, minutes and seconds', () => {
    const shown = (seconds: number) => fill([elapsed], { ...filling, value: seconds })
    expect([0.25, 5, 90, 3_661, 95_100].map(shown)).to.deep.equal([
      '250ms',
      '5s',
      '1m 30s',
      '1h 1m 1s',
      '1d 2h 25m 0s',
    ])
  })

  it('says how long a budget lasts at the measured rate', () => {
    const month = 30 * 86_400
    expect(fill([lasting(month)], { ...filling, value: 14.4 })).to.equal('2d 2h 0m 0s')
    expect(toPrometheus([lasting(month)])).to.include('2592000 / %f')
  })

  it('knows the labels it shows', () => {
    expect(labelsIn(text`${service} of ${tenant}, ${value}`)).to.deep.equal(['service', 'tenant'])
  })
})

describe('annotations', () => {
  const words = { summary: text`a`, description: text`b` }
  const shown = (subject: Parameters<typeof annotate>[0]) =>
    Object.fromEntries(
      Object.entries(annotate(subject, words, 'http://console')).map(([key, template]) => [
        key,
        fill(template, filling),
      ]),
    )

  it('lead to the runbook, the dashboard and the traces of the tenant and service', () => {
    expect(shown({ name: 'TenantErrorRate', by: ['tenant', 'service'] })).to.deep.equal({
      summary: 'a',
      description: 'b',
      runbook_url: 'http://console/runbooks/TenantErrorRate',
      dashboard_url:
        'http://console/dashboards/campanile-application?var-tenant=university_a&var-service=users',
      traces_url: 'http://console/traces?service=users&tenant=university_a&status=error',
    })
  })

  it('ask for slow traces where the alert is about time', () => {
    const { traces_url } = shown({ name: 'HighLatencyP95', by: ['service'], slowMillis: 500 })
    expect(traces_url).to.equal('http://console/traces?service=users&minDurationMillis=500')
  })

  it('name the only service there is', () => {
    const { dashboard_url } = shown({ name: 'CheckpointMissing', by: [], service: 'ledger' })
    expect(dashboard_url).to.equal('http://console/dashboards/campanile-ledger?var-service=ledger')
  })
})
