import { expect } from 'chai'
import { canaryOf } from '../../../contracts/canary.ts'
import type { Incident } from '../../../contracts/incident.ts'
import { faultsOfIncident, leaksOf, namesAlert } from '../../../drills/expect/incident.ts'
import { makeCanaries } from '../../support/canaries.ts'
import { anIncident, answering, drillOf } from '../an-incident.ts'

const faultsOf = (incident: Incident, links = answering(incident)) =>
  faultsOfIncident({ drill: drillOf('gpa-500'), incident, links })
const withDetails = (details: Record<string, string>) =>
  anIncident({ details: { ...anIncident().details, ...details } })

describe('the event of a drill', () => {
  it('is right with its tenant, its service, its links, and nobody in it', () => {
    expect(faultsOf(anIncident())).to.deep.equal([])
  })

  it('is wrong for another tenant or service', () => {
    expect(faultsOf(withDetails({ tenant: 'university_a' }))).to.have.length(1)
    expect(faultsOf(withDetails({ service: '' }))).to.have.length(1)
  })

  it('may be a group in which others ring as well', () => {
    const group = withDetails({
      tenant: 'university_a, drill',
      firing: 'HighErrorRate: 1, TenantErrorRate: 2',
    })
    expect(faultsOf(group)).to.deep.equal([])
  })

  it('is wrong with another severity than its alert has', () => {
    expect(faultsOf(anIncident({ severity: 'info' }))).to.have.length(1)
  })

  it('is wrong without a link, with one that nobody answers, or one answered otherwise', () => {
    const whole = anIncident()
    expect(faultsOf(anIncident({ links: whole.links.slice(0, 2) }))).to.deep.equal(['link Traces is missing'])
    expect(faultsOf(whole, new Map())).to.have.length(3)
    const links = answering(whole).set(whole.links[1]?.href ?? '', 404)
    expect(faultsOf(whole, links)).to.have.length(1)
  })

  it('is wrong when the runbook of its alert is not among its addresses', () => {
    const inbox = { href: 'http://127.0.0.1:5002/inbox', text: 'Runbook' }
    const links = [inbox, ...anIncident().links.slice(1)]
    const incident = { ...withDetails({ runbook: 'http://127.0.0.1:5002/runbooks/HighErrorRate' }), links }
    const known = answering(incident).set('http://127.0.0.1:5002/runbooks/HighErrorRate', 200)
    expect(faultsOf(incident, known)).to.deep.equal(['the runbook of TenantErrorRate is missing'])
  })

  it('needs no traces when no alert can arrive at all', () => {
    const base = 'http://127.0.0.1:5002'
    const incident = anIncident({
      summary: 'WatchdogMissing: no Watchdog for 180 s, so no alert may arrive at all',
      details: { service: 'heartbeat' },
      links: [
        { href: `${base}/runbooks/WatchdogMissing`, text: 'Runbook' },
        { href: `${base}/dashboards/campanile-platform`, text: 'Dashboard' },
      ],
    })
    const judged = { drill: drillOf('stop-alertmanager'), incident, links: answering(incident) }
    expect(faultsOfIncident(judged)).to.deep.equal([])
  })
})

describe('personal data in an event', () => {
  for (const [what, value] of [
    ['a canary', canaryOf('00aa')],
    ...makeCanaries()
      .filter(({ kind }) => kind === 'email' || kind === 'ssn')
      .map(({ kind, value }) => [kind, value] as const),
  ] as const) {
    it(`is found where there is ${what} (${value}), and not repeated`, () => {
      const places: readonly Incident[] = [
        anIncident({ summary: `TenantErrorRate: ${value} cannot log in` }),
        withDetails({ description: `because of ${value}` }),
        anIncident({
          links: [{ href: `http://127.0.0.1:5002/traces?q=${encodeURIComponent(value)}`, text: 'Traces' }],
        }),
        anIncident({
          links: [{ href: `http://127.0.0.1:5002/traces#${encodeURIComponent(value)}`, text: 'Traces' }],
        }),
        withDetails({ runbook: `http://127.0.0.1:5002/runbooks/${encodeURIComponent(value)}` }),
        withDetails({ [value]: 'a name of a detail' }),
        anIncident({ dedupKey: value }),
        anIncident({
          steps: [{ time: '2026-11-21T10:00:02.000Z', action: 'trigger', by: 'event', summary: value }],
        }),
      ]
      for (const incident of places) {
        const [found = ''] = leaksOf(incident)
        expect(found).not.to.equal('')
        expect(found).not.to.include(value)
      }
    })
  }

  it('is not seen in what an event always holds', () => {
    expect(leaksOf(anIncident())).to.deep.equal([])
  })
})

describe('namesAlert', () => {
  it('reads the names of a group, and the summary where there is no group', () => {
    expect(
      namesAlert(withDetails({ firing: 'HighErrorRate: 1, TenantErrorRate: 2' }), 'HighErrorRate'),
    ).to.equal(true)
    expect(namesAlert(withDetails({ firing: '' }), 'TenantErrorRate')).to.equal(false)
    const alone = anIncident({ summary: 'WatchdogMissing: none for 180 s', details: {} })
    expect(namesAlert(alone, 'WatchdogMissing')).to.equal(true)
    expect(namesAlert(alone, 'Watchdog')).to.equal(false)
  })
})
