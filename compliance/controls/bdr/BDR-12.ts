/** A cache outlives the machine, and the zone, of its primary. */
import type { Control } from '../control.ts'
import { judgeByTable, type SettingTable } from '../read/setting.ts'
import { ofType } from '../read/terraform.ts'
import { isTrue, judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'automatic failover and Multi-AZ are on and snapshots are kept; on Google Cloud the tier is STANDARD_HA',
  'set automatic_failover_enabled, multi_az_enabled and snapshot_retention_limit (with num_cache_clusters of 2 or more)',
)

const settings: SettingTable = {
  aws_elasticache_replication_group: [
    { path: 'automatic_failover_enabled', accepts: isTrue, absent: 'fail', to: true },
    { path: 'multi_az_enabled', accepts: isTrue, absent: 'fail', to: true },
    { path: 'snapshot_retention_limit', accepts: (value) => Number(value) > 0, absent: 'fail', to: 7 },
  ],
  // Changing the tier makes a new instance: no machine writes that.
  google_redis_instance: [{ path: 'tier', accepts: (value) => value === 'STANDARD_HA', absent: 'fail' }],
}

const cache = (lines: string) => ({
  file: 'main.tf',
  text: `resource "aws_elasticache_replication_group" "sessions" {\n  replication_group_id = "sessions"\n  description          = "Sessions"\n${lines}}\n`,
})

export const control: Control = {
  id: 'BDR-12',
  page: {
    why: 'Sessions live in the cache: when it goes, everybody is logged out, and the database takes the whole load at once.',
    good: [
      cache(
        '  automatic_failover_enabled = true\n  multi_az_enabled           = true\n  snapshot_retention_limit   = 7\n',
      ),
    ],
    bad: [cache('  automatic_failover_enabled = true\n')],
  },
  sources: ['terraform'],
  applies: ofType(...Object.keys(settings)),
  check: (resource) => judgeByTable(judge, resource, settings),
}
