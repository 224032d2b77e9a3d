/** The storage of databases is encrypted. */
import type { Evidence, Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { copiedFrom, replicaSource } from '../read/copied-database.ts'
import { givenAt } from '../read/given.ts'
import { ofType } from '../read/terraform.ts'
import { isTrue, judgeBy, judgeValue } from '../verdict.ts'

const judge = judgeBy(
  'storage is encrypted',
  'set the attribute to true; an existing database is copied by way of an encrypted snapshot',
)

/** Attribute that turns encryption on, by type; a report never trusts a default that provider versions change. */
const switches: Readonly<Record<string, string>> = {
  aws_db_instance: 'storage_encrypted',
  aws_rds_cluster: 'storage_encrypted',
  aws_docdb_cluster: 'storage_encrypted',
  aws_neptune_cluster: 'storage_encrypted',
  aws_redshift_cluster: 'encrypted',
}

export const control: Control = {
  id: 'DBS-02',
  page: {
    why: 'Disks, snapshots and replicas of a database that is not encrypted can be read wherever they get to.',
    good: [
      {
        file: 'main.tf',
        text: 'resource "aws_db_instance" "main" {\n  engine = "postgres"\n  storage_encrypted = true\n}\n',
      },
    ],
    bad: [{ file: 'main.tf', text: 'resource "aws_db_instance" "main" {\n  engine = "postgres"\n}\n' }],
  },
  sources: ['terraform'],
  applies: ofType(...Object.keys(switches)),
  check: judgeStorage,
}

function judgeStorage(resource: Resource, evidence: Evidence): Verdict {
  // Only types of the table reach it.
  const path = switches[resource.type] ?? 'storage_encrypted'
  if (givenAt(resource, path) !== undefined)
    return judgeValue(judge, resource, { path, accepts: isTrue, absent: 'fail' })
  const from = copiedFrom(resource)
  if (from !== undefined) {
    const source = replicaSource(resource, evidence)
    // What is made from another one is encrypted as that is; a chain of copies is followed one step.
    return source === undefined || copiedFrom(source) !== undefined
      ? judge.unknown('it is encrypted as what it is made from, which is not part of the scan', from)
      : judgeStorage(source, evidence)
  }
  const mode = resource.type === 'aws_rds_cluster' ? givenAt(resource, 'engine_mode') : undefined
  if (mode?.known === false) return judge.unknown(`${path} is not set, and engine_mode ${mode.why}`, mode)
  // Clusters without servers of their own are encrypted by default, all others are not (aws_rds_cluster).
  return mode?.value === 'serverless'
    ? judge.pass(`${path} is not set; the default is right`)
    : judge.fail(`${path} is not set`)
}
