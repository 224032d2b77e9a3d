import { pgHba } from '../../../compliance/gather/pg-hba.ts'
import { file, live, named, service, tf, together, type Cases } from './cases.ts'

const bucket = (beside: string, lines = '') =>
  tf(`resource "aws_s3_bucket" "x" {\n bucket = "x"\n${lines}\n}\n${beside}`)
const noBucket = tf('resource "aws_s3_bucket" "x" {\n count = 0\n}')
const encryption = (algorithm: string) => `resource "aws_s3_bucket_server_side_encryption_configuration" "x" {
  bucket = aws_s3_bucket.x.id
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = ${algorithm}
    }
  }
}`
const restricted = 'tags = { DataClassification = "restricted" }'
const versioning = (status: string) =>
  `resource "aws_s3_bucket_versioning" "x" {\n bucket = aws_s3_bucket.x.id\n versioning_configuration {\n status = ${status}\n }\n}`
const database = (lines: string, beside = '') =>
  tf(`resource "aws_db_instance" "x" {\n${lines}\n}\n${beside}`)
const replica = (of: string) => `resource "aws_db_instance" "replica" {\n replicate_source_db = ${of}\n}`
const google = (lines: string) =>
  tf(`resource "google_sql_database_instance" "x" {\n settings {\n ip_configuration {\n${lines}\n }\n }\n}`)
const cloud = (lines: string) =>
  tf(`resource "google_sql_database_instance" "x" {\n settings {\n${lines}\n }\n}`)
const hba = (text: string) => file(pgHba, 'postgres/pg_hba.conf', text)
const noDatabase = database('count = 0')
const cache = (line: string) => tf(`resource "aws_elasticache_replication_group" "x" {\n ${line}\n}`)
const staging = 'provider "aws" {\n default_tags {\n tags = { Environment = "staging" }\n }\n}'
const server = (setting: object) => live('postgres', 'server', { setting })
const silent = live('postgres', 'server', 'does not answer: ECONNREFUSED')
const role = (attributes: object) =>
  live('postgres', 'role', {
    login: true,
    superuser: false,
    bypass_rls: false,
    create_role: false,
    owned_tables: 0,
    ...attributes,
  })
const rule = (attributes: object) =>
  live('postgres', 'hba_rule', { type: 'host', address: '10.0.0.0', netmask: '255.0.0.0', ...attributes })
const parameters = (lines: string) =>
  tf(`resource "aws_db_parameter_group" "x" {\n family = "postgres16"\n${lines}\n}`)
const parameter = (name: string, value: string) => `parameter {\n name = "${name}"\n value = ${value}\n}\n`
const auth = (value: string) =>
  service(`image: postgres:16.4\nenvironment:\n  POSTGRES_HOST_AUTH_METHOD: ${value}`)

const flag = (path: string, absent: 'pass' | 'fail'): Cases => ({
  pass: [database(`${path} = true`), database(`${path} = "true"`)],
  fail: [database(`${path} = false`), ...(absent === 'fail' ? [database('')] : [])],
  unknown: [database(`${path} = var.on`)],
  notApplicable: [noDatabase],
})

