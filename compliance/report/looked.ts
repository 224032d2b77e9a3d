/** Whether a scan looked where a finding stood. Pure. */
import type { Posture } from '../../contracts/posture.ts'

/** False for what stood in a source that is none of the scan's; of a finding without its source that is not known. */
export function looksAt({ sources }: Posture, source: string | undefined): boolean {
  return sources.some((each) => each.source === source)
}
