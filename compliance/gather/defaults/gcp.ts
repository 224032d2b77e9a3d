/**
 * What the Google provider does with an attribute nobody wrote, as its documentation of each resource says it
 * (registry.terraform.io/providers/hashicorp/google, versions 4 to 7). Only what holds for all of them stands here: no
 * scan tells the versions of this provider apart.
 */
import type { ProviderDefault } from './aws.ts'

const is = (value: string | boolean): readonly ProviderDefault[] => [{ value }]

/** By type and path; the path of a nested block counts where the block is written. */
export const googleDefaults: Readonly<Record<string, Readonly<Record<string, readonly ProviderDefault[]>>>> =
  {
    google_compute_firewall: { disabled: is(false) },
    google_compute_instance: {
      can_ip_forward: is(false),
      deletion_protection: is(false),
      'shielded_instance_config.0.enable_integrity_monitoring': is(true),
      'shielded_instance_config.0.enable_secure_boot': is(false),
      'shielded_instance_config.0.enable_vtpm': is(true),
    },
    google_compute_ssl_policy: { min_tls_version: is('TLS_1_0'), profile: is('COMPATIBLE') },
    google_container_cluster: { enable_legacy_abac: is(false), enable_shielded_nodes: is(true) },
    google_dns_managed_zone: { visibility: is('public') },
    google_kms_crypto_key: { purpose: is('ENCRYPT_DECRYPT') },
    google_project: { auto_create_network: is(true) },
    google_redis_instance: {
      auth_enabled: is(false),
      tier: is('BASIC'),
      transit_encryption_mode: is('DISABLED'),
    },
    google_sql_database_instance: {
      deletion_protection: is(true),
      'settings.0.availability_type': is('ZONAL'),
      'settings.0.backup_configuration.0.enabled': is(false),
      'settings.0.ip_configuration.0.ipv4_enabled': is(true),
    },
    google_storage_bucket: { force_destroy: is(false), storage_class: is('STANDARD') },
  }
