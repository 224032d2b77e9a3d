/**
 * Types that take tags and cost something, or belong to what does. Only those that other items look at too stand here:
 * a resource of which nobody but this control knows anything is not judged by its tags.
 */
const aws =
  'acm_certificate apigatewayv2_api backup_vault backup_plan cloudfront_distribution cloudtrail cloudwatch_log_group db_instance rds_cluster rds_cluster_instance ebs_volume ecr_repository ecs_cluster ecs_service ecs_task_definition efs_file_system eip elasticache_replication_group instance kms_key launch_template lb alb lb_target_group nat_gateway s3_bucket secretsmanager_secret sns_topic sqs_queue subnet vpc vpc_endpoint'
const google = 'compute_instance compute_instance_template storage_bucket'

export const taggable: ReadonlySet<string> = new Set([
  ...aws.split(' ').map((name) => `aws_${name}`),
  ...google.split(' ').map((name) => `google_${name}`),
])
