/** Our words for a PagerDuty event against PagerDuty's own: what we would send, they take; what they show, we take. */
import { expect } from 'chai'
import fc from 'fast-check'
import { conditions } from '../../console/heartbeat/memory.ts'
import { pageEvent } from '../../console/heartbeat/page.ts'
import { maxDedupKeyLength, maxSummaryLength, PagerEvent } from '../../contracts/pager-event.ts'
import { validator } from '../../lib/validate.ts'
import { officialEvents, officialPresence } from '../support/official-pagerduty.ts'

const check = validator(PagerEvent)
const official = officialEvents()

const key = fc.string({ unit: fc.constantFrom('0', '7', 'a', 'f'), minLength: 32, maxLength: 32 })
const short = fc.string({ minLength: 1, maxLength: 100 })
const address = fc.webUrl()
const absentOr = <T>(name: string, of: fc.Arbitrary<T>) =>
  fc.option(of, { nil: undefined }).map((value) => (value === undefined ? {} : { [name]: value }))

const payload = fc
  .tuple(
    fc.record({
      summary: short,
      source: short,
      severity: fc.constantFrom('critical', 'error', 'warning', 'info'),
    }),
    absentOr('timestamp', fc.constant('2026-11-21T08:00:00.000Z')),
    absentOr('component', short),
    absentOr('group', short),
    absentOr('class', short),
    absentOr('custom_details', fc.dictionary(short, fc.jsonValue(), { maxKeys: 5 })),
  )
  .map((parts) => Object.assign({}, ...parts))

const event = fc
  .tuple(
    fc.record({ routing_key: key, payload, dedup_key: short }),
    fc.constantFrom('trigger', 'acknowledge', 'resolve').map((event_action) => ({ event_action })),
    absentOr('client', short),
    absentOr('client_url', address),
    absentOr('links', fc.array(fc.record({ href: address, text: short }), { maxLength: 3 })),
    absentOr('images', fc.array(fc.record({ src: address.map((url) => url.replace(/^http:/, 'https:')) }))),
  )
  .map((parts) => Object.assign({}, ...parts))

/** An event we accept, with one required part missing or one word wrong: PagerDuty refuses each. */
const breakages: readonly ((valid: Record<string, unknown>) => unknown)[] = [
  ({ routing_key: _, ...rest }) => rest,
  ({ event_action: _, ...rest }) => rest,
  (valid) => ({ ...valid, event_action: 'close' }),
  (valid) => ({ ...valid, links: [{ text: 'nowhere' }] }),
  (valid) => ({ ...valid, payload: { summary: 's', source: 's', severity: 'fatal' } }),
  (valid) => ({ ...valid, payload: { summary: 's', severity: 'info' } }),
  (valid) => ({ ...valid, payload: { source: 's', severity: 'info' } }),
]

describe(`an event of PagerDuty (${officialPresence})`, () => {
  it('takes what a client may send, and PagerDuty takes it too', () => {
    fc.assert(
      fc.property(event, (given) => {
        expect(check(given)).to.deep.include({ valid: true })
        expect(official?.faultsOf(given) ?? []).to.deep.equal([])
      }),
    )
  })

  it('refuses what PagerDuty refuses', () => {
    fc.assert(
      fc.property(event, fc.constantFrom(...breakages), (valid, breakage) => {
        const broken = breakage(valid)
        expect(check(broken).valid).to.equal(false)
        if (official !== undefined) expect(official.faultsOf(broken)).not.to.deep.equal([])
      }),
    )
  })

  it('takes the example of the description, once its key has the length of a key', () => {
    const example = official?.example ?? { event_action: 'resolve', dedup_key: 'a' }
    const outcome = check(Object.assign({}, example, { routing_key: 'a'.repeat(32) }))
    expect(outcome).to.deep.include({ valid: true })
  })

  it('bounds the summary and the dedup key as the documentation does', () => {
    const trigger = (summary: string, dedup_key: string) => ({
      routing_key: 'a'.repeat(32),
      event_action: 'trigger',
      dedup_key,
      payload: { summary, source: 's', severity: 'info' },
    })
    expect(check(trigger('s'.repeat(maxSummaryLength), 'd'.repeat(maxDedupKeyLength))).valid).to.equal(true)
    expect(check(trigger('s'.repeat(maxSummaryLength + 1), 'd')).valid).to.equal(false)
    expect(check(trigger('s', 'd'.repeat(maxDedupKeyLength + 1))).valid).to.equal(false)
  })

  const wants = conditions.flatMap((condition) =>
    (['triggered', 'resolved'] as const).map((wanted) => [condition, wanted] as const),
  )
  for (const [condition, wanted] of wants) {
    it(`takes what the heartbeat sends when its ${condition} is to be ${wanted}`, () => {
      const facts = {
        condition,
        routingKey: 'a'.repeat(32),
        consoleUrl: 'http://127.0.0.1:5002',
        intervalSeconds: 60,
        lastBeatAt: undefined,
      }
      const sent = pageEvent(wanted, facts)
      expect(check(sent)).to.deep.include({ valid: true })
      expect(official?.faultsOf(sent) ?? []).to.deep.equal([])
    })
  }
})
