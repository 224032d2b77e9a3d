/** Judges facts again and says where the outcome is another one. */
import type { EvidenceSource, Posture } from '../../contracts/posture.ts'
import type { MeasuredItem } from '../checklist.ts'
import type { Evidence } from '../evidence.ts'
import { assess } from '../score/assess.ts'
import type { Waiver } from '../score/waiver.ts'

export interface JudgeAgain {
  readonly posture: Posture
  readonly evidence: Evidence
  readonly waivers: readonly Waiver[]
  readonly measured: readonly MeasuredItem[]
}

/** Lists the items whose state or findings come out otherwise than the posture says. */
export function differingItems({ posture, evidence, waivers, measured }: JudgeAgain): string[] {
  const endedMillis = Date.parse(posture.scannedAt)
  const again = assess({
    evidence,
    waivers,
    measured,
    scope: new Set<EvidenceSource>(posture.sources.map(({ source }) => source)),
    startedMillis: endedMillis,
    endedMillis,
    findingLimit: Number.MAX_SAFE_INTEGER,
  })
  const outcomes = new Map(again.items.map((item) => [item.id, outcomeOf(item)]))
  const said = new Map(posture.items.map((item) => [item.id, outcomeOf(item)]))
  return [...new Set([...outcomes.keys(), ...said.keys()])].filter((id) => outcomes.get(id) !== said.get(id))
}

/** The state with the counts of resources and the findings by id; texts may hold what was hidden since. */
function outcomeOf({ state, counts, findings, omitted }: Posture['items'][number]): string {
  const ids = findings.map(({ id, status, waived }) => `${id} ${status} ${waived === true}`)
  // Where a posture lists not all of them the counts must do.
  return JSON.stringify([state, Object.values(counts), omitted > 0 ? [] : ids.sort()])
}
