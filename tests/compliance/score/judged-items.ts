/** Judged items for properties: made of states alone, since a score looks at nothing else. */
import fc from 'fast-check'
import { itemSeverities, type ItemSeverity } from '../../../contracts/posture.ts'
import type { ChecklistItem } from '../../../compliance/checklist.ts'
import {
  stateOf,
  type Exposure,
  type JudgedItem,
  type Judgement,
  type JudgementState,
} from '../../../compliance/score/judged.ts'
import type { ScoreInput } from '../../../compliance/score/score.ts'

export interface ItemShape {
  readonly severity: ItemSeverity
  readonly resources: readonly {
    readonly state: JudgementState
    readonly exposure: Exposure
    readonly scopeWeight?: number
  }[]
}

const states: readonly JudgementState[] = ['pass', 'fail', 'unknown', 'not-applicable', 'waived']

export const anyResource = fc.record({
  state: fc.constantFrom(...states),
  exposure: fc.constantFrom<Exposure>(1, 2, 3),
  scopeWeight: fc.constantFrom(1, 1.5, 0.5, 0.25),
})

export const anyItems: fc.Arbitrary<readonly ItemShape[]> = fc.array(
  fc.record({
    severity: fc.constantFrom(...itemSeverities),
    resources: fc.array(anyResource, { maxLength: 5 }),
  }),
  { maxLength: 12 },
)

/** Makes the items of a score; an item without resources does not apply. */
export function itemsOf(shapes: readonly ItemShape[]): JudgedItem[] {
  return shapes.map((shape, index) => {
    const id = `NET-${String(index).padStart(2, '0')}`
    const judgements = shape.resources.map((resource, at) => judgementOf(id, resource, at))
    const state = stateOf(new Set(judgements.map((judgement) => judgement.state))) ?? 'not-applicable'
    return { item: itemOf(id, shape.severity), group: 'network', state, judgements }
  })
}

function judgementOf(
  control: string,
  { state, exposure, scopeWeight }: ItemShape['resources'][number],
  at: number,
): Judgement {
  const status = state === 'waived' ? 'fail' : state
  const finding = {
    id: `${control}-${at}`,
    control,
    status,
    severity: 'low',
    resource: `r${at}`,
    expected: 'x',
  } as const
  const weighed = scopeWeight === undefined ? {} : { scopeWeight }
  const open = status === 'fail' || status === 'unknown' ? 1 : 0
  return { findings: [finding], open, state, exposure, ...weighed, resourceKey: `r${at}` }
}

function itemOf(id: string, sev: ItemSeverity): ChecklistItem {
  return { id, title: id, sev, src: [], auto: 'full', check: {}, map: {}, peers: [] }
}

/** Input of a score at a time when everything has failed since `sinceDays`. */
export function inputOf(shapes: readonly ItemShape[], coverageRatio = 1, sinceDays = 0): ScoreInput {
  const items = itemsOf(shapes)
  const ids = items.flatMap(({ judgements }) =>
    judgements.flatMap(({ findings }) => findings.map(({ id }) => id)),
  )
  return {
    items,
    coverageRatio,
    nowMillis: 100 * 86_400_000,
    failingSince: new Map(ids.map((id) => [id, (100 - sinceDays) * 86_400_000])),
  }
}
