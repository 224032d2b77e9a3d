/**
 * Leaf v1: what the tree hashes. It holds no personal data and no facts, only one commitment to both, so
 * that erasing a side-store row never changes the tree.
 *
 *   factsCommitment    = SHA-256("campanile/facts/v1\0"    ‖ salt ‖ JCS(facts))
 *   personalCommitment = SHA-256("campanile/personal/v1\0" ‖ salt ‖ JCS(personal ?? {}))
 *   commitment         = SHA-256("campanile/leaf/v1\0"     ‖ factsCommitment ‖ personalCommitment)
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
    id: Type.String(),
    producer: Type.String(),
    /** Producer's own count; absent where the producer keeps none. */
    sequence: Type.Optional(Type.Integer({ minimum: 0 })),
    /** When the ledger sequenced it, milliseconds since the epoch, never decreasing within a log. */
    time: Type.Integer({ minimum: 0 }),
    version: Type.Literal(1),
  },
  { additionalProperties: false },
)
export type Leaf = Static<typeof Leaf>

export const factsDomain = 'campanile/facts/v1\0'
export const personalDomain = 'campanile/personal/v1\0'
export const leafDomain = 'campanile/leaf/v1\0'
export const saltBytes = 32
