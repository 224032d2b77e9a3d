/** What a control is: one item of the checklist, decided on one resource at a time from values that are known. */
import type { EvidenceSource } from '../../contracts/posture.ts'
import type { Evidence, Json, Position, Resource, ResourceKind } from '../evidence.ts'

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
  /** How the value that decided came to be known, the last step first. */
  readonly trace?: readonly string[]
  /** Edits of the file after which this verdict is a pass; absent where no machine should write them. */
  readonly mend?: readonly Mend[]
  /** Which part of the resource, where one has several verdicts: a path, which moves less than a line does. */
  readonly part?: string
}

/** One edit of the file a resource stands in. Paths are those of `Resource.attributes`. */
export type Mend =
  /** Gives the attribute a value; blocks and mappings on the way are made where they lack. */
  | { readonly set: string; readonly to: Json }
  /** Takes the attribute, the block or the element away. */
  | { readonly remove: string }
  /** Writes text after the resource: a block of Terraform, an instruction of a Dockerfile. */
  | { readonly after: string }
  /** Takes the place of the lines of the verdict. */
  | { readonly instead: string }

/** A piece of infrastructure for the page of a control; the tests judge it too. */
export type Example =
  | { readonly file: string; readonly text: string }
  /** Something that lives: what a gatherer tells of it. */
  | {
      readonly kind: ResourceKind
      readonly type: string
      readonly attributes: Readonly<Record<string, unknown>>
    }

/** What the page of a control says beside what the checklist says. */
export interface ControlPage {
  /** What goes wrong without it, in one or two plain sentences. */
  readonly why: string
  /** Passes this control; several files make one scan. */
  readonly good: readonly Example[]
  /** Fails this control. */
  readonly bad: readonly Example[]
}

/** Title, severity and mappings stand in the checklist under the same id, and nowhere else. */
export interface Control {
  /** Id of the item in the checklist; also the name of the file. */
  readonly id: string
  /** Kinds of evidence this control can decide on. */
  readonly sources: readonly EvidenceSource[]
  readonly page?: ControlPage
  readonly applies: (resource: Resource) => boolean
  /** Judges one resource that it applies to, the worst of its parts counts; never throws. Unknown is never a pass. */
  readonly check: (resource: Resource, evidence: Evidence) => Verdict | readonly Verdict[]
  /** True where one resource that passes decides the item, whatever others there are: no unread file can undo it. */
  readonly isOneEnough?: true
  /**
   * For items that ask that something is there: the verdict where every file could be read and it is not, and the
   * resource that asks for it. Undefined where nothing asks for it, or something of the kind is there.
   */
  readonly missing?: (
    evidence: Evidence,
  ) => { readonly resource: Resource; readonly verdict: Verdict } | undefined
}
