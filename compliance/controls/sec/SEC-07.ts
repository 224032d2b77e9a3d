/** Keys of the key service are turned over every year. */
import { knownValueOf } from '../../evidence.ts'
import { attributeControl } from '../attribute-control.ts'
import { isTrue } from '../verdict.ts'

export const control = attributeControl({
  id: 'SEC-07',
  types: ['aws_kms_key'],
  path: 'enable_key_rotation',
  accepts: isTrue,
  absent: 'fail',
  expected: 'enable_key_rotation is true',
  fix: 'set enable_key_rotation = true',
  exempt: (resource) => {
    const usage = knownValueOf(resource, 'key_usage')
    const spec =
      knownValueOf(resource, 'customer_master_key_spec') ??
      knownValueOf(resource, 'key_spec') ??
      'SYMMETRIC_DEFAULT'
    return (usage === undefined || usage === 'ENCRYPT_DECRYPT') && spec === 'SYMMETRIC_DEFAULT'
      ? undefined
      : 'only symmetric keys for encryption can be turned over'
  },
})
