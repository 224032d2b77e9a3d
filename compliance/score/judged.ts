/** Items with the verdicts on their resources: what the score and the report are made of. */
import type { ItemState, PostureFinding } from '../../contracts/posture.ts'
import type { ChecklistItem } from '../checklist.ts'

/** How much a resource weighs inside its item: 3 public or with restricted data, 2 inside with personal data, 1 other. */
export type Exposure = 1 | 2 | 3

export type JudgementState = 'pass' | 'fail' | 'unknown' | 'not-applicable' | 'waived'

export interface Judgement {
  /** As they are published, one per part that was judged; a waived one keeps the status `fail`. */
  readonly findings: readonly PostureFinding[]
  /** How many of them fail or are unknown; counted without writing them. */
  readonly open: number
  /** The worst of the findings. */
  readonly state: JudgementState
  readonly exposure: Exposure
  /** How much it weighs by the environment it runs in and by what it holds; 1 when absent. */
  readonly scopeWeight?: number
  /** Names the resource, the same for every control that looks at it. */
  readonly resourceKey: string
  /** It says that something is missing: of the resource that asks for it nothing is known by that. */
  readonly isOfAbsence?: boolean
}

export interface JudgedItem {
  readonly item: ChecklistItem
  readonly group: string
  readonly state: ItemState
  /** Why, where no resource decides it. */
  readonly why?: string
  /** A file that could not be read may hold more resources of it. */
  readonly isUnread?: true
  /** In order of file and address; one per resource. */
  readonly judgements: readonly Judgement[]
}

/** Tells the state of an item from those of its resources; undefined when none says anything. */
export function stateOf(states: ReadonlySet<JudgementState>): ItemState | undefined {
  const order = ['fail', 'unknown', 'waived', 'pass'] as const
  return order.find((state) => states.has(state))
}
