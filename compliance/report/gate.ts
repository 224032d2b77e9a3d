/** What is new between an accepted posture and another one. Pure. */
import type { ItemSeverity, Posture } from '../../contracts/posture.ts'
import { looksAt } from './looked.ts'
import { isOpen, resultsOf, type Result } from './results.ts'

export interface Compared {
  /** Open now at the level, and not open in the baseline or only undecided there, or a file that could be read then. */
  readonly fresh: readonly Result[]
  /** Open in both. */
  readonly known: readonly Result[]
  /** Open in the baseline and not any more. */
  readonly gone: readonly Result[]
  /** New below the level. */
  readonly below: readonly Result[]
  /** Places that could be read when the baseline was made and cannot now: their findings would seem gone. */
  readonly unread: readonly string[]
  /** False when rules or sources differ: then something may be new because it was not looked at before. */
  readonly isSameRuleset: boolean
}

/** Compares by the ids of findings. */
export function compareForGate(
  baseline: Posture,
  posture: Posture,
  severities: readonly ItemSeverity[],
): Compared {
  const before = new Map(openOf(baseline).map((result) => [result.id, result]))
  const now = openOf(posture)
  const ids = new Set(now.map(({ id }) => id))
  // What could not be decided and now fails is worse than what was accepted.
  const isNew = ({ id, state }: Result) =>
    before.get(id) === undefined || (state === 'fail' && before.get(id)?.state === 'unknown')
  const added = now.filter(isNew)
  const read = new Set(baseline.faults.map(({ file }) => file))
  const isAtLevel = ({ item }: Result) => severities.includes(item.severity)
  return {
    fresh: added.filter(isAtLevel),
    below: added.filter((result) => !isAtLevel(result)),
    known: now.filter((result) => !isNew(result)),
    gone: [...before.values()].filter(
      ({ id, finding }) => !ids.has(id) && (finding === undefined || looksAt(posture, finding.source)),
    ),
    unread: [...new Set(posture.faults.map(({ file }) => file))].filter((file) => !read.has(file)),
    isSameRuleset: baseline.ruleset === posture.ruleset,
  }
}

function openOf(posture: Posture): Result[] {
  return resultsOf(posture).filter(isOpen)
}
