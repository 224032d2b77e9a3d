/** The history of scans as the scanner's door tells it: what came of each scan, and what changed in it. */
import Type, { type Static } from 'typebox'
import { frameworkIds, grades, itemSeverities, itemStates } from './posture.ts'

const oneOf = <const V extends readonly string[]>(values: V) =>
  Type.Unsafe<V[number]>({ type: 'string', enum: values })
const count = Type.Integer({ minimum: 0 })
const points = Type.Number({ minimum: 0, maximum: 100 })
const ratio = Type.Number({ minimum: 0, maximum: 1 })
/** RFC 3339, UTC, milliseconds: names a scan. */
const moment = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$' })
const sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' })
const closed = { additionalProperties: false } as const

/** `outside`: the scan could not look at the item, because its sources were not given or nothing measures it. */
const pastStates = [...itemStates, 'outside'] as const
export type PastState = (typeof pastStates)[number]

export const PastScan = Type.Object(
  {
    scannedAt: moment,
    /** Id of its event in the ledger. */
    event: Type.String({ pattern: '^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$' }),
    /** The scan it was compared with. */
    previousAt: Type.Optional(moment),
    /** True where that scan is not in the history: others in between were lost. */
    isAfterGap: Type.Boolean(),
    /** Scores of different rule sets do not compare. */
    ruleset: Type.String(),
    low: points,
    high: points,
    raw: points,
    grade: oneOf(grades),
    caps: Type.Array(Type.String()),
    coverageRatio: ratio,
    waivedRatio: ratio,
    durationMillis: Type.Number({ minimum: 0 }),
    /** Items in another state than after the scan before, failures that began, and failures that ended. */
    changedItems: count,
    began: count,
    ended: count,
    /** SHA-256 of the report as the scanner kept it. */
    posture: sha256,
    /** SHA-256 of the evidence bundle beside it. */
    bundle: Type.Optional(sha256),
  },
  closed,
)
export type PastScan = Static<typeof PastScan>

/** `GET /v1/scans`: newest first. */
export const PastScans = Type.Object(
  {
    scans: Type.Array(PastScan),
    /** What to ask `before` for the scans before these; absent at the end. */
    next: Type.Optional(moment),
  },
  closed,
)
export type PastScans = Static<typeof PastScans>

/** A failure by what names it. */
export const PastFinding = Type.Object(
  {
    finding: Type.String(),
    item: Type.String(),
    resource: Type.String(),
    file: Type.Optional(Type.String()),
    line: Type.Optional(Type.Integer()),
  },
  closed,
)
export type PastFinding = Static<typeof PastFinding>

/** `GET /v1/scans/:scannedAt`: a scan, and what had changed in it. */
export const PastScanDetail = Type.Object(
  {
    scan: PastScan,
    items: Type.Array(
      Type.Object(
        {
          item: Type.String(),
          severity: oneOf(itemSeverities),
          state: oneOf(pastStates),
          /** The scan since which it is in that state. */
          since: moment,
        },
        closed,
      ),
    ),
    frameworks: Type.Array(
      Type.Object(
        { framework: oneOf(frameworkIds), mapped: count, pass: count, fail: count, unknown: count },
        closed,
      ),
    ),
    /** Against the scan before it in the history, or the one that was asked for; absent for the first. */
    changes: Type.Optional(
      Type.Object(
        {
          since: moment,
          /** False where the rule set is another one. */
          isComparable: Type.Boolean(),
          /** Points by which the lower bound moved. */
          low: Type.Number({ minimum: -100, maximum: 100 }),
          items: Type.Array(
            Type.Object(
              {
                item: Type.String(),
                severity: oneOf(itemSeverities),
                from: oneOf(pastStates),
                to: oneOf(pastStates),
              },
              closed,
            ),
          ),
          /** Failures that stand now and did not, and the other way round; the first 500 of each. */
          began: Type.Array(PastFinding),
          ended: Type.Array(PastFinding),
          /** Left out of the two lists. */
          omitted: count,
        },
        closed,
      ),
    ),
  },
  closed,
)
export type PastScanDetail = Static<typeof PastScanDetail>

/** `GET /v1/items/:item/history`: newest first. */
export const ItemHistory = Type.Object(
  {
    item: Type.String(),
    states: Type.Array(Type.Object({ at: moment, state: oneOf(pastStates) }, closed)),
    findings: Type.Array(
      Type.Object(
        {
          ...PastFinding.properties,
          began: moment,
          /** The scan that found it gone; absent while it stands. */
          ended: Type.Optional(moment),
        },
        closed,
      ),
    ),
    /** True where one of the lists is longer. */
    isCut: Type.Boolean(),
  },
  closed,
)
export type ItemHistory = Static<typeof ItemHistory>
