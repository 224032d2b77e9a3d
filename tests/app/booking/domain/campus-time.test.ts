import { expect } from 'chai'
import { instantOf, isTimeZone, localMinuteOf } from '../../../../app/booking/domain/campus-time.ts'

const newYork = 'America/New_York'
const iso = (millis: number | undefined) =>
  millis === undefined ? undefined : new Date(millis).toISOString()

describe('campus time', () => {
  it('follows the zone through winter and summer', () => {
    expect(iso(instantOf('2026-01-15T09:00', newYork))).to.equal('2026-01-15T14:00:00.000Z')
    expect(iso(instantOf('2026-07-15T09:00', newYork))).to.equal('2026-07-15T13:00:00.000Z')
  })

  it('is right on the morning after the clocks changed', () => {
    expect(iso(instantOf('2026-03-08T08:00', newYork))).to.equal('2026-03-08T12:00:00.000Z')
    expect(iso(instantOf('2026-11-01T08:00', newYork))).to.equal('2026-11-01T13:00:00.000Z')
  })

  it('has no instant for a minute the clock skips', () => {
    expect(instantOf('2026-03-08T02:30', newYork)).to.equal(undefined)
  })

  it('takes the earlier instant of a minute the clock shows twice', () => {
    expect(iso(instantOf('2026-11-01T01:30', newYork))).to.equal('2026-11-01T05:30:00.000Z')
  })

  it('has no instant for a date or time that does not exist', () => {
    const minutes = ['2026-02-30T09:00', '2026-13-01T09:00', '2026-01-01T24:00', '2026-01-01T09:60', 'soon']
    expect(minutes.map((minute) => instantOf(minute, newYork))).to.deep.equal(minutes.map(() => undefined))
  })

  it('knows zones with a half-hour offset', () => {
    expect(localMinuteOf(Date.UTC(2026, 0, 1, 0, 0), 'Asia/Kolkata')).to.equal('2026-01-01T05:30')
  })

  it('tells a zone from a name that is none', () => {
    expect([newYork, 'UTC', 'Mars/Olympus'].map(isTimeZone)).to.deep.equal([true, true, false])
  })
})
