/** Processor `redaction`: the place of the fence, which stands there whether it is named or not. */
import { defineComponent } from '../component.ts'
import { block, optional } from '../shape.ts'
import { oneOf, only } from '../values.ts'

const allowed = 'privacy.allow in the appliance file, with owner and expiry'
const detected =
  'leave it out: the fence has detectors; privacy.studentNumber in the appliance file adds the campus’ own'
const hashed = 'leave it out: join keys become HMACs under CAMPANILE_HMAC_KEY_FILE, all else is removed'
const scrubbed = 'leave it out: the fence scrubs addresses and statements everywhere'

export const redaction = defineComponent('processors', 'redaction', {
  says: 'Marks the place of the fence. What the fence does is in the appliance file, and it is on whether named or not.',
  signals: ['traces', 'metrics', 'logs'],
  body: block(
    {
      allow_all_keys: optional(
        only(true),
        'For the reference engine: without it, that one removes every attribute.',
      ),
      summary: optional(
        oneOf('silent'),
        'For the reference engine: adds no attributes about what was removed.',
      ),
    },
    {
      allowed_keys: allowed,
      ignored_keys: allowed,
      ignored_key_patterns: allowed,
      allowed_values: allowed,
      blocked_key_patterns: 'leave it out: keys are denied unless they are listed',
      blocked_values: detected,
      redact_all_types: 'leave it out: values of every type pass the fence',
      hash_function: hashed,
      hmac_key: hashed,
      url_sanitizer: scrubbed,
      db_sanitizer: scrubbed,
    },
  ),
})
