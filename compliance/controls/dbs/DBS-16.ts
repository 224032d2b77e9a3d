/** What a database is busy with can be seen, now and for last week. */
import type { Control } from '../control.ts'
import { judgeByTable, type Setting, type SettingTable } from '../read/setting.ts'
import { ofType } from '../read/terraform.ts'
import { isTrue, judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'performance_insights_enabled is true and monitoring_interval is above 0',
  'set performance_insights_enabled = true and monitoring_interval = 60 with a monitoring_role_arn',
)

const rows: readonly Setting[] = [
  { path: 'performance_insights_enabled', accepts: isTrue, absent: 'fail', to: true },
  // It needs a role, which no machine can choose.
  { path: 'monitoring_interval', accepts: (value) => Number(value) > 0, absent: 'fail' },
]
const settings: SettingTable = { aws_db_instance: rows, aws_rds_cluster_instance: rows }

const database = (lines: string) => ({
  file: 'main.tf',
  text: `resource "aws_db_instance" "main" {\n  engine = "postgres"\n${lines}}\n`,
})

export const control: Control = {
  id: 'DBS-16',
  page: {
    why: 'A database that is slow in registration week is slow for a reason that is gone an hour later, unless it was recorded.',
    good: [database('  performance_insights_enabled = true\n  monitoring_interval          = 60\n')],
    bad: [database('  performance_insights_enabled = true\n')],
  },
  sources: ['terraform'],
  applies: ofType(...Object.keys(settings)),
  check: (resource) => judgeByTable(judge, resource, settings),
}
