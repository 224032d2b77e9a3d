/** The configuration on a real Alertmanager: what arrives as events. */
import { expect } from 'chai'
import type { PagerEvent, PagerTrigger } from '../../../contracts/pager-event.ts'
import { makeHome, startHeartbeat } from '../../console/heartbeat/heartbeat-process.ts'
import { startFakePagerDuty, type FakePagerDuty } from '../../support/fake-pagerduty.ts'
import { metricTotal } from '../../support/metrics-page.ts'
import { officialPresence } from '../../support/official-pagerduty.ts'
import { eventually } from '../../support/poll.ts'
import { startAlertmanager, type RunningAlertmanager } from './alertmanager-process.ts'
import { alertOf } from './storm.ts'

const detail = (event: PagerEvent | undefined, name: string) => String(event?.payload?.custom_details?.[name])
const isTrigger = (event: PagerEvent): event is PagerTrigger => event.event_action === 'trigger'

describe(`Alertmanager (events checked ${officialPresence})`, function () {
  let sink: FakePagerDuty
  let manager: RunningAlertmanager

  beforeEach(async () => {
    sink = await startFakePagerDuty()
  })

  afterEach(async () => {
    await manager?.stop()
    await sink.close()
  })

  const start = async () => {
    manager = await startAlertmanager({ inboxUrl: sink.url, timeScale: 30 })
  }
  const triggerOf = (name: string) =>
    eventually(`an event of ${name}`, () =>
      sink.events.find((event) => isTrigger(event) && event.payload.summary.startsWith(`${name}:`)),
    )

  it('pages one alert with tenant, service, links and words, and resolves it', async () => {
    await start()
    const alert = alertOf('TenantErrorRate', { tenant: 'university_a', service: 'academics' })
    await manager.post([alert])
    const event = await triggerOf('TenantErrorRate')
    expect(event.payload).to.deep.include({
      summary: 'TenantErrorRate: something happened at university_a, academics',
      source: 'academics',
      severity: 'critical',
      component: 'academics',
      group: 'university_a',
      class: 'availability',
    })
    expect(event.payload?.custom_details).to.deep.equal({
      tenant: 'university_a',
      service: 'academics',
      severity: 'critical',
      area: 'availability',
      description: alert.annotations?.['description'],
      runbook: 'http://127.0.0.1:5002/runbooks/TenantErrorRate',
      dashboard: alert.annotations?.['dashboard_url'],
      traces: alert.annotations?.['traces_url'],
      by_tenant: 'university_a: 1',
      by_service: 'academics: 1',
      firing: 'TenantErrorRate: 1',
      resolved: '0',
      num_firing: '1',
      num_resolved: '0',
    })
    expect(event.links).to.deep.equal([
      { href: 'http://127.0.0.1:5002/runbooks/TenantErrorRate', text: 'Runbook' },
      { href: alert.annotations?.['dashboard_url'], text: 'Dashboard' },
      { href: alert.annotations?.['traces_url'], text: 'Traces' },
    ])
    expect(event).to.deep.include({ client: 'Campanile', client_url: 'http://127.0.0.1:5002/inbox' })
    await manager.post([{ ...alert, endsAt: new Date().toISOString() }])
    await eventually('it is resolved', () => sink.open().size === 0)
    expect(sink.faults).to.deep.equal([])
  })

  it('pages for a second service though the first one’s page is open', async () => {
    await start()
    await manager.post([alertOf('ServiceDown', { service: 'gateway' })])
    const first = await triggerOf('ServiceDown')
    await manager.post([
      alertOf('ServiceDown', { service: 'gateway' }),
      alertOf('ServiceDown', { service: 'ledger' }),
    ])
    const second = await eventually('an incident of its own', () =>
      sink.events.find((event) => isTrigger(event) && event.payload.component === 'ledger'),
    )
    expect(second.dedup_key).not.to.equal(first.dedup_key)
  })

  it('adds another tenant to the open page and names both', async () => {
    await start()
    await manager.post([alertOf('SloFastBurn', { tenant: 'university_a', service: 'academics' })])
    await triggerOf('SloFastBurn')
    await manager.post([
      alertOf('SloFastBurn', { tenant: 'university_a', service: 'academics' }),
      alertOf('SloFastBurn', { tenant: 'university_b', service: 'academics' }),
    ])
    const both = await eventually('an event names both', () =>
      sink.events.find((event) => detail(event, 'num_firing') === '2'),
    )
    expect(sink.open().size).to.equal(1)
    expect(detail(both, 'tenant').split(', ')).to.have.members(['university_a', 'university_b'])
    expect(detail(both, 'by_service')).to.equal('academics: 2')
    expect(both.payload?.summary).to.match(
      /^SloFastBurn: 2 firing; services: .*academics.*; tenants: .*university_b/,
    )
    expect(both.payload).not.to.have.property('group')
    // Two alerts share no dashboard selection: the link shows the whole dashboard.
    expect(both.links?.map(({ href }) => href)).to.include('http://127.0.0.1:5002/dashboards/campanile-slo')
  })

  it('shows nothing of a tenant that is no name of a tenant, and evaluates nothing of it', async () => {
    await start()
    const tenant = '{{ .ExternalURL }}"><script>' + 'x'.repeat(3_000)
    const hostile = alertOf('AuthFailureSpike', { tenant })
    const annotations = { dashboard_url: 'https://elsewhere.example/', traces_url: 'javascript:alert(1)' }
    await manager.post([{ ...hostile, annotations: { ...annotations, summary: 'logins fail' } }])
    const event = await triggerOf('AuthFailureSpike')
    expect(JSON.stringify(event)).not.to.match(/<script|ExternalURL|elsewhere|javascript/)
    expect(detail(event, 'tenant')).to.equal('')
    expect(event.links?.map(({ href }) => href)).to.deep.equal([
      'http://127.0.0.1:5002/runbooks/AuthFailureSpike',
    ])
    expect(sink.faults).to.deep.equal([])
  })

  it('keeps the raw threshold quiet under the SLO alert of the same tenant and service, and no other', async () => {
    await start()
    const at = (tenant: string) => ({ tenant, service: 'academics' })
    const burns = (tenant: string, kind: string) => {
      const burn = alertOf('SloFastBurn', at(tenant))
      return { ...burn, labels: { ...burn.labels, slo: `academics-${kind}` } }
    }
    await manager.post([
      burns('university_a', 'availability'),
      burns('university_b', 'latency'),
      alertOf('TenantErrorRate', at('university_a')),
      alertOf('TenantErrorRate', at('university_b')),
      alertOf('HighLatencyP95', at('university_a')),
      alertOf('HighLatencyP95', at('university_b')),
      alertOf('HighErrorRate', { service: 'academics' }),
    ])
    expect(detail(await triggerOf('TenantErrorRate'), 'by_tenant')).to.equal('university_b: 1')
    expect(detail(await triggerOf('HighLatencyP95'), 'by_tenant')).to.equal('university_a: 1')
    // One tenant's budget says nothing about all tenants.
    await triggerOf('HighErrorRate')
  })

  it('keeps services quiet while the database is down, and thresholds whose exporter is', async () => {
    await start()
    await manager.post([
      alertOf('DatabaseDown', {}),
      alertOf('SloFastBurn', { tenant: 'university_a', service: 'booking' }),
      alertOf('SloFastBurn', { tenant: 'university_a', service: 'collector' }),
      alertOf('ExporterDown', { service: 'node-exporter' }),
      alertOf('HighCpuUsage', {}),
      alertOf('DiskUsageCritical', {}),
    ])
    expect(detail(await triggerOf('SloFastBurn'), 'by_service')).to.equal('collector: 1')
    await triggerOf('DatabaseDown')
    await triggerOf('DiskUsageCritical')
    await triggerOf('ExporterDown')
    const quiet = (await manager.alerts()).filter(({ status }) => status.inhibitedBy.length > 0)
    expect(quiet.map(({ labels }) => labels['alertname'])).to.have.members(['SloFastBurn', 'HighCpuUsage'])
  })

  it('keeps the heartbeat beating, which pages when it stops and resolves when it is back', async () => {
    const home = makeHome(sink.port)
    const startWith = (intervalSeconds: number) => {
      const CAMPANILE_HEARTBEAT_INTERVAL_SECONDS = String(intervalSeconds)
      return startHeartbeat({
        ...home,
        environment: { ...home.environment, CAMPANILE_HEARTBEAT_INTERVAL_SECONDS },
      })
    }
    // In real time: on a busy machine Alertmanager may need longer for its start than three minutes at this scale.
    let heartbeat = await startWith(60)
    const beats = () =>
      metricTotal(`${heartbeat.url}/metrics`, 'heartbeat_beats_total', { outcome: 'accepted' })
    const beating = async (count: number) => {
      manager = await startAlertmanager({ heartbeatUrl: heartbeat.url, timeScale: 30 })
      await manager.post([alertOf('Watchdog', {})])
      await eventually(`${count} beats`, async () => (await beats()) >= count)
    }
    const actions = () => sink.events.map(({ event_action }) => event_action)
    try {
      await beating(5)
      expect(actions()).to.deep.equal([])
      await manager.stop()
      await heartbeat.end('SIGKILL')
      // One minute at this scale: what the supervisor gives it.
      heartbeat = await startWith(2)
      await eventually('the page', () => sink.events.length === 1)
      await beating(6)
      await eventually('its end', () => sink.events.length >= 2)
      expect(actions().slice(0, 2)).to.deep.equal(['trigger', 'resolve'])
      expect(sink.faults).to.deep.equal([])
    } finally {
      await heartbeat.end('SIGKILL')
      home.remove()
    }
  })
})
