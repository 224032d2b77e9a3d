/** What an account of AWS needs as soon as something is made in it. */
import type { Evidence, Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { firstMade } from './made.ts'
import { oncePerScan } from './once.ts'

/**
 * Judges an account in which something is made, at its provider or else at the first resource of it; undefined where
 * there is none.
 */
export function missingInAws(
  evidence: Evidence,
  verdict: Verdict,
): ReturnType<NonNullable<Control['missing']>> {
  const first = firstOfAws(evidence)
  if (first === undefined) return undefined
  return { resource: firstProvider(evidence) ?? first, verdict }
}

/** Says what is missing at the first resource of AWS; undefined where nothing is made there. */
export function missingInAccount(
  evidence: Evidence,
  verdict: Verdict,
): ReturnType<NonNullable<Control['missing']>> {
  const resource = firstOfAws(evidence)
  return resource === undefined ? undefined : { resource, verdict }
}

const firstOfAws = oncePerScan((evidence): Resource | undefined =>
  firstMade(evidence, ({ kind, type }) => kind === 'terraform' && type.startsWith('aws_')),
)

const firstProvider = oncePerScan((evidence): Resource | undefined =>
  firstMade(
    evidence,
    ({ kind, type, name }) => kind === 'terraform' && type === 'provider' && name === 'aws',
  ),
)
