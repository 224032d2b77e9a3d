/** What caches keep on disk is encrypted. */
import { attributeOf, knownValueOf, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { judgeSettingOf } from '../read/setting.ts'
import { ofType } from '../read/terraform.ts'
import { isTrue, judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'at_rest_encryption_enabled is true',
  'set at_rest_encryption_enabled = true; an existing group is replaced by one restored from its snapshot',
)

const path = 'at_rest_encryption_enabled'
const cache = (line: string) => ({
  file: 'main.tf',
  text: `resource "aws_elasticache_replication_group" "sessions" {\n  replication_group_id = "sessions"\n  description          = "Sessions"\n${line}}\n`,
})

export const control: Control = {
  id: 'DAT-10',
  page: {
    why: 'A cache writes what it holds to disk: sessions and answers with personal data end up in snapshots and swap.',
    good: [cache('  at_rest_encryption_enabled = true\n')],
    bad: [cache('')],
  },
  sources: ['terraform'],
  applies: ofType('aws_elasticache_replication_group'),
  check: judgeCache,
}

/** Without the switch Redis is not encrypted, and Valkey is. */
function judgeCache(resource: Resource): Verdict {
  const engine = attributeOf(resource, 'engine')
  if (attributeOf(resource, path) === undefined && engine?.known === false) {
    return judge.unknown(`engine ${engine.why}, and its default decides`, engine)
  }
  const isValkey = knownValueOf(resource, 'engine') === 'valkey'
  // Without replacement nothing changes, and a cache holds nothing that is nowhere else.
  return judgeSettingOf(judge, resource, {
    path,
    accepts: isTrue,
    absent: isValkey ? 'pass' : 'fail',
    to: true,
  })
}
