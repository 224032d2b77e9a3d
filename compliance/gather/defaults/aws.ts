/**
 * What the AWS provider does with an attribute nobody wrote, as its documentation of each resource says it
 * (registry.terraform.io/providers/hashicorp/aws, versions 3 to 6). Only what the provider itself decides stands here:
 * what depends on the account, the region or another attribute is not known.
 */
import type { Json } from '../../evidence.ts'

export interface ProviderDefault {
  readonly value: Json
  /** First and last major version of the provider it holds for; every one when absent. */
  readonly from?: number
  readonly until?: number
  /** Where one of these is written, the value comes from elsewhere. */
  readonly unless?: readonly string[]
}

type Defaults = Readonly<Record<string, readonly ProviderDefault[]>>

const off: readonly ProviderDefault[] = [{ value: false }]
const on: readonly ProviderDefault[] = [{ value: true }]
const none: readonly ProviderDefault[] = [{ value: 0 }]

/** By type and path; the path of a nested block counts where the block is written. */
export const awsDefaults: Readonly<Record<string, Defaults>> = {
  aws_cloudtrail: {
    enable_log_file_validation: off,
    enable_logging: on,
    include_global_service_events: on,
    is_multi_region_trail: off,
  },
  aws_db_instance: {
    auto_minor_version_upgrade: on,
    backup_retention_period: [{ value: 0, unless: ['restore_to_point_in_time', 'snapshot_identifier'] }],
    deletion_protection: off,
    iam_database_authentication_enabled: off,
    monitoring_interval: none,
    multi_az: off,
    performance_insights_enabled: off,
    publicly_accessible: off,
    // A copy is encrypted as what it is a copy of.
    storage_encrypted: [
      {
        value: false,
        unless: ['replicate_source_db', 'snapshot_identifier', 'restore_to_point_in_time', 's3_import'],
      },
    ],
  },
  aws_rds_cluster: {
    backup_retention_period: [{ value: 1 }],
    deletion_protection: off,
    // Required since version 5.
    engine: [{ value: 'aurora', until: 4 }],
  },
  aws_rds_cluster_instance: {
    auto_minor_version_upgrade: on,
    monitoring_interval: none,
    publicly_accessible: off,
  },
  aws_dynamodb_table: { deletion_protection_enabled: [{ value: false, from: 4 }] },
  aws_ecs_service: { scheduling_strategy: [{ value: 'REPLICA' }] },
  aws_efs_file_system: { encrypted: off },
  aws_elasticache_replication_group: {
    automatic_failover_enabled: off,
    multi_az_enabled: off,
    snapshot_retention_limit: none,
  },
  aws_ecr_repository: { image_tag_mutability: [{ value: 'MUTABLE' }] },
  aws_eks_cluster: {
    'vpc_config.0.endpoint_private_access': off,
    'vpc_config.0.endpoint_public_access': on,
  },
  aws_kms_key: { enable_key_rotation: off, is_enabled: on },
  aws_lb: {
    drop_invalid_header_fields: off,
    enable_deletion_protection: off,
    load_balancer_type: [{ value: 'application' }],
  },
  aws_redshift_cluster: {
    // Version 6 turned both round.
    encrypted: [
      { value: false, until: 5 },
      { value: true, from: 6 },
    ],
    publicly_accessible: [
      { value: true, until: 5 },
      { value: false, from: 6 },
    ],
  },
  // Since version 4 the list of a bucket's grants is a resource of its own, and none is set here.
  aws_s3_bucket: { acl: [{ value: 'private', until: 3 }], force_destroy: off },
  aws_s3_bucket_public_access_block: {
    block_public_acls: off,
    block_public_policy: off,
    ignore_public_acls: off,
    restrict_public_buckets: off,
  },
}
