/**
 * The outcome of one scan as other rooms read it: `GET /v1/posture`, the JSON report and every file of the history.
 *
 * The score is an interval: `low` counts what could not be decided as failed, `high` as passed. Nothing here says
 * that anybody complies with anything.
 */
import Type, { type Static } from 'typebox'
import { Finding } from './finding.ts'
import { complianceSources } from './metrics/compliance.ts'

export const oneOf = <const V extends readonly string[]>(values: V) =>
  Type.Unsafe<V[number]>({ type: 'string', enum: values })
export const count = Type.Integer({ minimum: 0 })
export const points = Type.Number({ minimum: 0, maximum: 100 })
export const ratio = Type.Number({ minimum: 0, maximum: 1 })
/** RFC 3339, UTC, milliseconds. */
export const moment = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$' })
const day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' })

export const itemSeverities = ['critical', 'high', 'medium', 'low'] as const
export type ItemSeverity = (typeof itemSeverities)[number]

/** `waived`: it fails, and somebody answers for that until a day. An expired waiver is a failure. */
export const itemStates = ['fail', 'unknown', 'pass', 'waived', 'not-applicable'] as const
export type ItemState = (typeof itemStates)[number]

/** `unverified`: too little could be looked at for a letter to mean anything. */
export const grades = ['A', 'B', 'C', 'D', 'F', 'unverified'] as const
export type Grade = (typeof grades)[number]

export const frameworkIds = ['soc2', 'ferpa', 'gdpr', 'n53', 'n171', 'cis', 'glba'] as const
export type FrameworkId = (typeof frameworkIds)[number]

/** Where evidence comes from. */
export const evidenceSources = complianceSources
export type EvidenceSource = (typeof evidenceSources)[number]

export const PostureScore = Type.Object(
  {
    /** What is published and gates: unknown counts as failed. */
    low: points,
    /** Unknown counts as passed. */
    high: points,
    /** `low` as if nothing were waived. */
    raw: points,
    grade: oneOf(grades),
    /** Why the score is held down, e.g. `CRITICAL_OPEN`. */
    caps: Type.Array(
      Type.Object(
        {
          code: oneOf(['CRITICAL_OPEN', 'HIGH_OVERDUE', 'CRITICAL_UNREAD'] as const),
          /** Most points the score may have; of `CRITICAL_UNREAD` the lower bounds alone. */
          limit: points,
          /** Items that cause it. */
          items: Type.Array(Type.String()),
        },
        { additionalProperties: false },
      ),
    ),
    /** Share of the found resources that could be judged; below 0.9 the grade is `unverified`. */
    coverageRatio: ratio,
    /** Share of the weight that is waived; above 0.05 a reader should ask. */
    waivedRatio: ratio,
  },
  { additionalProperties: false },
)
export type PostureScore = Static<typeof PostureScore>

/** Lines of a scanned file, cut and without secrets: whoever wrote them controls every other byte. */
export const SourceExcerpt = Type.Object(
  {
    /** Number of the first line. */
    startLine: Type.Integer({ minimum: 1 }),
    lines: Type.Array(Type.String()),
  },
  { additionalProperties: false },
)
export type SourceExcerpt = Static<typeof SourceExcerpt>

/** One edit of the file a finding stands in; paths are those of the resource's attributes. */
const FindingMend = Type.Union([
  Type.Object({ set: Type.String(), to: Type.Unknown() }, { additionalProperties: false }),
  Type.Object({ remove: Type.String() }, { additionalProperties: false }),
  Type.Object({ after: Type.String() }, { additionalProperties: false }),
  Type.Object({ instead: Type.String() }, { additionalProperties: false }),
])

/** A finding, whether somebody answers for it, and what lets a reader follow it. */
export const PostureFinding = Type.Object(
  {
    ...Finding.properties,
    waived: Type.Optional(Type.Boolean()),
    /** Part of the resource that was judged, where it has several. */
    part: Type.Optional(Type.String()),
    /** Where the resource was found: a scan that does not look there cannot say that the finding is gone. */
    source: Type.Optional(oneOf(evidenceSources)),
    /** How the value came to be known, the last step first. */
    trace: Type.Optional(Type.Array(Type.String())),
    /** Edits after which it passes, where a machine may write them. */
    mend: Type.Optional(Type.Array(FindingMend)),
    excerpt: Type.Optional(SourceExcerpt),
    /** Since when it fails, where that was before this scan. */
    since: Type.Optional(moment),
  },
  { additionalProperties: false },
)
export type PostureFinding = Static<typeof PostureFinding>

