/** One scan: look, judge, score. */
import type { EvidenceSource, Posture } from '../contracts/posture.ts'
import type { MeasuredItem } from './checklist.ts'
import type { Evidence } from './evidence.ts'
import { assess } from './score/assess.ts'
import type { Waiver } from './score/waiver.ts'

export interface ScanParts {
  /** Looks at everything in the scope; never throws for what it finds. */
  readonly gather: () => Promise<Evidence>
  /** Kinds of sources that `gather` was given. */
  readonly scope: ReadonlySet<EvidenceSource>
  readonly measured: readonly MeasuredItem[]
  readonly waivers: readonly Waiver[]
  readonly failingSince?: ReadonlyMap<string, number>
  readonly previous?: Posture
  readonly nowMillis: () => number
}

/** Kinds of sources that paths of files stand for. */
export const fileSources: readonly EvidenceSource[] = ['terraform', 'compose', 'dockerfile']

/** Scans once. */
export async function scan({ gather, nowMillis, ...rest }: ScanParts): Promise<Posture> {
  const startedMillis = nowMillis()
  const evidence = await gather()
  const posture = assess({ ...rest, evidence, startedMillis, endedMillis: nowMillis() })
  return { ...posture, durationMillis: nowMillis() - startedMillis }
}
