/** One scan: look, judge, score. */
import type { EvidenceSource, Posture } from '../contracts/posture.ts'
import type { MeasuredItem } from './checklist.ts'
import type { Evidence } from './evidence.ts'
import { describePosture } from './report/describe.ts'
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
  /** Most findings listed per item. Default 100. */
  readonly findingLimit?: number
  readonly nowMillis: () => number
}

export interface Scanned {
  readonly posture: Posture
  /** What the posture was made of. */
  readonly evidence: Evidence
}

/** Scans once. */
export async function scan(parts: ScanParts): Promise<Posture> {
  return (await scanForEvidence(parts)).posture
}

/** Scans once and keeps what was seen, for a bundle. */
export async function scanForEvidence({ gather, nowMillis, ...rest }: ScanParts): Promise<Scanned> {
  const startedMillis = nowMillis()
  const evidence = await gather()
  const judged = assess({ ...rest, evidence, startedMillis, endedMillis: nowMillis() })
  const { measured, previous } = rest
  const posture = describePosture(judged, {
    evidence,
    measured,
    ...(previous === undefined ? {} : { previous }),
  })
  return { posture: { ...posture, durationMillis: nowMillis() - startedMillis }, evidence }
}
