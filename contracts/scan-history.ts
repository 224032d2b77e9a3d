/** The history of scans as the scanner's door tells it: what came of each scan, and what changed in it. */
import Type, { type Static, type TSchema } from 'typebox'
import {
  count,
  frameworkIds,
  grades,
  itemSeverities,
  itemStates,
  moment,
  oneOf,
  points,
  ratio,
} from './posture.ts'

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
    /** True where scans before it are not in the history. */
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
    /**
     * Items that are not as after the scan before it in the history, failures that began, and failures that ended.
     * Absent for the first.
     */
    changedItems: Type.Optional(count),
    began: Type.Optional(count),
    ended: Type.Optional(count),
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

/** An item at a time, with its resources by verdict. */
export const PastItem = Type.Object(
  {
    severity: oneOf(itemSeverities),
    state: oneOf(pastStates),
    passing: count,
    failing: count,
    unknown: count,
    waived: count,
  },
  closed,
)
export type PastItem = Static<typeof PastItem>

/** A failure by what names it. */
export const PastFinding = Type.Object(
  {
    finding: Type.String(),
    item: Type.String(),
    isWaived: Type.Boolean(),
    /** When it began, which may be before a scan listed it. */
    since: moment,
    resource: Type.String(),
    file: Type.Optional(Type.String()),
    /** As the scan had it in which the failure last changed. */
    line: Type.Optional(Type.Integer()),
  },
  closed,
)
export type PastFinding = Static<typeof PastFinding>

const fromTo = <T extends TSchema>(of: T) => Type.Object({ from: of, to: of }, closed)
const findings = Type.Array(PastFinding)

/** `GET /v1/scans/:scannedAt`: a scan, and what had changed in it. */
export const PastScanDetail = Type.Object(
  {
    scan: PastScan,
    items: Type.Array(
      Type.Object(
        {
          item: Type.String(),
          ...PastItem.properties,
          /** The scan in which it last changed. */
          changedAt: moment,
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
          /** Points by which the lower bound moved, in tenths. */
          low: Type.Number({ minimum: -100, maximum: 100 }),
          caps: fromTo(Type.Array(Type.String())),
          coverageRatio: fromTo(ratio),
          waivedRatio: fromTo(ratio),
          /** Items in another state, or with other counts of resources; `from` is absent where it is new. */
          items: Type.Array(
            Type.Object(
              {
                item: Type.String(),
                severity: oneOf(itemSeverities),
                from: Type.Optional(PastItem),
                to: PastItem,
              },
              closed,
            ),
          ),
          /** Failures that began and that ended, and those that are waived now and were not, or the other way round. */
          began: findings,
          ended: findings,
          waivers: findings,
          /** Left out of the three lists, of which each has the first 500. */
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
    states: Type.Array(Type.Object({ at: moment, ...PastItem.properties }, closed)),
    findings: Type.Array(
      Type.Object(
        {
          finding: Type.String(),
          resource: Type.String(),
          file: Type.Optional(Type.String()),
          line: Type.Optional(Type.Integer()),
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
