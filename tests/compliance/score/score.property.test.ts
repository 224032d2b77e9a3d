import { expect } from 'chai'
import fc from 'fast-check'
import type { PostureScore } from '../../../contracts/posture.ts'
import { computeScore } from '../../../compliance/score/score.ts'
import { propertyRuns } from '../../support/property.ts'
import { anyItems, anyResource, inputOf, type ItemShape } from './judged-items.ts'

const runs = propertyRuns({ ci: 500, soak: 20_000 })
const scoreOf = (shapes: readonly ItemShape[], sinceDays = 0) => computeScore(inputOf(shapes, 1, sinceDays))

/** Changes one resource of one item, where there is one to change. */
function change(
  shapes: readonly ItemShape[],
  pick: number,
  turn: (resource: ItemShape['resources'][number]) => ItemShape['resources'][number],
): readonly ItemShape[] {
  const all = shapes.flatMap(({ resources }, item) => resources.map((_, resource) => ({ item, resource })))
  const chosen = all[pick % Math.max(1, all.length)]
  return shapes.map((shape, item) => ({
    ...shape,
    resources: shape.resources.map((resource, at) =>
      chosen?.item === item && chosen.resource === at ? turn(resource) : resource,
    ),
  }))
}

/** The better the letter the more; what is unverified is worth least. */
function rankOf({ grade }: PostureScore): number {
  return ['unverified', 'F', 'D', 'C', 'B', 'A'].indexOf(grade)
}

describe('the score', () => {
  it('keeps the lower bound at or below the upper one, and both within 0 and 100', () => {
    fc.assert(
      fc.property(anyItems, (shapes) => {
        const { low, high, raw } = scoreOf(shapes)
        expect(low).to.be.at.most(high)
        for (const points of [low, high, raw]) expect(points).to.be.within(0, 100)
      }),
      runs,
    )
  })

  it('never rises when a failing resource is added', () => {
    fc.assert(
      fc.property(anyItems, fc.nat(), anyResource, (shapes, pick, resource) => {
        const failing = { ...resource, state: 'fail' } as const
        const at = pick % Math.max(1, shapes.length)
        const worse = shapes.map((shape, index) =>
          index === at ? { ...shape, resources: [...shape.resources, failing] } : shape,
        )
        const [before, after] = [scoreOf(shapes), scoreOf(worse)]
        expect(after.low).to.be.at.most(before.low)
        expect(after.high).to.be.at.most(before.high)
        expect(after.raw).to.be.at.most(before.raw)
      }),
      runs,
    )
  })

  it('never rises at its lower bound when a pass turns unknown', () => {
    fc.assert(
      fc.property(anyItems, fc.nat(), (shapes, pick) => {
        const doubted = change(shapes, pick, (resource) =>
          resource.state === 'pass' ? { ...resource, state: 'unknown' } : resource,
        )
        expect(scoreOf(doubted).low).to.be.at.most(scoreOf(shapes).low)
        expect(scoreOf(doubted).raw).to.be.at.most(scoreOf(shapes).raw)
      }),
      runs,
    )
  })

  it('is zero and unverified when there is nothing, or nothing applies', () => {
    expect(scoreOf([])).to.include({ low: 0, high: 0, raw: 0, grade: 'unverified' })
    fc.assert(
      fc.property(anyItems, (shapes) => {
        const absent = shapes.map((shape) => ({
          ...shape,
          resources: shape.resources.map((resource) => ({ ...resource, state: 'not-applicable' as const })),
        }))
        expect(scoreOf(absent)).to.include({ low: 0, grade: 'unverified' })
      }),
      runs,
    )
  })

  it('does not depend on the order of items or resources', () => {
    fc.assert(
      fc.property(anyItems, (shapes) => {
        const turned = [...shapes]
          .reverse()
          .map((shape) => ({ ...shape, resources: [...shape.resources].reverse() }))
        const [there, back] = [scoreOf(shapes), scoreOf(turned)]
        expect(back.low).to.equal(there.low)
        expect(back.high).to.equal(there.high)
      }),
      runs,
    )
  })

  it('never rises without waivers when something is waived', () => {
    fc.assert(
      fc.property(anyItems, fc.nat(), (shapes, pick) => {
        const waived = change(shapes, pick, (resource) =>
          resource.state === 'fail' ? { ...resource, state: 'waived' } : resource,
        )
        expect(scoreOf(waived).raw).to.be.at.most(scoreOf(shapes).raw)
      }),
      runs,
    )
  })

  it('never rises in any number when a waiver expires or a term runs out', () => {
    fc.assert(
      fc.property(anyItems, fc.nat(), (shapes, pick) => {
        const expired = change(shapes, pick, (resource) =>
          resource.state === 'waived' ? { ...resource, state: 'fail' } : resource,
        )
        const before = scoreOf(shapes)
        for (const after of [scoreOf(expired), scoreOf(shapes, 31)]) {
          expect(after.low).to.be.at.most(before.low)
          expect(after.high).to.be.at.most(before.high)
          expect(after.raw).to.be.at.most(before.raw)
          expect(rankOf(after)).to.be.at.most(rankOf(before))
        }
      }),
      runs,
    )
  })
})
