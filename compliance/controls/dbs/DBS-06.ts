/** People and services can log in to the database without a password that somebody has to keep. */
import { knownValueOf, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { flagOf, isCloudPostgres, isCloudSql, setFlag } from '../read/google-sql.ts'
import { isOn } from '../read/parameters.ts'
import { mended } from '../read/mend.ts'
import { judgeSettingOf } from '../read/setting.ts'
import { ofType } from '../read/terraform.ts'
import { isTrue, judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'authentication by IAM is on',
  'set iam_database_authentication_enabled = true, or the flag cloudsql.iam_authentication to on',
)

const database = (line: string) => ({
  file: 'main.tf',
  text: `resource "aws_db_instance" "main" {\n  engine = "postgres"\n${line}}\n`,
})

export const control: Control = {
  id: 'DBS-06',
  page: {
    why: 'Passwords of people who left stay known. With IAM the right to log in ends with the account, and a token with the hour.',
    good: [database('  iam_database_authentication_enabled = true\n')],
    bad: [database('')],
  },
  sources: ['terraform'],
  applies: (resource) => isCloudSql(resource) || ofType('aws_db_instance', 'aws_rds_cluster')(resource),
  check: (resource) => (isCloudSql(resource) ? judgeCloud(resource) : judgeManaged(resource)),
}

function judgeManaged(database: Resource): Verdict {
  const engine = textOf(knownValueOf(database, 'engine'))
  if (/^(oracle|sqlserver|db2|custom|docdb|neptune)/.test(engine)) {
    return judge.notApplicable(`${engine} cannot authenticate by IAM`)
  }
  const path = 'iam_database_authentication_enabled'
  return judgeSettingOf(judge, database, { path, accepts: isTrue, absent: 'fail', to: true })
}

function judgeCloud(instance: Resource): Verdict {
  const version = textOf(knownValueOf(instance, 'database_version'))
  if (version.startsWith('SQLSERVER')) return judge.notApplicable('SQL Server cannot authenticate by IAM')
  const isMysql = version.startsWith('MYSQL')
  if (!isMysql && !isCloudPostgres(instance)) {
    return judge.notApplicable('a copy takes the settings of what it is made from')
  }
  const name = isMysql ? 'cloudsql_iam_authentication' : 'cloudsql.iam_authentication'
  const flag = flagOf(instance, name)
  const mend = setFlag(instance, name, 'on')
  if (flag === undefined) return mended(judge.fail(`${name} is not set`), ...mend)
  if (!flag.known) return judge.unknown(`${name} ${flag.why}`, flag)
  const found = `${name} is ${textOf(flag.value)}`
  return isOn(flag) ? judge.pass(found, flag) : mended(judge.fail(found, flag), ...mend)
}
