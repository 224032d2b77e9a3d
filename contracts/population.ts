/**
 * Which entries a population is made of, and what proves that none is left out: the entries themselves come as a
 * JSONL export, and here are the signed root, the hashes of all that lies around them, and the two neighbours whose
 * times show that the period ends where it says.
 */
import Type, { type Static } from 'typebox'
import { Leaf } from './leaf.ts'

export const populationFormat = 'campanile/population/v1'

const index = () => Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
const time = () => Type.Integer({ minimum: 0, maximum: 8_640_000_000_000_000 })

export const Population = Type.Object(
  {
    format: Type.Literal(populationFormat),
    tenant: Type.String(),
    vkey: Type.String(),
    checkpoint: Type.String(),
    size: index(),
    from: index(),
    /** Exclusive. */
    to: index(),
    /** Bounds in time, milliseconds since the epoch, where the population was asked for by time. */
    since: Type.Optional(time()),
    until: Type.Optional(time()),
    /** The entry before `from`; absent when that is the first. */
    before: Type.Optional(Leaf),
    /** The entry at `to`; absent when the log ends there. */
    after: Type.Optional(Leaf),
    /** Hashes of what lies around the entries and their neighbours, left to right, base64. */
    path: Type.Array(Type.String({ pattern: '^[A-Za-z0-9+/]{43}=$' }), { maxItems: 128 }),
  },
  { additionalProperties: false },
)
export type Population = Static<typeof Population>
