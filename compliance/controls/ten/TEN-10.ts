/** Backups of a tenant lie in a place of its own, under a key of its own. */
import { attributeOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { referredTo } from '../read/referred.ts'
import { hasTenants, tenantOf } from '../read/tenants.ts'
import { ofType } from '../read/terraform.ts'
import { textOf } from '../text.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'a bucket or vault for backups belongs to one tenant and is encrypted with a key of that tenant',
  'make bucket or vault and key with the for_each of the tenants',
)

/** Attribute that names the key, by type. */
const keyPaths: Readonly<Record<string, string>> = {
  aws_backup_vault: 'kms_key_arn',
  google_storage_bucket: 'encryption.0.default_kms_key_name',
}

const vault = (shared: boolean) => {
  const each = shared ? '' : '  for_each    = toset(["north", "south"])\n'
  const [key, name] = shared
    ? ['tenant["north"]', '"backups"']
    : ['tenant[each.key]', '"backups-${each.key}"']
  return `resource "aws_kms_key" "tenant" {
  for_each            = toset(["north", "south"])
  enable_key_rotation = true
}

resource "aws_backup_vault" "tenant" {
${each}  name        = ${name}
  kms_key_arn = aws_kms_key.${key}.arn
}
`
}

export const control: Control = {
  id: 'TEN-10',
  sources: ['terraform'],
  page: {
    why: 'A backup of all schools in one place can be restored, lost or handed over only together, and nothing of one school can be destroyed in it.',
    good: [{ file: 'main.tf', text: vault(false) }],
    bad: [{ file: 'main.tf', text: vault(true) }],
  },
  applies: ofType('aws_backup_vault', 'google_storage_bucket', 'aws_s3_bucket'),
  check: judgePlace,
}

function judgePlace(resource: Resource, evidence: Evidence): Verdict | readonly Verdict[] {
  if (resource.attributes.has('')) return judge.unknown('nothing is known of it')
  if (!hasTenants(evidence, resource)) return judge.notApplicable('nothing here is a tenant’s')
  const names = [
    resource.address,
    textOf(knownValueOf(resource, 'name')),
    textOf(knownValueOf(resource, 'bucket')),
  ]
  if (resource.type !== 'aws_backup_vault' && !names.some((name) => /back-?ups?/i.test(name))) {
    return judge.notApplicable('it is no place for backups')
  }
  const tenant = tenantOf(resource, evidence)
  if (tenant === undefined) return judge.fail('backups of all tenants lie in it')
  const path = keyPaths[resource.type]
  return path === undefined
    ? judge.pass(`it is ${tenant}’s`)
    : [
        { ...judge.pass(`it is ${tenant}’s`), part: 'place' },
        { ...judgeKey(resource, evidence, path), part: 'key' },
      ]
}

function judgeKey(resource: Resource, evidence: Evidence, path: string): Verdict {
  const tenant = tenantOf(resource, evidence)
  const attribute = attributeOf(resource, path)
  if (attribute === undefined) return judge.fail('it has no key of its own')
  const key = referredTo(resource, path, evidence, { types: ['aws_kms_key', 'google_kms_crypto_key'] })
  if (key === undefined) return judge.unknown('whose its key is cannot be told', attribute)
  return tenantOf(key, evidence) === tenant
    ? judge.pass(`${key.address} is ${tenant ?? ''}’s`, attribute)
    : judge.fail(`${key.address} is not ${tenant ?? ''}’s`, attribute)
}
