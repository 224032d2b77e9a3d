/** The first password of a database is made or managed by a machine, never written. */
import type { Attribute, Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { isCopy } from '../read/copied-database.ts'
import { givenAt } from '../read/given.ts'
import { mended } from '../read/mend.ts'
import { isManaged } from '../read/written-secrets.ts'
import { ofType } from '../read/terraform.ts'
import { isTrue, judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'manage_master_user_password is true, or the password is taken from a secret',
  'remove the password, change it, and set manage_master_user_password = true',
)

/** Attribute that holds the first password, and the switch by which the cloud makes it, by type. */
const passwords: Readonly<Record<string, { readonly path: string; readonly managed?: string }>> = {
  aws_db_instance: { path: 'password', managed: 'manage_master_user_password' },
  aws_rds_cluster: { path: 'master_password', managed: 'manage_master_user_password' },
  aws_docdb_cluster: { path: 'master_password', managed: 'manage_master_user_password' },
  aws_redshift_cluster: { path: 'master_password', managed: 'manage_master_password' },
  google_sql_database_instance: { path: 'root_password' },
}

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
  applies: ofType(...Object.keys(passwords)),
  check: judgePassword,
}

function judgePassword(resource: Resource): Verdict {
  // Only types of the table reach it.
  const { path, managed: byCloud } = passwords[resource.type] ?? { path: 'password' }
  const managed = byCloud === undefined ? undefined : givenAt(resource, byCloud)
  if (managed?.known === true && isTrue(managed.value)) return judge.pass('AWS manages the password', managed)
  const password = givenAt(resource, path)
  if (password !== undefined) return judgeGiven(password, path, byCloud)
  if (givenAt(resource, `${path}_wo`) !== undefined) return judge.pass(`${path} is write-only`)
  const copy = isCopy(resource)
  if (copy === 'yes') return judge.notApplicable('it takes the password of what it is made from')
  if (copy === 'maybe') return judge.unknown('whether it is made from another one is not known')
  if (byCloud === undefined) return judge.notApplicable(`${path} is not set`)
  return judge.unknown(managed === undefined ? `${path} is not set` : `${byCloud} is not true`, managed)
}

function judgeGiven(password: Attribute, path: string, byCloud: string | undefined): Verdict {
  if (password.known) {
    const failed = judge.fail(`${path} has a known value`, password)
    return byCloud === undefined ? failed : mended(failed, { remove: path }, { set: byCloud, to: true })
  }
  return isManaged(password.expression)
    ? judge.pass(`${path} ${password.why}`, password)
    : judge.unknown(`${path} ${password.why}`, password)
}
