/** Whoever encrypts everything for ransom cannot touch the backups. */
import { attributeOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Mend, Verdict } from '../control.ts'
import { isFollowed } from '../read/backup.ts'
import { isBucket } from '../read/bucket.ts'
import { judgeLock, judgeRetention } from '../read/object-lock.ts'
import { mended } from '../read/mend.ts'
import { ofType } from '../read/terraform.ts'
import { judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'vaults are locked, and buckets of backups have Object Lock or a locked retention policy',
  'add aws_backup_vault_lock_configuration, or a default retention to the bucket',
)

const isVault = ofType('aws_backup_vault')
const isGoogle = ofType('google_storage_bucket')
const vault = 'resource "aws_backup_vault" "main" {\n  name = "campus"\n}\n'
const lock = (name: string, reference: string) =>
  `resource "aws_backup_vault_lock_configuration" "${name}" {\n  backup_vault_name  = ${reference}\n  min_retention_days = 7\n}\n`

export const control: Control = {
  id: 'BDR-07',
  page: {
    why: 'Attackers delete backups before they ask for money. Only a lock that no administrator can open leaves something to restore.',
    good: [{ file: 'main.tf', text: vault + lock('main', 'aws_backup_vault.main.name') }],
    bad: [{ file: 'main.tf', text: vault }],
  },
  sources: ['terraform'],
  applies: (resource) =>
    isVault(resource) ||
    isBucket(resource) ||
    isGoogle(resource) ||
    ofType('aws_backup_logically_air_gapped_vault')(resource),
  check: judgeCopies,
}

/** Words in names of buckets that hold backups. */
const words = /(^|[-_.])(backups?|dumps?|snapshots?|recovery|dr|pgbackrest|wal)([-_.]|\d*$)/i

function judgeCopies(resource: Resource, evidence: Evidence): Verdict {
  const whole = attributeOf(resource, '')
  if (whole?.known === false) return judge.unknown(whole.why)
  if (isVault(resource)) return judgeVault(resource, evidence)
  if (!isBucket(resource) && !isGoogle(resource)) return judge.pass('such a vault is always locked')
  const path = isGoogle(resource) ? 'name' : 'bucket'
  if (!words.test(textOf(knownValueOf(resource, path))) && !words.test(resource.name)) {
    return judge.notApplicable('its name does not say that it holds backups')
  }
  return isGoogle(resource) ? judgeRetention(judge, resource) : judgeLock(judge, resource, evidence)
}

function judgeVault(vault: Resource, evidence: Evidence): Verdict {
  const locked = isFollowed(vault, evidence, {
    type: 'aws_backup_vault_lock_configuration',
    path: 'backup_vault_name',
    name: 'name',
  })
  if (locked === 'yes') return judge.pass('it is locked')
  return locked === 'maybe'
    ? judge.unknown('a lock that is not known may be for it')
    : mended(judge.fail('nothing locks it'), ...lockFor(vault))
}

/** In governance mode, which people can still take back; one of several instances would need a key. */
function lockFor({ address, name }: Resource): Mend[] {
  return address === `aws_backup_vault.${name}` ? [{ after: lock(name, `${address}.name`) }] : []
}
