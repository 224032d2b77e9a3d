/** `GET /v1/logs/:tenant/effectiveness`: how access to records by school officials works in practice. */
import Type, { type Static } from 'typebox'

const count = () => Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
const closed = { additionalProperties: false } as const

export const EffectivenessRow = Type.Object(
  {
    /** Of UTC, by when the ledger sequenced it: `2026-Q3`. */
    quarter: Type.String({ pattern: '^\\d{4}-Q[1-4]$' }),
    /** Of who read or was refused; `unknown` where the producer named none. */
    role: Type.String(),
    /** Granted because of a relationship to the student. */
    readByRelationship: count(),
    /** Granted, and no relationship was named: each is to be looked at. */
    readWithoutRelationship: count(),
    /** Granted for a typed reason only: each read. */
    breakGlass: count(),
    /** How often such a reason was typed: each wants a review. */
    breakGlassOpened: count(),
    /** Reviews by a second person, in the row of the reviewer's role, by what was found. */
    breakGlassJustified: count(),
    breakGlassUnjustified: count(),
    denied: count(),
    /** Of the denied: nothing connects the reader with the student. */
    deniedWithoutRelationship: count(),
    /** Of the denied: a typed reason was wanted and not given. */
    deniedWithoutReason: count(),
  },
  closed,
)
export type EffectivenessRow = Static<typeof EffectivenessRow>

export const EffectivenessReport = Type.Object(
  {
    format: Type.Literal('campanile/effectiveness/v1'),
    tenant: Type.String(),
    /** Entries that were looked at, and the signed size they are part of. */
    from: count(),
    to: count(),
    size: count(),
    /** Entries among them whose facts are gone: they are in no row. */
    withoutFacts: count(),
    rows: Type.Array(EffectivenessRow),
  },
  closed,
)
export type EffectivenessReport = Static<typeof EffectivenessReport>
