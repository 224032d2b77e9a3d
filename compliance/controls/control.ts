/** What a control is: one item of the checklist, decided on one resource at a time from values that are known. */
import type { EvidenceSource } from '../../contracts/posture.ts'
import type { Evidence, Position, Resource } from '../evidence.ts'

export type VerdictStatus = 'pass' | 'fail' | 'unknown' | 'not-applicable'

/** One control's opinion of one resource. */
export interface Verdict {
  readonly status: VerdictStatus
  /** What was found, for people; never a secret's value. */
  readonly found?: string
  readonly expected: string
  readonly fix?: string
  /** Where to look; the resource itself when absent. */
  readonly at?: Position
  /** Which part of the resource, where one has several verdicts: a path, which moves less than a line does. */
  readonly part?: string
}

/** Title, severity and mappings stand in the checklist under the same id, and nowhere else. */
export interface Control {
  /** Id of the item in the checklist; also the name of the file. */
  readonly id: string
  /** Kinds of evidence this control can decide on. */
  readonly sources: readonly EvidenceSource[]
  readonly applies: (resource: Resource) => boolean
  /** Judges one resource that it applies to, the worst of its parts counts; never throws. Unknown is never a pass. */
  readonly check: (resource: Resource, evidence: Evidence) => Verdict | readonly Verdict[]
  /**
   * For items that ask that something is there: the verdict where every file could be read and it is not, and the
   * resource that asks for it. Undefined where nothing asks for it, or something of the kind is there.
   */
  readonly missing?: (
    evidence: Evidence,
  ) => { readonly resource: Resource; readonly verdict: Verdict } | undefined
}
