/** What caches keep on disk is encrypted. */
import type { Control } from '../control.ts'
import { ofType } from '../read/terraform.ts'
import { isTrue, judgeBy, judgeValue } from '../verdict.ts'

const judge = judgeBy(
  'at_rest_encryption_enabled is true',
  'set at_rest_encryption_enabled = true; an existing group is replaced by one restored from its snapshot',
)

export const control: Control = {
  id: 'DAT-10',
  sources: ['terraform'],
  applies: ofType('aws_elasticache_replication_group'),
  check: (resource) =>
    judgeValue(judge, resource, { path: 'at_rest_encryption_enabled', accepts: isTrue, absent: 'fail' }),
}