export const storage: Readonly<Record<string, Cases>> = {
  'DAT-03': {
    pass: [bucket(encryption('"aws:kms"'), restricted), bucket(''), bucket(encryption('"AES256"'))],
    fail: [bucket('', restricted), bucket(encryption('"AES256"'), restricted)],
    unknown: [
      bucket('', 'tags = var.tags'),
      bucket(
        'resource "aws_s3_bucket_server_side_encryption_configuration" "x" {\n bucket = aws_s3_bucket.x.id\n}',
        restricted,
      ),
      bucket(encryption('var.algorithm'), restricted),
    ],
    notApplicable: [noBucket],
  },
  'DAT-04': {
    pass: [bucket(versioning('"Enabled"')), bucket('', 'versioning {\n enabled = true\n}')],
    fail: [bucket(''), bucket(versioning('"Suspended"')), bucket('', 'versioning {\n enabled = false\n}')],
    unknown: [bucket(versioning('var.status'))],
    notApplicable: [noBucket],
  },
  'DAT-10': {
    pass: [
      cache('at_rest_encryption_enabled = true'),
      cache('at_rest_encryption_enabled = true\n replicas_per_node_group = 1'),
    ],
    fail: [cache(''), cache('at_rest_encryption_enabled = false')],
    unknown: [cache('at_rest_encryption_enabled = var.encrypted')],
    notApplicable: [cache('count = 0')],
  },
  'DBS-01': {
    pass: [database(''), database('publicly_accessible = false'), google('ipv4_enabled = false')],
    fail: [
      google('ipv4_enabled = true'),
      google(''),
      google('ipv4_enabled = false\n authorized_networks {\n value = "0.0.0.0/0"\n }'),
      google('ipv4_enabled = false\n authorized_networks {\n value = "0.0.0.0/1"\n }'),
      database('publicly_accessible = true'),
      tf('resource "aws_redshift_cluster" "x" {\n publicly_accessible = true\n}'),
      tf('resource "aws_redshiftserverless_workgroup" "x" {\n publicly_accessible = true\n}'),
      tf('resource "aws_rds_cluster_instance" "x" {\n publicly_accessible = true\n}'),
    ],
    unknown: [
      database('publicly_accessible = var.public'),
      tf('resource "aws_redshift_cluster" "x" {\n cluster_identifier = "x"\n}'),
      google('ipv4_enabled = var.public'),
    ],
    notApplicable: [noDatabase],
  },
  'DBS-02': {
    ...flag('storage_encrypted', 'fail'),
    pass: [
      database('storage_encrypted = "true"'),
      database('storage_encrypted = true', replica('aws_db_instance.x.identifier')),
      database('identifier = "x"\n storage_encrypted = true', replica('"x"')),
      tf('resource "aws_rds_cluster" "x" {\n engine_mode = "serverless"\n}'),
    ],
    fail: [
      database(''),
      database('storage_encrypted = false'),
      database('storage_encrypted = null'),
      database('storage_encrypted = false', replica('aws_db_instance.x.identifier')),
      tf('resource "aws_docdb_cluster" "x" {}'),
      tf('resource "aws_rds_cluster" "x" {\n engine_mode = "provisioned"\n}'),
      tf('resource "aws_rds_cluster" "x" {\n engine_mode = "serverless"\n storage_encrypted = false\n}'),
    ],
    unknown: [
      tf(replica('"campus"')),
      tf(replica('var.source')),
      database('snapshot_identifier = "snap-1"'),
      database('restore_to_point_in_time {\n source_db_instance_identifier = "x"\n}'),
      tf(
        'resource "aws_rds_cluster" "x" {\n engine_mode = "provisioned"\n snapshot_identifier = "snap-1"\n}',
      ),
      database('storage_encrypted = var.on'),
      tf('resource "aws_rds_cluster" "x" {\n engine_mode = var.mode\n}'),
    ],
  },
  'DBS-03': {
    ...flag('multi_az', 'fail'),
    pass: [database('multi_az = true'), cloud('availability_type = "REGIONAL"')],
    fail: [database('multi_az = false'), database(''), cloud('availability_type = "ZONAL"'), cloud('')],
    notApplicable: [
      cloud('user_labels = { tier = "basic" }'),
      database('', staging),
      database('replicate_source_db = "x"'),
      noDatabase,
    ],
  },
  'DBS-04': {
    ...flag('deletion_protection', 'fail'),
    pass: [database('deletion_protection = true'), cloud('')],
    fail: [
      database('deletion_protection = false'),
      database(''),
      tf('resource "google_sql_database_instance" "x" {\n deletion_protection = false\n}'),
    ],
  },
  'DBS-07': {
    pass: [server({ password_encryption: 'scram-sha-256' }), role({ password_method: 'scram-sha-256' })],
    fail: [server({ password_encryption: 'md5' }), role({ password_method: 'md5' })],
    unknown: [silent, role({}), live('postgres', 'role', 'permission denied')],
    notApplicable: [role({ password_method: 'none' })],
  },
  'DBS-08': {
    pass: [
      rule({ auth_method: 'scram-sha-256' }),
      auth('scram-sha-256'),
      service('image: postgres:16.4'),
      hba('local all all peer\nhostssl campus "the app" 10.0.0.0/16 scram-sha-256 # from the tasks\n'),
    ],
    fail: [
      rule({ auth_method: 'trust' }),
      rule({ auth_method: 'scram-sha-256', address: 'all', netmask: null }),
      rule({ auth_method: 'scram-sha-256', address: '0.0.0.0', netmask: '0.0.0.0' }),
      auth('trust'),
      hba('local all all trust\n'),
      hba('host all all 0.0.0.0/0 scram-sha-256\n'),
      hba('host all all ::/0 scram-sha-256\n'),
      hba('host all all 0.0.0.0 0.0.0.0 scram-sha-256\n'),
      hba('host all all all scram-sha-256\n'),
    ],
    unknown: [
      hba('include extra.conf\n'),
      hba('host all all {{ network }} scram-sha-256\n'),
      live('postgres', 'hba_rule', 'permission denied'),
      auth('${METHOD}'),
      service('image: postgres:16.4\nenv_file: .env'),
      service('image: postgres:16.4\ncommand: postgres -c hba_file=/etc/pg_hba.conf'),
      service('image: postgres:16.4\ncommand: ["postgres", "-c", "config_file=/etc/postgresql.conf"]'),
    ],
    notApplicable: [
      together(
        service('image: postgres:16.4\ncommand: postgres -c hba_file=/etc/pg_hba.conf'),
        hba('host all all 10.0.0.0/8 reject\n'),
      ),
      rule({ auth_method: 'reject' }),
      hba('# nothing\nhost all all 0.0.0.0/0 reject\n'),
    ],
  },
  'DBS-09': {
    pass: [role({}), role({ name: 'app' })],
    fail: [role({ superuser: true }), role({ bypass_rls: true }), role({ owned_tables: 3 })],
    unknown: [
      role({ superuser: null }),
      role({ owned_tables: null }),
      live('postgres', 'role', 'permission denied'),
      role({ superuser: undefined, owned_tables: null }),
    ],
    notApplicable: [role({ login: false, superuser: true }), named('postgres', role({ superuser: true }))],
  },
  'DBS-11': {
    pass: [
      server({ log_connections: 'on', log_disconnections: 'on' }),
      server({ log_connections: 'authentication', log_disconnections: 'on' }),
      parameters(parameter('log_connections', '"1"') + parameter('log_disconnections', '"1"')),
      cloud(
        'database_flags {\n name = "log_connections"\n value = "on"\n}\ndatabase_flags {\n name = "log_disconnections"\n value = "on"\n}',
      ),
    ],
    fail: [
      cloud(''),
      database('engine = "postgres"'),
      server({ log_connections: 'on', log_disconnections: 'off' }),
      parameters(parameter('log_connections', '"1"')),
    ],
    unknown: [
      server({ log_connections: 'on' }),
      silent,
      parameters(parameter('log_connections', 'var.on') + parameter('log_disconnections', '"1"')),
    ],
    notApplicable: [tf('resource "aws_db_parameter_group" "x" {\n count = 0\n family = "postgres16"\n}')],
  },
  'DBS-13': {
    pass: [
      server({ log_destination: 'stderr', log_line_prefix: '%m [%p] %u@%d %h ' }),
      server({ log_destination: 'jsonlog', log_line_prefix: '' }),
    ],
    fail: [
      server({ log_destination: 'stderr', log_line_prefix: '%m [%p] ' }),
      server({ log_destination: 'stderr', log_line_prefix: '' }),
    ],
    unknown: [silent],
    // A server always has a log.
    notApplicable: [],
  },
  'DBS-18': {
    pass: [
      server({ fsync: 'on', full_page_writes: 'on', data_checksums: 'on', synchronous_commit: 'on' }),
      server({ fsync: 'on', full_page_writes: 'on', data_checksums: 'on', synchronous_commit: 'local' }),
    ],
    fail: [
      server({ fsync: 'on', full_page_writes: 'on', data_checksums: 'on', synchronous_commit: 'off' }),
      server({ fsync: 'off', full_page_writes: 'on', data_checksums: 'on' }),
      server({ fsync: 'on', full_page_writes: 'on', data_checksums: 'off' }),
    ],
    unknown: [silent, server({ fsync: 'on', full_page_writes: 'on' })],
    // A server always writes.
    notApplicable: [],
  },
  'BDR-01': {
    pass: [
      cloud(
        'backup_configuration {\n enabled = true\n backup_retention_settings {\n retained_backups = 30\n }\n}',
      ),
      cloud(
        'user_labels = { tier = "enterprise" }\nbackup_configuration {\n enabled = true\n backup_retention_settings {\n retained_backups = 365\n }\n}',
      ),
      database('backup_retention_period = 30'),
      database('backup_retention_period = 14', staging),
    ],
    fail: [
      cloud(
        'backup_configuration {\n enabled = true\n backup_retention_settings {\n retained_backups = 7\n }\n}',
      ),
      cloud(
        'user_labels = { tier = "enterprise" }\nbackup_configuration {\n enabled = true\n backup_retention_settings {\n retained_backups = 90\n }\n}',
      ),
      cloud('backup_configuration {\n enabled = true\n}'),
      cloud(''),
      database('backup_retention_period = 7'),
      database(''),
      database('backup_retention_period = 7', staging),
    ],
    unknown: [
      database('backup_retention_period = var.days'),
      cloud(
        'backup_configuration {\n enabled = var.on\n backup_retention_settings {\n retained_backups = 30\n }\n}',
      ),
    ],
    notApplicable: [database('replicate_source_db = "x"')],
  },
}
