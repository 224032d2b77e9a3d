/** A database cannot be deleted by one command. */
import type { Control } from '../control.ts'
import { judgeByTable, type Setting, type SettingTable } from '../read/setting.ts'
import { ofType } from '../read/terraform.ts'
import { isTrue, judgeBy } from '../verdict.ts'

const judge = judgeBy('deletion_protection is true', 'set deletion_protection = true')

const own: Setting = { path: 'deletion_protection', accepts: isTrue, absent: 'fail', to: true }
const settings: SettingTable = {
  aws_db_instance: [own],
  aws_rds_cluster: [own],
  // Terraform refuses to delete it unless it is told that it may.
  google_sql_database_instance: [{ ...own, absent: 'pass' }],
}

const database = (line: string) => ({
  file: 'main.tf',
  text: `resource "aws_db_instance" "main" {\n  engine = "postgres"\n${line}}\n`,
})

export const control: Control = {
  id: 'DBS-04',
  page: {
    why: 'One command in the wrong window deletes a database together with its automated backups.',
    good: [database('  deletion_protection = true\n')],
    bad: [database('')],
  },
  sources: ['terraform'],
  applies: ofType(...Object.keys(settings)),
  check: (resource) => judgeByTable(judge, resource, settings),
}
