/** Databases have no public address. */
import { attributeOf, childrenOf, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { givenAt } from '../read/given.ts'
import { isCloudSql } from '../read/google-sql.ts'
import { judgeSettingOf } from '../read/setting.ts'
import { ofType } from '../read/terraform.ts'
import { isWorld } from '../read/cidr.ts'
import { isFalse, judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'no public address is assigned, and no network of everybody is let in',
  'set publicly_accessible (on Google Cloud ipv4_enabled) to false and reach it from inside the network',
)

const database = (isPublic: boolean) => ({
  file: 'main.tf',
  text: `resource "aws_db_instance" "main" {\n  engine              = "postgres"\n  publicly_accessible = ${String(isPublic)}\n}\n`,
})

const isAws = ofType(
  'aws_db_instance',
  'aws_rds_cluster_instance',
  'aws_redshift_cluster',
  'aws_redshiftserverless_workgroup',
)

export const control: Control = {
  id: 'DBS-01',
  page: {
    why: 'A database with a public address is tried by machines all day; one weak password or one hole in it and all records are out.',
    good: [database(false)],
    bad: [database(true)],
  },
  sources: ['terraform'],
  applies: (resource) => isCloudSql(resource) || isAws(resource),
  check: (resource) => {
    if (isCloudSql(resource)) return judgeCloud(resource)
    const path = 'publicly_accessible'
    if (resource.type === 'aws_redshift_cluster' && givenAt(resource, path) === undefined)
      return judge.unknown(`${path} is not set, and its default depends on the version of the provider`)
    return judgeSettingOf(judge, resource, { path, accepts: isFalse, absent: 'pass', to: false })
  },
}

function judgeCloud(instance: Resource): readonly Verdict[] {
  if (attributeOf(instance, 'settings') === undefined) {
    return [judge.notApplicable('a copy takes the settings of what it is made from')]
  }
  const path = 'settings.0.ip_configuration.0'
  const networks = childrenOf(instance, `${path}.authorized_networks`).map((each) =>
    judgeSettingOf(judge, instance, {
      path: `${each}.value`,
      accepts: (value) => !isWorld(value),
      absent: 'not-applicable',
    }),
  )
  return [
    // Google Cloud assigns a public address unless it is told not to.
    judgeSettingOf(judge, instance, {
      path: `${path}.ipv4_enabled`,
      accepts: isFalse,
      absent: 'fail',
      to: false,
    }),
    ...networks,
  ]
}
