import { expect } from 'chai'
import { judgeBooking, openHours, type Campus } from '../../../../app/booking/domain/slots.ts'

const campus: Campus = { timeZone: 'America/New_York', opens: '08:00', closes: '18:00' }
const now = Date.UTC(2026, 10, 20, 15, 0) // 10:00 on the campus clock
const judge = (start: string, end: string) => judgeBooking({ start, end }, campus, now)

describe('rules of a booking', () => {
  it('allow an hour of a later day', () => {
    expect(judge('2026-11-23T09:00', '2026-11-23T10:00')).to.deep.equal({
      status: 'allowed',
      interval: { startMillis: Date.UTC(2026, 10, 23, 14), endMillis: Date.UTC(2026, 10, 23, 15) },
    })
  })

  it('allow the first and the last minute the rooms are open', () => {
    expect(judge('2026-11-23T08:00', '2026-11-23T12:00')).to.include({ status: 'allowed' })
    expect(judge('2026-11-23T14:00', '2026-11-23T18:00')).to.include({ status: 'allowed' })
  })

  const refusals: readonly (readonly [string, string, string])[] = [
    ['2026-11-23T07:59', '2026-11-23T09:00', 'outside_hours'],
    ['2026-11-23T17:00', '2026-11-23T18:01', 'outside_hours'],
    ['2026-11-23T17:00', '2026-11-24T09:00', 'other_day'],
    ['2026-11-23T09:00', '2026-11-23T13:01', 'too_long'],
    ['2026-11-20T09:59', '2026-11-20T11:00', 'in_the_past'],
  ]
  for (const [start, end, reason] of refusals) {
    it(`refuse ${start} to ${end} as ${reason}`, () => {
      expect(judge(start, end)).to.include({ status: 'refused', reason })
    })
  }

  it('call an end that does not follow the start malformed', () => {
    expect(judge('2026-11-23T10:00', '2026-11-23T10:00')).to.include({ status: 'malformed', at: '/end' })
  })

  it('open ten hours on the day the clocks change', () => {
    const open = openHours('2026-03-08', campus)
    expect((open?.endMillis ?? 0) - (open?.startMillis ?? 0)).to.equal(10 * 3_600_000)
  })

  it('open on no date that does not exist', () => {
    expect(openHours('2026-02-30', campus)).to.equal(undefined)
  })
})
