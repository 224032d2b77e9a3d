/**
 * A sample of a population that neither side can choose: its seed is SHA-256(root ‖ nonce), where the root is
 * signed before the auditor says the nonce. Whoever has both draws the same sample again.
 */
import { createHash, hash } from 'node:crypto'
import { AuditError } from '../log/errors.ts'

export interface SampleRequest {
  /** Root of the log the population is taken from, 32 bytes, fixed before the nonce was given. */
  readonly root: Uint8Array
  /** The auditor's own random bytes, at least 16. */
  readonly nonce: Uint8Array
  /** First index of the population. */
  readonly from: number
  /** End of the population, exclusive. */
  readonly to: number
  /** How many to draw, at most the population. */
  readonly count: number
}

/** Fewest bytes of a nonce: fewer could be tried out by whoever signs roots. */
const leastNonceBytes = 16

/**
 * Draws indices uniformly without replacement, in ascending order.
 *
 * @throws AuditError AUDIT_SAMPLE_INVALID
 */
export function drawSample({ root, nonce, from, to, count }: SampleRequest): number[] {
  const population = to - from
  if (nonce.length < leastNonceBytes) {
    throw invalid(`a nonce of ${nonce.length} bytes, expected at least ${leastNonceBytes}`)
  }
  if (![from, to, count].every(Number.isSafeInteger) || from < 0 || population < 0 || count < 0) {
    throw invalid('bounds that are no whole numbers in order')
  }
  if (count > population) throw invalid(`${count} to draw from ${population}`)
  const below = uniformBelow(hash('sha256', Buffer.concat([root, nonce]), 'buffer'))
  // Floyd's algorithm: one number for each item drawn, however large the population.
  const drawn = new Set<number>()
  for (let last = population - count; last < population; last += 1) {
    const candidate = below(last + 1)
    drawn.add(drawn.has(candidate) ? last : candidate)
  }
  return [...drawn].map((offset) => from + offset).sort((a, b) => a - b)
}

/** Makes a source of uniform numbers below a bound: SHA-256(seed ‖ counter), rejecting what would favour some. */
function uniformBelow(seed: Buffer): (bound: number) => number {
  let counter = 0n
  return (bound) => {
    const limit = (2n ** 64n / BigInt(bound)) * BigInt(bound)
    for (;;) {
      const block = Buffer.alloc(8)
      block.writeBigUInt64BE(counter)
      counter += 1n
      const value = createHash('sha256').update(seed).update(block).digest().readBigUInt64BE()
      if (value < limit) return Number(value % BigInt(bound))
    }
  }
}

function invalid(found: string): AuditError {
  return new AuditError('AUDIT_SAMPLE_INVALID', `found ${found}`)
}
