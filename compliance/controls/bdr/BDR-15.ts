/** What holds records, and the door to everything, is not deleted by one wrong command. */
import { attributeOf, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { unlessReplica } from '../read/replica.ts'
import { judgeSettingOf } from '../read/setting.ts'
import { ofType } from '../read/terraform.ts'
import { isFalse, isTrue, judgeBy, worstOf } from '../verdict.ts'

const judge = judgeBy(
  'load balancers have deletion protection, stores have prevent_destroy, and buckets are not emptied to be deleted',
  'set enable_deletion_protection = true, add lifecycle { prevent_destroy = true }, take force_destroy away',
)

const isBalancer = ofType('aws_lb', 'aws_alb')
const isBucket = ofType('aws_s3_bucket', 'google_storage_bucket')
const stores = [
  'aws_db_instance',
  'aws_rds_cluster',
  'aws_dynamodb_table',
  'aws_efs_file_system',
  'google_sql_database_instance',
  'google_kms_crypto_key',
]

const balancer = (isProtected: boolean) => ({
  file: 'main.tf',
  text: `resource "aws_lb" "main" {\n  name                       = "campus"\n  enable_deletion_protection = ${String(isProtected)}\n}\n`,
})

export const control: Control = {
  id: 'BDR-15',
  page: {
    why: 'A renamed resource is deleted and made again. For a database that is the end of its data, in one apply on a Friday.',
    good: [balancer(true)],
    bad: [balancer(false)],
  },
  sources: ['terraform'],
  applies: (resource) => isBalancer(resource) || isBucket(resource) || ofType(...stores)(resource),
  check: (resource) => {
    if (isBalancer(resource)) return judgeBalancer(resource)
    return isBucket(resource)
      ? judgeBucket(resource)
      : unlessReplica(judge, resource, () => judgeStore(resource))
  },
}

function judgeBalancer(balancer: Resource): Verdict {
  const path = 'enable_deletion_protection'
  return judgeSettingOf(judge, balancer, { path, accepts: isTrue, absent: 'fail', to: true })
}

function isKept(resource: Resource): Verdict {
  const path = 'lifecycle.0.prevent_destroy'
  // A plan, and only a plan, tells ids; it does not tell what Terraform is to do with a resource.
  if (attributeOf(resource, 'id') !== undefined && attributeOf(resource, path) === undefined) {
    return judge.unknown('a plan does not tell of prevent_destroy')
  }
  return judgeSettingOf(judge, resource, { path, accepts: isTrue, absent: 'fail', to: true })
}

/** That a database refuses to be deleted is DBS-04. A table can be protected by itself too. */
function judgeStore(store: Resource): Verdict {
  const kept = isKept(store)
  if (store.type !== 'aws_dynamodb_table' || kept.status === 'pass') return kept
  const path = 'deletion_protection_enabled'
  const own = judgeSettingOf(judge, store, { path, accepts: isTrue, absent: 'fail', to: true })
  return own.status === 'fail' && kept.status === 'unknown' ? kept : own
}

/** A bucket with objects in it is not deleted, unless it is told to empty itself. */
function judgeBucket(bucket: Resource): Verdict {
  const path = 'force_destroy'
  const full = judgeSettingOf(judge, bucket, { path, accepts: isFalse, absent: 'pass', to: false })
  return full.status === 'pass'
    ? full
    : worstOf(
        [isKept(bucket)].filter(({ status }) => status === 'pass'),
        full,
      )
}
