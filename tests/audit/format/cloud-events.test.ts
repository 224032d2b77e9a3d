import { expect } from 'chai'
import { CloudEvent, fromCloudEvent } from '../../../audit/format/cloud-events.ts'
import { checkEvent } from '../../../audit/append/check-event.ts'
import { validator } from '../../../lib/validate.ts'

const arrival = { tenant: 'drill', producer: 'academics', now: '2026-09-01T08:00:00.000Z' }
const cloud: CloudEvent = {
  specversion: '1.0',
  id: 'A-1',
  source: 'https://sis.example/grades',
  type: 'campanile.audit.grade.changed',
  time: '2026-09-01T10:00:00.5+02:00',
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  data: { facts: { class: 'access', outcome: 'success' }, personal: { subject: 'student-1' } },
}

function translated(given: Partial<CloudEvent> = {}) {
  const outcome = fromCloudEvent({ ...cloud, ...given }, arrival)
  if (!outcome.valid) throw new Error(JSON.stringify(outcome.faults))
  return outcome.event as { id: string; time: string; facts: Record<string, unknown> }
}

describe('a CloudEvent', () => {
  it('becomes an event the ledger accepts', () => {
    expect(validator(CloudEvent)(cloud).valid).to.equal(true)
    const offerer = { name: 'academics', mayWrite: () => true, onForeign: () => undefined }
    expect(checkEvent(translated(), offerer)).to.have.property('valid', true)
    expect(translated()).to.deep.include({
      tenant: 'drill',
      producer: 'academics',
      time: '2026-09-01T08:00:00.500Z',
      personal: { subject: 'student-1' },
    })
    expect(translated().facts).to.deep.equal({
      class: 'access',
      outcome: 'success',
      action: 'grade.changed',
      traceId: '0af7651916cd43dd8448eb211c80319c',
    })
  })

  it('has one id for each source and id, and no other', () => {
    const { id } = translated()
    expect(id).to.match(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(translated({ time: '2026-09-02T08:00:00Z' }).id).to.equal(id)
    expect(translated({ id: 'A-2' }).id).not.to.equal(id)
    expect(translated({ source: 'https://sis.example/gradesA-', id: '1' }).id).not.to.equal(id)
  })

  it('takes the time of its arrival where it names none', () => {
    const { time: _, ...timeless } = cloud
    const outcome = fromCloudEvent(timeless, arrival)
    expect(outcome).to.have.nested.property('event.time', arrival.now)
  })

  it('is refused when its time is none or its facts name another action', () => {
    const faults = (given: Partial<CloudEvent>) => {
      const outcome = fromCloudEvent({ ...cloud, ...given }, arrival)
      return outcome.valid ? [] : outcome.faults.map(({ at }) => at)
    }
    expect(faults({ time: '1' })).to.deep.equal(['/time'])
    expect(faults({ time: 'yesterday' })).to.deep.equal(['/time'])
    expect(faults({ data: { facts: { action: 'auth.login' } } })).to.deep.equal(['/data/facts/action'])
  })

  it('is not read when it is of another version, has binary data or a type that is not ours', () => {
    const check = validator(CloudEvent)
    expect(check({ ...cloud, specversion: '0.3' }).valid).to.equal(false)
    expect(check({ ...cloud, data: undefined, data_base64: 'AA==' }).valid).to.equal(false)
    expect(check({ ...cloud, type: 'com.example.created' }).valid).to.equal(false)
  })
})
