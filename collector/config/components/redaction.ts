/** Processor `redaction`: the place of the fence, which stands there whether it is named or not. */
import { defineComponent } from '../component.ts'
import * as policy from '../policy-patterns.ts'
import { block, list, optional } from '../shape.ts'
import { flag, oneOf, only, text } from '../values.ts'

const allowed = 'privacy.allow in the appliance file, with owner and expiry'
const hashed = 'leave it out: join keys become HMACs under CAMPANILE_HMAC_KEY_FILE, all else is removed'
const scrubbed = 'leave it out: the fence scrubs addresses and statements everywhere'

export const redaction = defineComponent('processors', 'redaction', {
  says: 'Marks the place of the fence. What the fence does is in the appliance file, and it is on whether named or not.',
  signals: ['traces', 'metrics', 'logs'],
  body: block(
    {
      allow_all_keys: optional(
        flag,
        'For the reference engine: without it and without allowed_keys, that one removes every attribute.',
      ),
      allowed_keys: optional(
        list(text, 5_000),
        'For the reference engine: as `collector policy` writes them. Here the fence keeps keys.',
      ),
      allowed_values: optional(
        list(text, 100),
        'For the reference engine: as `collector policy` writes them. Here the fence judges values.',
      ),
      blocked_values: optional(
        list(text, 100),
        'For the reference engine: as `collector policy` writes them. Here the fence judges values.',
      ),
      redact_all_types: optional(
        only(true),
        'For the reference engine: lists pass it as they are otherwise.',
      ),
      summary: optional(
        oneOf('silent'),
        'For the reference engine: adds no attributes about what was removed.',
      ),
    },
    {
      ignored_keys: allowed,
      ignored_key_patterns: allowed,
      blocked_key_patterns: 'leave it out: keys are denied unless they are listed',
      hash_function: hashed,
      hmac_key: hashed,
      url_sanitizer: scrubbed,
      db_sanitizer: scrubbed,
    },
  ),
  check: ({ allowAllKeys, allowedKeys, allowedValues, blockedValues }, report) => {
    const generated = 'what `collector policy` writes'
    if (allowAllKeys === false && allowedKeys === undefined)
      report('allow_all_keys', `true, or allowed_keys: ${generated}`)
    if (allowedKeys !== undefined && !isWithin(policy.allowedKeys({}), allowedKeys))
      report('allowed_keys', `${generated}: every key that the fence may let pass`)
    if (allowedValues !== undefined && !isWithin(policy.formsOfValues, allowedValues))
      report('allowed_values', generated)
    if (blockedValues !== undefined && blockedValues.join('\n') !== policy.blockedValues.join('\n'))
      report(
        'blocked_values',
        `${generated}: the fence has detectors, and privacy.studentNumber in the appliance file adds the campus’ own`,
      )
  },
})

function isWithin(wanted: readonly string[], given: readonly string[]): boolean {
  const found = new Set(given)
  return wanted.every((each) => found.has(each))
}
