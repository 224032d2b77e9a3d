/**
 * How much work the kustomizations of a scan make. Objects and patches are both written by whoever is scanned, and each
 * is looked at with each: what one object may cost is bounded elsewhere, this bounds all of them together.
 */

/** Units that are left, shared by all objects of a scan; below zero there are none. A unit is about 0.1 µs. */
export interface Work {
  left: number
}

/** About 10 s; 5,000 objects in 20 overlays of 10 patches each take half of it. */
const unitLimit = 100_000_000
/** To look whether a patch is for an object, beside the length of the patterns of its target. */
export const lookUnits = 3
/** To lay a patch over an object, beside what both of them hold. */
export const layUnits = 30

/** Makes the work of one scan. */
export function workOfScan(): Work {
  return { left: unitLimit }
}

/** Takes units away; false where there are none left. */
export function spend(work: Work, units: number): boolean {
  work.left -= units
  return work.left >= 0
}
