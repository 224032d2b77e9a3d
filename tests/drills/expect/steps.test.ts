import { expect } from 'chai'
import { judge, type Observation, type SeenAlert } from '../../../drills/expect/steps.ts'
import { anIncident, answering, drillOf } from '../an-incident.ts'

const drill = drillOf('gpa-500')
const rings: SeenAlert = {
  name: 'TenantErrorRate',
  state: 'firing',
  labels: { tenant: 'drill', service: 'academics' },
}
const injectedAt = '2026-11-21T10:00:00.000Z'
const seen = (given: Partial<Observation>): Observation => ({
  alerts: [],
  incidents: [],
  links: new Map(),
  injectedAt,
  ...given,
})
const statusOf = (step: Parameters<typeof judge>[0], given: Partial<Observation>) =>
  judge(step, drill, seen(given)).status

describe('the steps of a drill', () => {
  it('begin when neither the alert nor its incident is there', () => {
    expect(statusOf('baseline', {})).to.equal('done')
    expect(statusOf('baseline', { alerts: [rings] })).to.equal('waiting')
    expect(statusOf('baseline', { incidents: [anIncident()] })).to.equal('waiting')
    expect(statusOf('baseline', { incidents: [anIncident({ state: 'resolved' })] })).to.equal('done')
  })

  it('do not mind the same alert of somebody else', () => {
    const { details } = anIncident()
    const others = anIncident({ details: { ...details, tenant: 'university_a', service: 'users' } })
    expect(statusOf('baseline', { incidents: [others] })).to.equal('done')
    expect(statusOf('arrives', { incidents: [others], links: answering(others) })).to.equal('waiting')
    expect(statusOf('resolves', { incidents: [others] })).to.equal('done')
  })

  it('wait for the alert to fire, not to be pending, and for no other tenant or service', () => {
    expect(statusOf('fires', { alerts: [rings] })).to.equal('done')
    expect(statusOf('fires', { alerts: [{ ...rings, state: 'pending' }] })).to.equal('waiting')
    expect(statusOf('fires', { alerts: [{ ...rings, name: 'HighErrorRate' }] })).to.equal('waiting')
    const other = { ...rings, labels: { tenant: 'university_a', service: 'academics' } }
    expect(statusOf('fires', { alerts: [other] })).to.equal('waiting')
  })

  it('take the SLO alert for the threshold that it keeps quiet', () => {
    expect(statusOf('fires', { alerts: [{ ...rings, name: 'SloFastBurn' }] })).to.equal('done')
  })

  it('wait for an incident of the fault and for its links to be followed', () => {
    expect(statusOf('arrives', {})).to.equal('waiting')
    const old = anIncident({ lastEventAt: '2026-11-21T09:59:59.000Z' })
    expect(statusOf('arrives', { incidents: [old], links: answering(old) })).to.equal('waiting')
    const incident = anIncident()
    const unasked = judge('arrives', drill, seen({ incidents: [incident] }))
    expect(unasked).to.include({ status: 'waiting', incident })
    expect(statusOf('arrives', { incidents: [incident], links: answering(incident) })).to.equal('done')
  })

  it('fail at an event that is not as it must be', () => {
    const incident = anIncident({ severity: 'info' })
    expect(statusOf('arrives', { incidents: [incident], links: answering(incident) })).to.equal('failed')
  })

  it('clear when nothing expected fires any more', () => {
    expect(statusOf('clears', { alerts: [rings] })).to.equal('waiting')
    expect(statusOf('clears', { alerts: [{ ...rings, name: 'SloFastBurn' }] })).to.equal('waiting')
    expect(statusOf('clears', { alerts: [{ ...rings, state: 'pending' }] })).to.equal('done')
  })

  it('end when the incident is resolved, or goes on without the alert', () => {
    expect(statusOf('resolves', { incidents: [anIncident()] })).to.equal('waiting')
    expect(statusOf('resolves', { incidents: [anIncident({ state: 'acknowledged' })] })).to.equal('waiting')
    expect(statusOf('resolves', { incidents: [anIncident({ state: 'resolved' })] })).to.equal('done')
    const others = anIncident({ details: { firing: 'HighErrorRate: 1' } })
    expect(statusOf('resolves', { incidents: [others] })).to.equal('done')
  })
})
