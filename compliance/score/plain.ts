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
  'aws_s3_bucket_replication_configuration',
  // Settings of vaults and databases.
  'aws_backup_selection',
  'aws_backup_vault_lock_configuration',
  'aws_backup_vault_notifications',
  'aws_db_instance_automated_backups_replication',
  'aws_s3_bucket_intelligent_tiering_configuration',
  // What belongs to a secret, a group or a monitor of costs, and is read beside it.
  'aws_autoscaling_schedule',
  'aws_appautoscaling_scheduled_action',
  'aws_ce_anomaly_subscription',
  'aws_secretsmanager_secret_rotation',
  // Ways between things, and the fence in front of them.
  'aws_db_subnet_group',
  'aws_default_route_table',
  'aws_eip',
  'aws_elasticache_subnet_group',
  'aws_internet_gateway',
  'aws_lb_target_group',
  'aws_main_route_table_association',
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
  'aws_cloudwatch_log_metric_filter',
  'aws_cloudwatch_metric_alarm',
  'aws_config_configuration_recorder_status',
  'aws_config_delivery_channel',
  'aws_ecs_cluster',
  'aws_flow_log',
  'aws_guardduty_detector',
  'aws_iam_instance_profile',
  'aws_kms_alias',
  'aws_route53_hosted_zone_dnssec',
  'aws_route53_key_signing_key',
  'aws_route53_query_log',
  'google_compute_region_url_map',
  'google_compute_url_map',
  'aws_securityhub_standards_subscription',
])

/** True for a resource whose absence from every control hides nothing; all but Terraform has closed types. */
export function isPlain({ kind, type }: Resource): boolean {
  return kind !== 'terraform' || type.startsWith('data.') || plainTypes.has(type)
}
