/** The first record of a segment: what is known when it begins, so that older segments may go. */
import Type, { type Static } from 'typebox'
import { tenantPattern } from '../../contracts/services.ts'
import { validator } from '../../lib/validate.ts'
import type { TenantCount } from './counts.ts'

const Count = Type.Object(
  { next: Type.Integer({ minimum: 0 }), lastId: Type.Optional(Type.String()) },
  { additionalProperties: false },
)

const SegmentHead = Type.Object(
  {
    spool: Type.Literal(1),
    /** For each tenant its next number. */
    counts: Type.Record(Type.String({ pattern: tenantPattern }), Count),
    /** Older segments that end before their file does: what stands behind was never acknowledged. */
    cuts: Type.Record(Type.String({ pattern: '^[0-9]+$' }), Type.Integer({ minimum: 0 })),
  },
  { additionalProperties: false },
)
type SegmentHead = Static<typeof SegmentHead>

/** What a head tells. */
export interface KnownAtHead {
  readonly counts: ReadonlyMap<string, TenantCount>
  readonly cuts: ReadonlyMap<number, number>
}

const validate = validator(SegmentHead)

/** Writes the head's payload. */
export function formatHead(
  counts: Readonly<Record<string, TenantCount>>,
  cuts: ReadonlyMap<number, number>,
): string {
  return JSON.stringify({
    spool: 1,
    counts: { ...counts },
    cuts: Object.fromEntries(cuts),
  } satisfies SegmentHead)
}

/** Reads a head's payload; undefined when it is none. */
export function parseHead(payload: string): KnownAtHead | undefined {
  const checked = validate(parseJson(payload))
  if (!checked.valid) return undefined
  const { counts, cuts } = checked.value
  return {
    counts: new Map(Object.entries(counts)),
    cuts: new Map(Object.entries(cuts).map(([segment, bytes]) => [Number(segment), bytes])),
  }
}

/** Parses JSON that may be damaged; undefined when it is. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
