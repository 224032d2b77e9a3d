/** The account of a tenant has rights on what is its own, not on the whole project. */
import { attributeOf, childrenOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { inRoot } from '../read/neighbours.ts'
import { hasTenants, referredBy, tenantOf } from '../read/tenants.ts'
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

const account = `resource "google_service_account" "tenant" {
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
        text: `${account}
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
        text: `${account}
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
  if (isNarrow(resource)) return judge.pass('it is a right on one thing', role)
  if (!reaching.test(textOf(role.value)))
    return judge.notApplicable(`${textOf(role.value)} reaches no records`)
  const condition = attributeOf(resource, 'condition')
  if (condition !== undefined) return judge.pass('a condition limits it', condition)
  const tenant = tenantOf(resource, evidence) ?? memberTenant(resource, evidence)
  return tenant === undefined
    ? judge.notApplicable('it is given to no account of a tenant')
    : judge.fail(`${textOf(role.value)} on the whole project for ${tenant}`, role)
}

function memberTenant(resource: Resource, evidence: Evidence): string | undefined {
  const accounts = inRoot(evidence, resource, 'google_service_account')
  const paths = ['member', ...childrenOf(resource, 'members')]
  const found = paths.map((path) => referredBy(resource, path, accounts)).find((each) => each !== undefined)
  return found === undefined ? undefined : tenantOf(found, evidence)
}
