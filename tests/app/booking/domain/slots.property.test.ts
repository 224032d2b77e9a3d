import { expect } from 'chai'
import fc from 'fast-check'
import { instantOf, localMinuteOf } from '../../../../app/booking/domain/campus-time.ts'
import { freeSlots, type Interval } from '../../../../app/booking/domain/slots.ts'
import { propertyRuns } from '../../../support/property.ts'

const open: Interval = { startMillis: 1_000, endMillis: 1_600 }
const interval = fc
  .tuple(fc.integer({ min: 800, max: 1_800 }), fc.integer({ min: 1, max: 300 }))
  .map(([startMillis, length]): Interval => ({ startMillis, endMillis: startMillis + length }))
const covers = (intervals: readonly Interval[], at: number) =>
  intervals.some(({ startMillis, endMillis }) => startMillis <= at && at < endMillis)

describe('free slots of a day', () => {
  it('are exactly the instants that are open and not taken', () => {
    fc.assert(
      fc.property(fc.array(interval, { maxLength: 12 }), (taken) => {
        const free = freeSlots(open, taken)
        const wrong: number[] = []
        for (let at = 900; at < 1_700; at++) {
          if (covers(free, at) !== (covers([open], at) && !covers(taken, at))) wrong.push(at)
        }
        expect(wrong).to.deep.equal([])
      }),
      propertyRuns({ ci: 100, soak: 5_000 }),
    )
  })

  it('are maximal, ascending and never empty', () => {
    fc.assert(
      fc.property(fc.array(interval, { maxLength: 12 }), (taken) => {
        const free = freeSlots(open, taken)
        free.forEach(({ startMillis, endMillis }, index) => {
          expect(endMillis).to.be.above(startMillis)
          expect(startMillis).to.be.above(free[index - 1]?.endMillis ?? 0)
        })
      }),
      propertyRuns({ ci: 100, soak: 5_000 }),
    )
  })
})

describe('an instant on a campus clock', () => {
  it('is found again from what the clock shows, or an hour earlier when shown twice', () => {
    const zone = fc.constantFrom(
      'America/New_York',
      'America/Los_Angeles',
      'Europe/Berlin',
      'Asia/Kathmandu',
      'UTC',
    )
    const minute = fc.integer({ min: Date.UTC(2024, 0) / 60_000, max: Date.UTC(2032, 0) / 60_000 })
    fc.assert(
      fc.property(minute, zone, (minutes, timeZone) => {
        const instant = minutes * 60_000
        const found = instantOf(localMinuteOf(instant, timeZone), timeZone)
        expect([instant, instant - 3_600_000]).to.include(found)
      }),
      propertyRuns({ ci: 100, soak: 5_000 }),
    )
  })
})
