/** Collects the mends of all verdicts that fail and that nobody answers for. */
import type { EvidenceSource } from '../../contracts/posture.ts'
import type { MeasuredItem } from '../checklist.ts'
import type { Verdict } from '../controls/control.ts'
import type { Evidence, Resource } from '../evidence.ts'
import { Applicable } from '../score/applicable.ts'
import { covers } from '../score/judge.ts'
import { inOrder } from '../score/placed.ts'
import { isActive, type Waiver } from '../score/waiver.ts'
import type { Wanted } from './plan.ts'

export interface WantedInput {
  readonly evidence: Evidence
  readonly measured: readonly MeasuredItem[]
  readonly waivers: readonly Waiver[]
  readonly scope: ReadonlySet<EvidenceSource>
  readonly nowMillis: number
}

export interface Open {
  /** Failures that a machine may mend. */
  readonly wanted: readonly Wanted[]
  /** How many verdicts fail in all. */
  readonly failing: number
}

/** Judges everything and keeps what fails. */
export function collectOpen({ evidence, measured, waivers, scope, nowMillis }: WantedInput): Open {
  const inside = measured.filter(({ control }) => control.sources.some((source) => scope.has(source)))
  const looked = new Applicable(inside.map(({ control }) => control)).lists(inOrder(evidence))
  const active = waivers.filter((waiver) => isActive(waiver, nowMillis))
  const wanted: Wanted[] = []
  let failing = 0
  for (const [place, { control }] of inside.entries()) {
    for (const { resource, neverMade } of looked[place] ?? []) {
      if (neverMade !== undefined || active.some((waiver) => covers(waiver, control.id, resource))) continue
      const failures = [control.check(resource, evidence)].flat().filter(({ status }) => status === 'fail')
      failing += failures.length
      wanted.push(...failures.flatMap((verdict) => wantedOf(control.id, resource, verdict)))
    }
  }
  return { wanted, failing }
}

function wantedOf(control: string, resource: Resource, { mend = [], at }: Verdict): Wanted[] {
  return mend.length === 0 ? [] : [{ control, resource, mend, at: at ?? resource.position }]
}
