/** Copies are as well encrypted as what they are copies of. */
import { attributeOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { inRoot, inRootAt, oncePerRoot } from '../read/neighbours.ts'
import { addressOf, ofType } from '../read/terraform.ts'
import { isTrue, judgeBy, judgeValue } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'vaults have a key of their own, and snapshots are made of encrypted databases',
  'set kms_key_arn of the vault; take snapshots of databases with storage_encrypted = true',
)

const vault = (line: string) => ({
  file: 'main.tf',
  text: `resource "aws_backup_vault" "main" {\n  name = "campus"\n${line}}\n`,
})

/** Snapshots, with the attribute that says of what, and the type it refers to. */
const snapshots: Readonly<Record<string, readonly [path: string, type: string]>> = {
  aws_db_snapshot: ['db_instance_identifier', 'aws_db_instance'],
  aws_db_cluster_snapshot: ['db_cluster_identifier', 'aws_rds_cluster'],
}

export const control: Control = {
  id: 'BDR-06',
  page: {
    why: 'Backups hold everything the database holds, and are looked after by nobody. With a key of its own a vault can be closed.',
    good: [vault('  kms_key_arn = "arn:aws:kms:us-east-1:111122223333:key/0f1e2d3c"\n')],
    bad: [vault('')],
  },
  sources: ['terraform'],
  applies: ofType('aws_backup_vault', 'aws_ebs_snapshot_copy', ...Object.keys(snapshots)),
  check: (resource, evidence) => {
    if (resource.type === 'aws_backup_vault') return judgeVault(resource)
    if (resource.type === 'aws_ebs_snapshot_copy') {
      return judgeValue(judge, resource, { path: 'encrypted', accepts: isTrue, absent: 'fail' })
    }
    return judgeSnapshot(resource, evidence)
  },
}

function judgeVault(vault: Resource): Verdict {
  const key = attributeOf(vault, 'kms_key_arn')
  // A reference to a key is not known before it is made, and is one all the same.
  if (key?.known === false && key.identity?.includes('aws_kms_') === true)
    return judge.pass('it has a key', key)
  return judgeValue(judge, vault, { path: 'kms_key_arn', accepts: (value) => value !== '', absent: 'fail' })
}

const databasesByName = oncePerRoot(
  (of, evidence) =>
    new Map(
      Object.entries({ aws_db_instance: 'identifier', aws_rds_cluster: 'cluster_identifier' }).flatMap(
        ([type, name]) =>
          inRoot(evidence, of, type).map(
            (each) => [`${type} ${textOf(knownValueOf(each, name))}`, each] as const,
          ),
      ),
    ),
)

function judgeSnapshot(snapshot: Resource, evidence: Evidence): Verdict {
  const [path, type] = snapshots[snapshot.type] ?? ['', '']
  const source = attributeOf(snapshot, path)
  const named =
    source?.known === true
      ? databasesByName(snapshot, evidence).get(`${type} ${textOf(source.value)}`)
      : undefined
  const address = source === undefined ? undefined : addressOf(source)
  const database = inRootAt(evidence, snapshot, address) ?? named
  if (database === undefined) return judge.unknown(`of what it is a snapshot is not known`, source)
  return judgeValue(judge, database, { path: 'storage_encrypted', accepts: isTrue, absent: 'fail' })
}
