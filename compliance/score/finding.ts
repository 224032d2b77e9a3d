/** Verdicts as they are published. */
import { hash } from 'node:crypto'
import type { PostureFinding } from '../../contracts/posture.ts'
import type { ChecklistItem } from '../checklist.ts'
import type { Verdict } from '../controls/control.ts'
import type { Placed } from './placed.ts'

/** Most steps told of how a value came to be known. */
const stepLimit = 8

export interface FindingParts {
  readonly item: ChecklistItem
  readonly placed: Placed
  readonly verdict: Verdict
  readonly isWaived: boolean
}

/** Writes the finding of a verdict. */
export function findingOf({ item, placed, verdict, isWaived }: FindingParts): PostureFinding {
  const { resource } = placed
  const { status, found, expected, fix, trace, mend, at = resource.position, part = '' } = verdict
  return {
    id: findingId(item.id, placed.groundKey, part),
    control: item.id,
    status,
    severity: item.sev,
    resource:
      resource.environment === undefined ? resource.address : `${resource.address} (${resource.environment})`,
    source: resource.kind,
    location: { file: at.file, startLine: at.startLine, endLine: at.endLine },
    expected,
    ...(found === undefined ? {} : { found }),
    ...(fix === undefined ? {} : { fix }),
    ...(isWaived && status === 'fail' ? { waived: true } : {}),
    ...(part === '' ? {} : { part }),
    ...(trace === undefined ? {} : { trace: trace.slice(0, stepLimit) }),
    ...(mend === undefined ? {} : { mend: [...mend] }),
  }
}

/** Names a finding by control, resource and part and nothing that moves: no line, no time. */
function findingId(control: string, resource: string, part: string): string {
  const digest = hash('sha256', `${control} ${resource} ${part}`)
  // 16 hexadecimal digits: two of a million findings meet with a chance below 3 in 100 million.
  return `${control}-${digest.slice(0, 16)}`
}
