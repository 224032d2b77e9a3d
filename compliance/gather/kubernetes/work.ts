/**
 * How much work the kustomizations of a scan make. Objects and patches are both written by whoever is scanned, and each
 * is looked at with each: what one object may cost is bounded elsewhere, this bounds all of them together.
 */

/** Units that are left, shared by all objects of a scan; below zero there are none. A unit is about 60 ns. */
export interface Work {
  left: number
}

/** Some seconds; 5,000 objects in 50 overlays of 40 patches each stay below. */
const unitLimit = 100_000_000
/** A patch that is looked at and not laid over the object, beside the length of the patterns of its target. */
export const lookUnits = 10

/** Makes the work of one scan. */
export function workOfScan(): Work {
  return { left: unitLimit }
}

/** Takes units away; false where there are none left. */
export function spend(work: Work, units: number): boolean {
  work.left -= units
  return work.left >= 0
}
