/** The account of a tenant has rights on what is its own, not on the whole project. */
import { attributeOf, childrenOf, type Attribute, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { givenAt } from '../read/given.ts'
import { inRootAt } from '../read/neighbours.ts'
import { referredTo } from '../read/referred.ts'
import { hasTenants, tenantNamedIn, tenantOf } from '../read/tenants.ts'
import { ofType } from '../read/terraform.ts'
import { textOf } from '../text.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'rights on storage, secrets and databases are given on one bucket, secret or database, or under a condition',
  'use google_storage_bucket_iam_member, google_secret_manager_secret_iam_member, or a condition on resource.name',
)

const isWide = ofType('google_project_iam_member', 'google_project_iam_binding')
const isNarrow = ofType(
  'google_storage_bucket_iam_member',
  'google_storage_bucket_iam_binding',
  'google_secret_manager_secret_iam_member',
  'google_secret_manager_secret_iam_binding',
)
/** Roles that reach records, or everything. */
const reaching =
  /^roles\/(?:storage\.|secretmanager\.|cloudsql\.|datastore\.|bigquery\.|owner$|editor$|viewer$)/

const accounts = `resource "google_service_account" "tenant" {
  for_each   = toset(["north", "south"])
  account_id = "app-\${each.key}"
}
`

export const control: Control = {
  id: 'TEN-09',
  sources: ['terraform'],
  page: {
    why: 'A right on the project is a right on the buckets and secrets of every tenant in it: the account of one school then reads those of all.',
    good: [
      {
        file: 'main.tf',
        text: `${accounts}
resource "google_storage_bucket_iam_member" "tenant" {
  for_each = google_service_account.tenant
  bucket   = "campus-\${each.key}"
  role     = "roles/storage.objectUser"
  member   = "serviceAccount:\${each.value.email}"
}
`,
      },
    ],
    bad: [
      {
        file: 'main.tf',
        text: `${accounts}
resource "google_project_iam_member" "tenant" {
  for_each = google_service_account.tenant
  project  = "campus"
  role     = "roles/storage.objectUser"
  member   = "serviceAccount:\${each.value.email}"
}
`,
      },
    ],
  },
  applies: (resource) => isWide(resource) || isNarrow(resource),
  check: judgeGrant,
}

function judgeGrant(resource: Resource, evidence: Evidence): Verdict {
  if (!hasTenants(evidence, resource)) {
    return resource.attributes.has('')
      ? judge.unknown('nothing is known of it')
      : judge.notApplicable('nothing here is a tenant’s')
  }
  const role = attributeOf(resource, 'role')
  if (role?.known !== true) return judge.unknown(`role ${role?.why ?? 'is not written'}`, role)
  if (isNarrow(resource)) return judgeNarrow(resource, evidence, role)
  if (!reaching.test(textOf(role.value)))
    return judge.notApplicable(`${textOf(role.value)} reaches no records`)
  const limit = judgeCondition(resource)
  if (limit !== undefined) return limit
  const tenant = tenantOf(resource, evidence) ?? memberTenants(resource, evidence)[0]
  return tenant === undefined
    ? judge.notApplicable('it is given to no account of a tenant')
    : judge.fail(`${textOf(role.value)} on the whole project for ${tenant}`, role)
}

/** A right on one thing is one of the tenant whose the thing is. */
function judgeNarrow(resource: Resource, evidence: Evidence, role: Attribute): Verdict {
  const thing =
    referredTo(resource, 'bucket', evidence, { types: ['google_storage_bucket'], name: 'name' }) ??
    referredTo(resource, 'secret_id', evidence, {
      types: ['google_secret_manager_secret'],
      name: 'secret_id',
    })
  const owner = thing === undefined ? undefined : tenantOf(thing, evidence)
  const stranger = memberTenants(resource, evidence).find((each) => each !== owner)
  return owner !== undefined && stranger !== undefined
    ? judge.fail(`${stranger} is given ${thing?.address ?? ''} of ${owner}`, role)
    : judge.pass('it is a right on one thing', role)
}

/** Undefined where nothing limits what the right reaches: a condition on the time alone does not. */
function judgeCondition(resource: Resource): Verdict | undefined {
  const condition = givenAt(resource, 'condition')
  if (condition === undefined) return undefined
  const expression = attributeOf(resource, 'condition.0.expression')
  const text = expression?.known === true ? textOf(expression.value) : (expression?.expression ?? '')
  if (/\bresource\.name\b/.test(text)) return judge.pass('a condition names what it reaches', expression)
  return expression?.known === true && !/\bresource\./.test(text)
    ? undefined
    : judge.unknown('what its condition leaves is not known', expression ?? condition)
}

const account = /(?:module\.[^.\s]+\.)*google_service_account\.[\w-]+(?:\[(?:\d+|"(?:[^"\\]|\\.)*")\])?/

/** Tenants whose accounts are members: told by the account that is made here, or by its name. */
function memberTenants(resource: Resource, evidence: Evidence): readonly string[] {
  const paths = ['member', ...childrenOf(resource, 'members')]
  return paths.flatMap((path) => {
    const member = attributeOf(resource, path)
    if (member?.known === true) return tenantNamedIn(textOf(member.value), resource, evidence) ?? []
    const address = account.exec(member?.identity ?? member?.expression ?? '')?.[0]
    const made = inRootAt(evidence, resource, address)
    return (made === undefined ? undefined : tenantOf(made, evidence)) ?? []
  })
}