/** A resource, or a part of one, that passes or does not apply: what an auditor draws a sample from. */
export const SettledResource = Type.Object(
  {
    /** As a finding of it would be named. */
    id: Type.String(),
    status: oneOf(['pass', 'not-applicable'] as const),
    resource: Type.String(),
    file: Type.Optional(Type.String()),
    line: Type.Optional(Type.Integer()),
    found: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
)
export type SettledResource = Static<typeof SettledResource>

export const PostureItem = Type.Object(
  {
    /** Id in the checklist, e.g. `TLS-01`. */
    id: Type.String(),
    title: Type.String(),
    group: Type.String(),
    severity: oneOf(itemSeverities),
    state: oneOf(itemStates),
    /** Resources by verdict. */
    counts: Type.Object(
      { pass: count, fail: count, unknown: count, 'not-applicable': count, waived: count },
      { additionalProperties: false },
    ),
    /** Why there is no verdict on any resource. */
    why: Type.Optional(Type.String()),
    /** A file that could not be read may hold more resources of it. */
    isUnread: Type.Optional(Type.Literal(true)),
    /** What failed or could not be decided, worst first, bounded. */
    findings: Type.Array(PostureFinding),
    /** Findings left out of the list above. */
    omitted: count,
    /** What passes or does not apply, in order of file and address, bounded; absent where nobody asked for it. */
    settled: Type.Optional(Type.Array(SettledResource)),
    /** Left out of that list. */
    settledOmitted: Type.Optional(count),
    /** When the oldest of what it rests on was seen, where others said it before the scan. */
    freshTo: Type.Optional(moment),
    /** Who can decide it: `full` a machine, `partial` a machine and a person, `manual` a person. */
    auto: Type.Optional(oneOf(['full', 'partial', 'manual'] as const)),
    /** Comparable checks of other tools. */
    peers: Type.Optional(Type.Array(Type.String())),
    /** Controls of frameworks it maps to, by framework. */
    map: Type.Optional(Type.Record(Type.String(), Type.Array(Type.String()))),
  },
  { additionalProperties: false },
)
export type PostureItem = Static<typeof PostureItem>

export const PostureFramework = Type.Object(
  {
    id: oneOf(frameworkIds),
    title: Type.String(),
    /** Controls of the framework that at least one measured item maps to: `pass + fail + unknown`. */
    mapped: count,
    pass: count,
    fail: count,
    unknown: count,
    controls: Type.Array(
      Type.Object(
        {
          id: Type.String(),
          state: oneOf(['pass', 'fail', 'unknown'] as const),
          items: Type.Array(Type.String()),
        },
        { additionalProperties: false },
      ),
    ),
    /** Edition of the framework the mappings were made for. */
    edition: Type.Optional(Type.String()),
    /** Controls of the framework that nothing measured here: they are in no count above. */
    outside: Type.Optional(Type.Array(Type.String())),
    /** Age of the oldest evidence the counts stand on. */
    freshTo: Type.Optional(moment),
  },
  { additionalProperties: false },
)
export type PostureFramework = Static<typeof PostureFramework>

export const PostureWaiver = Type.Object(
  {
    control: Type.String(),
    /** Address of one resource; absent: every one. */
    resource: Type.Optional(Type.String()),
    owner: Type.String(),
    approver: Type.String(),
    reason: Type.String(),
    expires: day,
    state: oneOf(['active', 'expired', 'unused'] as const),
  },
  { additionalProperties: false },
)
export type PostureWaiver = Static<typeof PostureWaiver>

/** A finding by what names it, once it is not listed any more. */
const ChangedFinding = Type.Object(
  { id: Type.String(), control: Type.String(), resource: Type.String(), file: Type.Optional(Type.String()) },
  { additionalProperties: false },
)

/** What is another way than in the scan before, and so explains a change of the score. */
export const PostureChanges = Type.Object(
  {
    /** Items in another state; `outside` was or is not measured. */
    items: Type.Array(
      Type.Object(
        {
          id: Type.String(),
          severity: oneOf(itemSeverities),
          from: oneOf([...itemStates, 'outside'] as const),
          to: oneOf([...itemStates, 'outside'] as const),
        },
        { additionalProperties: false },
      ),
    ),
    /** Open now and not before, and the other way round; each bounded to the first 200. */
    fresh: Type.Array(ChangedFinding),
    gone: Type.Array(ChangedFinding),
    /** Findings left out of the two lists. */
    omitted: count,
    /** Items of which not all findings were listed: only their states compare. */
    uncompared: Type.Array(Type.String()),
    /** Files, databases and doors that could be read before and cannot now, and the other way round. */
    unread: Type.Array(Type.String()),
    readAgain: Type.Array(Type.String()),
    /** Sources that were part of the scan before and are none of this one: what was open there is not gone. */
    dropped: Type.Optional(Type.Array(oneOf(evidenceSources))),
  },
  { additionalProperties: false },
)
export type PostureChanges = Static<typeof PostureChanges>

export const Posture = Type.Object(
  {
    version: Type.Literal(1),
    /** SHA-256 of the evidence bundle that was kept with it; the bundle holds this posture without it. */
    bundle: Type.Optional(Type.String({ pattern: '^[0-9a-f]{64}$' })),
    /** Names the items and controls that were measured; scores of different rule sets do not compare. */
    ruleset: Type.String(),
    scannedAt: moment,
    durationMillis: Type.Number({ minimum: 0 }),
    score: PostureScore,
    /** The scan before; `isComparable` is false when the rule set was another one. */
    previous: Type.Optional(
      Type.Object(
        {
          scannedAt: moment,
          low: points,
          isComparable: Type.Boolean(),
          changes: Type.Optional(PostureChanges),
        },
        { additionalProperties: false },
      ),
    ),
    /** Resources found and answers not had, by source; a source that is absent was not part of the scan. */
    sources: Type.Array(
      Type.Object(
        { source: oneOf(evidenceSources), resources: count, faults: count },
        { additionalProperties: false },
      ),
    ),
    /** Files, databases and doors that were read, in order, bounded to the first 500. */
    read: Type.Array(Type.String()),
    /** Resources that no control looks at. */
    unwatched: count,
    items: Type.Array(PostureItem),
    /** Items this scan could not look at because their sources were not given, e.g. no live database. */
    outside: Type.Array(Type.String()),
    frameworks: Type.Array(PostureFramework),
    waivers: Type.Array(PostureWaiver),
    /** What could not be read, bounded to the first 200. */
    faults: Type.Array(
      Type.Object(
        { code: Type.String(), message: Type.String(), file: Type.String(), line: Type.Integer() },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
)
export type Posture = Static<typeof Posture>
