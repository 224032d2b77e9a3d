import { expect } from 'chai'
import { computeScore } from '../../../compliance/score/score.ts'
import { inputOf, type ItemShape } from './judged-items.ts'

const item = (
  severity: ItemShape['severity'],
  ...states: readonly ItemShape['resources'][number]['state'][]
): ItemShape => ({ severity, resources: states.map((state) => ({ state, exposure: 1 })) })

describe('the score', () => {
  it('weighs items by severity and resources by their share', () => {
    // (10 · 1 + 2.5 · 0.5) / 12.5
    const { low, high } = computeScore(inputOf([item('critical', 'pass'), item('low', 'pass', 'fail')]))
    expect([low, high]).to.deep.equal([90, 90])
  })

  it('weighs what runs in production most, and restricted data more', () => {
    const low = (failing: number, passing = 1) =>
      computeScore(
        inputOf([
          {
            severity: 'low',
            resources: [
              { state: 'fail', exposure: 1, scopeWeight: failing },
              { state: 'pass', exposure: 1, scopeWeight: passing },
            ],
          },
        ]),
      ).low
    expect([low(1), low(0.5), low(0.25), low(1.5)]).to.deep.equal([50, 66.6, 80, 40])
  })

  it('is an interval when something is unknown', () => {
    const { low, high } = computeScore(inputOf([item('high', 'pass'), item('high', 'unknown')]))
    expect([low, high]).to.deep.equal([50, 100])
  })

  it('is held at 59 by one critical failure, however much is right', () => {
    const right = Array.from({ length: 200 }, () => item('high', 'pass'))
    const { low, high, caps, grade } = computeScore(inputOf([...right, item('critical', 'fail')]))
    expect([low, high, grade]).to.deep.equal([59, 59, 'F'])
    expect(caps).to.deep.equal([{ code: 'CRITICAL_OPEN', limit: 59, items: ['NET-200'] }])
  })

  it('is held at 79 by a high failure after 30 days, not before', () => {
    const shapes = [...Array.from({ length: 200 }, () => item('high', 'pass')), item('high', 'fail')]
    expect(computeScore(inputOf(shapes, 1, 30)).low).to.be.greaterThan(99)
    const { low, grade, caps } = computeScore(inputOf(shapes, 1, 31))
    expect([low, grade, caps[0]?.code]).to.deep.equal([79, 'C', 'HIGH_OVERDUE'])
  })

  it('is held at 59 in its lower bounds where what could not be read may hold a critical failure', () => {
    const shapes = [...Array.from({ length: 200 }, () => item('high', 'pass')), item('critical', 'pass')]
    const input = inputOf(shapes)
    const items = input.items.map((each) =>
      each.item.sev === 'critical' ? { ...each, state: 'unknown' as const, isUnread: true as const } : each,
    )
    const { low, high, raw, caps, grade } = computeScore({ ...input, items })
    expect([low, high, raw, grade]).to.deep.equal([59, 100, 59, 'F'])
    expect(caps).to.deep.equal([{ code: 'CRITICAL_UNREAD', limit: 59, items: ['NET-200'] }])
  })

  it('has no letter below nine tenths of coverage', () => {
    const shapes = Array.from({ length: 10 }, () => item('high', 'pass'))
    expect(computeScore(inputOf(shapes, 0.89)).grade).to.equal('unverified')
    expect(computeScore(inputOf(shapes, 0.9)).grade).to.equal('A')
  })

  it('has no letter while fewer than ten items are decided', () => {
    const decided = Array.from({ length: 9 }, () => item('high', 'pass'))
    const others = [item('low', 'not-applicable'), item('low', 'unknown')]
    expect(computeScore(inputOf([...decided, ...others])).grade).to.equal('unverified')
    expect(computeScore(inputOf([...decided, item('low', 'pass')])).grade).to.equal('A')
  })

  it('leaves what is waived out of the bounds and in the number without waivers', () => {
    const shapes = [item('high', 'pass'), item('high', 'waived')]
    const { low, high, raw, waivedRatio } = computeScore(inputOf(shapes))
    expect([low, high, raw, waivedRatio]).to.deep.equal([100, 100, 50, 0.5])
  })

  it('holds the number without waivers down by a high failure that is overdue and waived', () => {
    const shapes = [...Array.from({ length: 200 }, () => item('high', 'pass')), item('high', 'waived')]
    expect(computeScore(inputOf(shapes, 1, 30)).raw).to.be.greaterThan(99)
    const { low, raw, caps } = computeScore(inputOf(shapes, 1, 31))
    expect([low, raw, caps]).to.deep.equal([100, 79, []])
  })

  it('gives at most half of an item in which a public resource fails', () => {
    const shape: ItemShape = {
      severity: 'high',
      resources: [
        { state: 'fail', exposure: 3 },
        ...Array.from({ length: 9 }, () => ({ state: 'pass', exposure: 3 }) as const),
      ],
    }
    expect(computeScore(inputOf([shape])).low).to.equal(50)
  })

  it('rounds down, so that nothing is lifted into a band', () => {
    // 2 of 3 items of equal weight: 66.666…
    const { low } = computeScore(inputOf([item('low', 'pass'), item('low', 'pass'), item('low', 'fail')]))
    expect(low).to.equal(66.6)
  })
})
