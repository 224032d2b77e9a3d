import { expect } from 'chai'
import { offerOf } from '../../../audit/append/offer.ts'
import type { AuditEvent } from '../../../contracts/audit-event.ts'
import { uuid7 } from '../../../lib/uuid7.ts'

describe('an offer', () => {
  it('has the time of its event, wherever the event stands in a list', () => {
    const events = Array.from({ length: 3 }, (): AuditEvent => {
      const facts = { class: 'access', action: 'profile.read', outcome: 'success' } as const
      return { id: uuid7(), tenant: 'drill', producer: 'users', time: '2026-09-01T08:00:00.000Z', facts }
    })
    const time = Date.parse('2026-09-01T08:00:00.000Z')
    expect(events.map(offerOf).map(({ eventTime }) => eventTime)).to.deep.equal([time, time, time])
  })
})
