/** The state machine of the heartbeat against a plain reading of its rule, over random lives. */
import { expect } from 'chai'
import fc from 'fast-check'
import {
  beat,
  deadlineOf,
  look,
  missedIntervals,
  waitedMillis,
  type Pulse,
  type PulseChange,
} from '../../../console/heartbeat/pulse.ts'

interface Moment {
  readonly kind: 'beat' | 'look'
  readonly afterMillis: number
}

const moment: fc.Arbitrary<Moment> = fc.record({
  kind: fc.constantFrom('beat', 'look'),
  afterMillis: fc.oneof(fc.nat(2_000), fc.constantFrom(0, 999, 1_000, 2_999, 3_000, 3_001)),
})
const intervalMillis = 1_000
const graceMillis = missedIntervals * intervalMillis

interface Seen {
  readonly nowMillis: number
  readonly kind: Moment['kind']
  readonly change: PulseChange
  /** Time since the last beat, or the start, before this moment. */
  readonly silentMillis: number
  readonly wasMissing: boolean
}

function live(first: Pulse, moments: readonly Moment[]): Seen[] {
  let pulse = first
  let nowMillis = first.sinceMillis
  let lastMillis = nowMillis
  return moments.map(({ kind, afterMillis }) => {
    nowMillis += afterMillis
    const silentMillis = nowMillis - lastMillis
    const wasMissing = pulse.isMissing
    const step = kind === 'beat' ? beat(pulse, nowMillis) : look(pulse, nowMillis, intervalMillis)
    if (kind === 'beat') lastMillis = nowMillis
    pulse = step.pulse
    return { nowMillis, kind, change: step.change, silentMillis, wasMissing }
  })
}

const lives = fc.tuple(
  fc.record({ sinceMillis: fc.nat(10_000), isMissing: fc.boolean() }),
  fc.array(moment, { maxLength: 60 }),
)

describe('the pulse of the Watchdog', () => {
  it('is lost at the first look after three silent intervals, and at no other moment', () => {
    fc.assert(
      fc.property(lives, ([first, moments]) => {
        for (const { kind, change, silentMillis, wasMissing } of live(first, moments)) {
          const isLost = kind === 'look' && !wasMissing && silentMillis >= graceMillis
          expect(change === 'lost').to.equal(isLost)
        }
      }),
    )
  })

  it('returns with the first beat, and with nothing else', () => {
    fc.assert(
      fc.property(lives, ([first, moments]) => {
        for (const { kind, change, wasMissing } of live(first, moments)) {
          expect(change === 'returned').to.equal(kind === 'beat' && wasMissing)
        }
      }),
    )
  })

  it('is lost and returns in turn: no page twice, no resolve without a page', () => {
    fc.assert(
      fc.property(lives, ([first, moments]) => {
        const changes = live(first, moments).flatMap(({ change }) => (change === 'none' ? [] : [change]))
        let expected = first.isMissing ? 'returned' : 'lost'
        for (const change of changes) {
          expect(change).to.equal(expected)
          expected = change === 'lost' ? 'returned' : 'lost'
        }
      }),
    )
  })

  it('is never lost while beats come in time, however often it is looked at', () => {
    const timely = fc.array(fc.record({ kind: moment.map(({ kind }) => kind), afterMillis: fc.nat(1_400) }))
    fc.assert(
      fc.property(timely, (moments) => {
        // Every second moment is a beat: two pauses of at most 1.4 s are shorter than three intervals.
        const beaten = moments.map((one, at) => (at % 2 === 0 ? one : { ...one, kind: 'beat' as const }))
        const seen = live({ sinceMillis: 0, isMissing: false }, beaten)
        expect(seen.map(({ change }) => change)).not.to.include('lost')
      }),
    )
  })

  it('gives a start its grace, also after a stop that lasted longer', () => {
    const started: Pulse = { sinceMillis: 1_000_000, isMissing: false }
    expect(look(started, 1_000_000 + graceMillis - 1, intervalMillis).change).to.equal('none')
    expect(look(started, 1_000_000 + graceMillis, intervalMillis).change).to.equal('lost')
  })
})

describe('the wait a start goes on with', () => {
  it('is none after an orderly stop, and never leaves less than an interval', () => {
    const interval = fc.integer({ min: 1_000, max: 3_600_000 })
    fc.assert(
      fc.property(
        fc.option(fc.nat(10_000_000), { nil: undefined }),
        fc.nat(10_000_000),
        interval,
        (since, now, each) => {
          const waited = waitedMillis(since, now, each)
          if (since === undefined || since >= now) expect(waited).to.equal(0)
          expect(waited).to.be.at.least(0)
          expect(deadlineOf({ sinceMillis: now - waited, isMissing: false }, each) - now).to.be.at.least(each)
          if (since !== undefined && since <= now) expect(waited).to.be.at.most(now - since)
        },
      ),
    )
  })
})
