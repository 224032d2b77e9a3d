/** Which findings that are not open any more have recovered, and which were only not looked at. Pure. */
import type { Posture } from '../../contracts/posture.ts'
import { looksAt } from '../report/looked.ts'
import type { AsffFinding } from './client.ts'

/** Tells whether a scan looked at the item of a finding where it stood, and listed all that is open in it. */
export function wasLookedAt(posture: Posture, { GeneratorId, ProductFields }: AsffFinding): boolean {
  const item = posture.items.find(({ id }) => GeneratorId === `campanile/${id}`)
  const isHidden = item?.state === 'unknown' && item.findings.length === 0
  const isInScan = looksAt(posture, ProductFields?.['campanile/Source'])
  return isInScan && item !== undefined && item.omitted === 0 && !isHidden && posture.faults.length === 0
}
