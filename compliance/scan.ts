/** One scan: look, judge, score. */
import type { EvidenceSource, Posture } from '../contracts/posture.ts'
import type { MeasuredItem } from './checklist.ts'
import type { Evidence } from './evidence.ts'
import { describePosture } from './report/describe.ts'
import type { Ages } from './score/ages.ts'
import { assessWithAges } from './score/assess.ts'
import type { Waiver } from './score/waiver.ts'

export interface ScanParts {
  /** Looks at everything in the scope; never throws for what it finds. */
  readonly gather: () => Promise<Evidence>
  /** Kinds of sources that `gather` was given. */
  readonly scope: ReadonlySet<EvidenceSource>
  readonly measured: readonly MeasuredItem[]
  readonly waivers: readonly Waiver[]
  /** Since when a finding fails, from scans before. */
  readonly failingSince?: Ages
  readonly previous?: Posture
  /** Most findings listed per item. Default 100. */
  readonly findingLimit?: number
  /** Most resources listed per item that pass or do not apply. By default they are not listed. */
  readonly settledLimit?: number
  readonly nowMillis: () => number
}

export interface Scanned {
  readonly posture: Posture
  /** What the posture was made of. */
  readonly evidence: Evidence
  /** Writes down since when each failure of it stands. */
  readonly failingSince: () => Ages
}

/** Scans once. */
export async function scan(parts: ScanParts): Promise<Posture> {
  return (await scanForEvidence(parts)).posture
}

/** Scans once and keeps what was seen, for a bundle. */
export async function scanForEvidence({ gather, nowMillis, ...rest }: ScanParts): Promise<Scanned> {
  const startedMillis = nowMillis()
  const evidence = await gather()
  const times = { startedMillis, endedMillis: nowMillis() }
  const { posture: judged, failingSince } = assessWithAges({ ...rest, evidence, ...times })
  const { measured, previous } = rest
  const posture = describePosture(judged, {
    evidence,
    measured,
    ...(previous === undefined ? {} : { previous }),
  })
  return { posture: { ...posture, durationMillis: nowMillis() - startedMillis }, evidence, failingSince }
}
