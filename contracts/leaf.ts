/**
 * Leaf v2: what the tree hashes. It holds no personal data and no facts, only one commitment to both, so
 * that erasing a side-store row never changes the tree.
 *
 *   factsCommitment    = SHA-256("campanile/facts/v2\0"    ‖ salt ‖ JCS(facts))
 *   personalCommitment = SHA-256("campanile/personal/v2\0" ‖ salt ‖ JCS(personal ?? {}))
 *   commitment         = SHA-256("campanile/leaf/v2\0"     ‖ factsCommitment ‖ personalCommitment)
 *
 * with two salts of 32 random bytes. Showing the facts takes facts, their salt and personalCommitment; the
 * personal half stays closed, and stays provable after its salt and rows are destroyed. The leaf itself is
 * canonical JSON (RFC 8785).
 */
import Type, { type Static } from 'typebox'

export const Leaf = Type.Object(
  {
    /** base64url, 43 characters. */
    commitment: Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' }),
    /** When it happened by the producer's clock, milliseconds since the epoch; never used for order. */
    eventTime: Type.Integer(),
    id: Type.String(),
    producer: Type.String(),
    /** Producer's own count; absent where the producer keeps none. */
    sequence: Type.Optional(Type.Integer({ minimum: 0 })),
    /** True for demo data, absent otherwise: it stays known when the facts are gone. */
    synthetic: Type.Optional(Type.Literal(true)),
    /** When the ledger sequenced it, milliseconds since the epoch, never decreasing within a log. */
    time: Type.Integer({ minimum: 0 }),
    version: Type.Literal(2),
  },
  { additionalProperties: false },
)
export type Leaf = Static<typeof Leaf>

export const factsDomain = 'campanile/facts/v2\0'
export const personalDomain = 'campanile/personal/v2\0'
export const leafDomain = 'campanile/leaf/v2\0'
export const saltBytes = 32
/** Difference of the two times beyond which a producer's clock is counted as wrong. */
export const maxSkewMillis = 300_000
