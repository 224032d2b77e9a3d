/** Backups of a tenant lie in a place of its own, under a key of its own. */
import { attributeOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { referredTo } from '../read/referred.ts'
import { hasTenants, tenantOf } from '../read/tenants.ts'
import { attachedTo, ofType } from '../read/terraform.ts'
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
  return [
    { ...judge.pass(`it is ${tenant}’s`), part: 'place' },
    { ...judgeEncryption(resource, evidence, tenant), part: 'key' },
  ]
}

/** A bucket of S3 names its key in itself, or in a resource beside it. */
function judgeEncryption(resource: Resource, evidence: Evidence, tenant: string): Verdict {
  const path = keyPaths[resource.type]
  if (path !== undefined) return judgeKey(resource, { evidence, path, tenant })
  const inside = `server_side_encryption_configuration.0.${ruleKey}`
  if (attributeOf(resource, inside) !== undefined)
    return judgeKey(resource, { evidence, path: inside, tenant })
  const { certain, possible } = attachedTo(resource, evidence, {
    type: 'aws_s3_bucket_server_side_encryption_configuration',
    path: 'bucket',
    name: 'bucket',
  })
  const [own] = certain
  if (own !== undefined) return judgeKey(own, { evidence, path: ruleKey, tenant })
  return possible[0] === undefined
    ? judge.fail('it has no key of its own')
    : judge.unknown(`${possible[0].address} may be for it`, possible[0].position)
}

const ruleKey = 'rule.0.apply_server_side_encryption_by_default.0.kms_master_key_id'

interface Held {
  readonly evidence: Evidence
  readonly path: string
  readonly tenant: string
}

function judgeKey(resource: Resource, { evidence, path, tenant }: Held): Verdict {
  const attribute = attributeOf(resource, path)
  if (attribute === undefined) return judge.fail('it has no key of its own')
  const key = referredTo(resource, path, evidence, { types: ['aws_kms_key', 'google_kms_crypto_key'] })
  if (key === undefined) return judge.unknown('whose its key is cannot be told', attribute)
  return tenantOf(key, evidence) === tenant
    ? judge.pass(`${key.address} is ${tenant}’s`, attribute)
    : judge.fail(`${key.address} is not ${tenant}’s`, attribute)
}
