/**
 * Resources nobody needs to look at by themselves. The list is closed: a type that is not in it, and that no control
 * reads, may be wrong in ways nobody looked for, and counts as not judged.
 */
import type { Resource } from '../evidence.ts'

/** They open no door, hold no records, run no code and give no rights; or a control reads them beside another one. */
const plainTypes: ReadonlySet<string> = new Set([
  'locals',
  'output',
  'provider',
  'moved',
  'import',
  'removed',
  'check',
  'variable',
  'tfvars',
  'terraform',
  'random_password',
  'random_id',
  // Settings of a bucket.
  'aws_s3_bucket_acl',
  'aws_s3_bucket_lifecycle_configuration',
  'aws_s3_bucket_logging',
  'aws_s3_bucket_object_lock_configuration',
  'aws_s3_bucket_ownership_controls',
  'aws_s3_bucket_public_access_block',
  'aws_s3_bucket_server_side_encryption_configuration',
  'aws_s3_bucket_versioning',
  'aws_s3_account_public_access_block',
  // Ways between things, and the fence in front of them.
  'aws_db_subnet_group',
  'aws_eip',
  'aws_elasticache_subnet_group',
  'aws_internet_gateway',
  'aws_lb_target_group',
  'aws_nat_gateway',
  'aws_route',
  'aws_route_table',
  'aws_route_table_association',
  'aws_vpc',
  'aws_vpc_endpoint',
  'aws_wafv2_web_acl',
  'aws_wafv2_web_acl_association',
  'aws_wafv2_web_acl_logging_configuration',
  // Watchers, names and sizes.
  'aws_acm_certificate',
  'aws_acm_certificate_validation',
  'aws_appautoscaling_policy',
  'aws_appautoscaling_target',
  'aws_cloudwatch_metric_alarm',
  'aws_ecs_cluster',
  'aws_flow_log',
  'aws_guardduty_detector',
  'aws_iam_instance_profile',
  'aws_kms_alias',
])

/** True for a resource whose absence from every control hides nothing; all but Terraform has closed types. */
export function isPlain({ kind, type }: Resource): boolean {
  return kind !== 'terraform' || type.startsWith('data.') || plainTypes.has(type)
}
