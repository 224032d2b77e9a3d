/** Checks offline that exported entries are a whole population: every entry of the period and no other. */
import { canonicalJson } from '../../contracts/canonical-json.ts'
import type { Leaf } from '../../contracts/leaf.ts'
import type { Population } from '../../contracts/population.ts'
import { openCheckpoint } from '../log/checkpoint.ts'
import { AuditError } from '../log/errors.ts'
import type { VerifierKey } from '../log/note.ts'
import { verifyRange } from './range-proof.ts'

/**
 * Checks the leaves of an export against the population's proof.
 *
 * @param population attacker-controlled but of the contract's shape
 * @param leaves of the entries from `from` on, in order; attacker-controlled
 * @throws AuditError AUDIT_PROOF_INVALID or AUDIT_REPORT_INVALID, or what `openCheckpoint` throws
 */
export function verifyPopulation(population: Population, leaves: readonly Leaf[], key: VerifierKey): void {
  const { size, root } = openCheckpoint(population.checkpoint, key)
  const { from, to, before, after, since, until, path } = population
  if (size !== population.size) throw invalid(`a checkpoint of ${size}, expected ${population.size}`)
  if (since !== undefined && before === undefined && from > 0) throw invalid('no entry before the period')
  if (until !== undefined && after === undefined && to < size) throw invalid('no entry after the period')
  const all = [before, ...leaves, after].filter((leaf) => leaf !== undefined)
  verifyRange(
    {
      range: { start: before === undefined ? from : from - 1, end: after === undefined ? to : to + 1 },
      size,
      leaves: all.map((leaf) => Buffer.from(canonicalJson(leaf))),
      path: path.map((hash) => Buffer.from(hash, 'base64')),
    },
    root,
  )
  // Times never decrease within a log, so the neighbours bound all that lies beyond them.
  if (before !== undefined && since !== undefined && before.time >= since)
    throw invalid('an entry left out before')
  if (after !== undefined && until !== undefined && after.time < until)
    throw invalid('an entry left out after')
  const isInside = ({ time }: Leaf) => time >= (since ?? 0) && time < (until ?? Infinity)
  if (!leaves.every(isInside)) throw invalid('an entry outside the period')
}

function invalid(found: string): AuditError {
  return new AuditError('AUDIT_REPORT_INVALID', `found ${found}`)
}
