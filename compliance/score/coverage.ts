/** How much of what was found could be judged. */
import type { JudgedItem } from './judged.ts'

/**
 * Tells the share of resources that could be judged: a resource counts with the share of its controls that reached
 * an opinion, and what could not be read, or no control knows, counts as a resource nobody could judge. Nothing
 * found is 0.
 *
 * @param hidden how many resources nobody could judge
 */
export function coverageOf(items: readonly JudgedItem[], hidden: number): number {
  const opinions = new Map<string, { known: number; all: number }>()
  for (const { judgements } of items) {
    for (const { resourceKey, state, isOfAbsence } of judgements) {
      if (isOfAbsence === true) continue
      const known = state === 'unknown' ? 0 : 1
      const tally = opinions.get(resourceKey)
      if (tally === undefined) opinions.set(resourceKey, { known, all: 1 })
      else {
        tally.all += 1
        tally.known += known
      }
    }
  }
  const found = opinions.size + hidden
  if (found === 0) return 0
  let judged = 0
  for (const { known, all } of opinions.values()) judged += known / all
  return judged / found
}
