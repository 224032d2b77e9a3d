/** What is made for a tenant says so in a label. */
import { attributeOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { mended } from '../read/mend.ts'
import { madeForTenant, tenantTags } from '../read/tenants.ts'
import { ofType, tagOf } from '../read/terraform.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'a label or tag tenant_id names the tenant',
  'add labels = { tenant_id = … } (on AWS tags), or default_tags of a provider for the tenant',
)

/** Attribute that holds labels, by type; types that know none are not here. */
const holders: Readonly<Record<string, 'tags' | 'labels' | 'settings.0.user_labels'>> = {
  google_compute_instance: 'labels',
  google_compute_disk: 'labels',
  google_storage_bucket: 'labels',
  google_secret_manager_secret: 'labels',
  google_bigquery_dataset: 'labels',
  google_pubsub_topic: 'labels',
  google_redis_instance: 'labels',
  google_cloud_run_v2_service: 'labels',
  google_sql_database_instance: 'settings.0.user_labels',
  aws_instance: 'tags',
  aws_db_instance: 'tags',
  aws_rds_cluster: 'tags',
  aws_s3_bucket: 'tags',
  aws_kms_key: 'tags',
  aws_secretsmanager_secret: 'tags',
  aws_ecs_service: 'tags',
  aws_ecs_task_definition: 'tags',
  aws_lambda_function: 'tags',
  aws_dynamodb_table: 'tags',
  aws_efs_file_system: 'tags',
  aws_sqs_queue: 'tags',
  aws_vpc: 'tags',
  aws_subnet: 'tags',
  aws_security_group: 'tags',
  aws_backup_vault: 'tags',
}

const bucket = (labels: string) => `resource "google_storage_bucket" "tenant" {
  for_each = toset(["north", "south"])
  name     = "campus-\${each.key}"
  location = "US"
${labels}}
`

const isLabelled = ofType(...Object.keys(holders))

export const control: Control = {
  id: 'TEN-08',
  sources: ['terraform'],
  page: {
    why: 'Who owns a machine or a bucket decides what may be shown, billed, moved and destroyed. Without a label it is guessed from a name.',
    good: [{ file: 'main.tf', text: bucket('  labels   = { tenant_id = each.key }\n') }],
    bad: [{ file: 'main.tf', text: bucket('') }],
  },
  // What is made for no tenant is not looked at: it would seem to be judged.
  applies: (resource) =>
    isLabelled(resource) && (madeForTenant(resource) !== undefined || resource.attributes.has('')),
  check: judgeLabel,
}

function judgeLabel(resource: Resource, evidence: Evidence): Verdict {
  const tenant = madeForTenant(resource)
  if (tenant === undefined) return judge.unknown('nothing is known of it')
  const holder = holders[resource.type] ?? 'tags'
  const labelled = tagOf(resource, evidence, tenantTags)
  if (labelled !== undefined) return judge.pass(`it is ${labelled}’s`)
  for (const name of tenantTags) {
    const label = attributeOf(resource, `${holder}.${name}`)
    if (label?.known === true) return judge.pass(`${name} is written`, label)
    if (label?.known === false) return judge.unknown(`${name} ${label.why}`, label)
  }
  return mended(judge.fail(`no label names ${tenant}`), { set: `${holder}.tenant_id`, to: tenant })
}
