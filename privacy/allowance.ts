/** Keys a policy allows for a while, as declarations like those of the contracts. */
import { flag, number, shaped, templated, type AttributeSpec } from '../contracts/attributes/define.ts'
import { PrivacyError } from './errors.ts'
import type { Allowance, PrivacyPolicy } from './policy.ts'

const specs: Readonly<Record<Allowance['value'], AttributeSpec>> = {
  boolean: flag,
  number: number(-1e12, 1e12),
  word: shaped('word'),
  identifier: shaped('identifier'),
  version: shaped('version'),
  route: templated('route', 200),
}

export interface AllowedKey {
  readonly spec: AttributeSpec
  /** Last day, `YYYY-MM-DD`: as text these compare like dates. */
  readonly expires: string
}

/**
 * Reads the allowances of a policy.
 *
 * @throws PrivacyError PRIVACY_TODAY_MISSING when keys are allowed and nothing tells the date
 */
export function allowedKeys(
  policy: PrivacyPolicy,
  today: (() => string) | undefined,
): ReadonlyMap<string, AllowedKey> {
  const allow = policy.allow ?? []
  if (allow.length > 0 && today === undefined) {
    throw new PrivacyError(
      'PRIVACY_TODAY_MISSING',
      'found allowed keys with an expiry, expected a `today` to compare with',
    )
  }
  return new Map(allow.map(({ key, value, expires }) => [key, { spec: specs[value], expires }]))
}
