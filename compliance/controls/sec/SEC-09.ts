/** The first password of a database is made or managed by a machine, never written. */
import { attributeOf, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { ofType } from '../read/terraform.ts'
import { isTrue, judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'manage_master_user_password is true, or the password is taken from a secret',
  'remove the password, change it, and set manage_master_user_password = true',
)

export const control: Control = {
  id: 'SEC-09',
  sources: ['terraform'],
  page: {
    why: 'The first password of a database may do everything with every record, and written once it stays in code and state.',
    good: [
      {
        file: 'main.tf',
        text: 'resource "aws_db_instance" "main" {\n  manage_master_user_password = true\n}\n',
      },
    ],
    bad: [{ file: 'main.tf', text: 'resource "aws_db_instance" "main" {\n  password = "q8Xw-33k"\n}\n' }],
  },
  applies: ofType('aws_db_instance', 'aws_rds_cluster'),
  check: judgePassword,
}

function judgePassword(resource: Resource): Verdict {
  const managed = attributeOf(resource, 'manage_master_user_password')
  if (managed?.known === true && isTrue(managed.value)) return judge.pass('AWS manages the password', managed)
  const path = resource.type === 'aws_rds_cluster' ? 'master_password' : 'password'
  const password = attributeOf(resource, path)
  if (password?.known === true) {
    const mend = [{ remove: path }, { set: 'manage_master_user_password', to: true }]
    return { ...judge.fail(`${path} has a known value`, password), mend }
  }
  if (password !== undefined) {
    return /^(random_password|data\.aws_secretsmanager_secret_version|ephemeral\.)/.test(
      password.expression ?? '',
    )
      ? judge.pass(`${path} ${password.why}`, password)
      : judge.unknown(`${path} ${password.why}`, password)
  }
  if (attributeOf(resource, `${path}_wo`) !== undefined) return judge.pass(`${path} is write-only`)
  const isCopy = ['replicate_source_db', 'snapshot_identifier', 'replication_source_identifier'].some(
    (name) => attributeOf(resource, name) !== undefined,
  )
  if (isCopy) return judge.notApplicable('it takes the password of what it is made from')
  return judge.unknown(
    managed === undefined ? `${path} is not set` : `manage_master_user_password is not true`,
    managed,
  )
}
