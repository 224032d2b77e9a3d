import { live, named, service, tf, together, type Cases } from './cases.ts'

const bucket = (beside: string, lines = '') =>
  tf(`resource "aws_s3_bucket" "x" {\n bucket = "x"\n${lines}\n}\n${beside}`)
const block = (flag: string, of = 'aws_s3_bucket.x.id') => `resource "aws_s3_bucket_public_access_block" "x" {
  bucket = ${of}
  block_public_acls = true
  block_public_policy = ${flag}
  ignore_public_acls = true
  restrict_public_buckets = true
}`
const noBucket = tf('resource "aws_s3_bucket" "x" {\n count = 0\n}')
const bucketPolicy = (statement: string) =>
  tf(
    `resource "aws_s3_bucket_policy" "x" {\n bucket = "x"\n policy = jsonencode({ Statement = [${statement}] })\n}`,
  )
const acl = (value: string) => tf(`resource "aws_s3_bucket_acl" "x" {\n acl = ${value}\n}`)
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
const google = (lines: string) =>
  tf(`resource "google_sql_database_instance" "x" {\n settings {\n ip_configuration {\n${lines}\n }\n }\n}`)
const noDatabase = database('count = 0')
const cache = (line: string) => tf(`resource "aws_elasticache_replication_group" "x" {\n ${line}\n}`)
const staging = 'provider "aws" {\n default_tags {\n tags = { Environment = "staging" }\n }\n}'
const trail = (lines: string) => tf(`resource "aws_cloudtrail" "x" {\n${lines}\n}`)
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
const table = (attributes: object) => live('postgres', 'table', { ...attributes })
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
  'DAT-01': {
    pass: [
      bucket(block('true')),
      bucket(block('true', '"x"')),
      bucket(
        'resource "aws_s3_account_public_access_block" "x" {\n block_public_acls = true\n block_public_policy = true\n ignore_public_acls = true\n restrict_public_buckets = true\n}',
      ),
    ],
    fail: [bucket(''), bucket(block('false')), bucket(block('true', 'aws_s3_bucket.other.id'))],
    unknown: [bucket(block('var.block')), bucket(block('true', 'var.bucket'))],
    notApplicable: [noBucket],
  },
  'DAT-02': {
    pass: [
      bucketPolicy(
        '{ Effect = "Allow", Principal = { AWS = "arn:aws:iam::111122223333:role/app" }, Action = "s3:GetObject" }',
      ),
      bucketPolicy('{ Effect = "Deny", Principal = "*", Action = "s3:*" }'),
      acl('"private"'),
    ],
    fail: [
      bucketPolicy('{ Effect = "Allow", Principal = "*", Action = "s3:GetObject" }'),
      bucketPolicy('{ Effect = "Allow", Principal = { AWS = ["*"] }, Action = "s3:GetObject" }'),
      acl('"public-read"'),
      tf('resource "google_storage_bucket_iam_member" "x" {\n member = "allUsers"\n}'),
    ],
    unknown: [
      bucketPolicy(''),
      bucketPolicy('{ Effect = "Allow", Principal = { AWS = var.who }, Action = "s3:GetObject" }'),
      bucketPolicy('{ Effect = var.effect, Principal = "*", Action = "s3:GetObject" }'),
      acl('var.acl'),
      bucketPolicy(
        '{ Effect = "Allow", Principal = "*", Action = "s3:GetObject", Condition = { StringEquals = { "aws:SourceVpce" = "v" } } }',
      ),
      tf('resource "aws_s3_bucket_policy" "x" {\n policy = file("p.json")\n}'),
    ],
    notApplicable: [tf('resource "aws_s3_bucket_acl" "x" {\n bucket = "x"\n}')],
  },
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
      database('publicly_accessible = true'),
      tf('resource "aws_rds_cluster_instance" "x" {\n publicly_accessible = true\n}'),
    ],
    unknown: [database('publicly_accessible = var.public'), google('ipv4_enabled = var.public')],
    notApplicable: [noDatabase],
  },
  'DBS-02': {
    ...flag('storage_encrypted', 'fail'),
    fail: [database(''), tf('resource "aws_docdb_cluster" "x" {}')],
  },
  'DBS-03': {
    ...flag('multi_az', 'fail'),
    notApplicable: [database('', staging), database('replicate_source_db = "x"'), noDatabase],
  },
  'DBS-04': flag('deletion_protection', 'fail'),
  'DBS-07': {
    pass: [server({ password_encryption: 'scram-sha-256' }), role({ password_method: 'scram-sha-256' })],
    fail: [server({ password_encryption: 'md5' }), role({ password_method: 'md5' })],
    unknown: [silent, role({}), live('postgres', 'role', 'permission denied')],
    notApplicable: [role({ password_method: 'none' })],
  },
  'DBS-08': {
    pass: [rule({ auth_method: 'scram-sha-256' }), auth('scram-sha-256'), service('image: postgres:16.4')],
    fail: [
      rule({ auth_method: 'trust' }),
      rule({ auth_method: 'scram-sha-256', address: 'all', netmask: null }),
      rule({ auth_method: 'scram-sha-256', address: '0.0.0.0', netmask: '0.0.0.0' }),
      auth('trust'),
    ],
    unknown: [
      live('postgres', 'hba_rule', 'permission denied'),
      auth('${METHOD}'),
      service('image: postgres:16.4\nenv_file: .env'),
    ],
    notApplicable: [rule({ auth_method: 'reject' })],
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
    ],
    fail: [
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
      server({ fsync: 'on', full_page_writes: 'on', data_checksums: 'on' }),
      server({ fsync: 'on', full_page_writes: 'on', data_checksums: 'on', wal_level: 'logical' }),
    ],
    fail: [
      server({ fsync: 'off', full_page_writes: 'on', data_checksums: 'on' }),
      server({ fsync: 'on', full_page_writes: 'on', data_checksums: 'off' }),
    ],
    unknown: [silent, server({ fsync: 'on', full_page_writes: 'on' })],
    // A server always writes.
    notApplicable: [],
  },
  'TEN-01': {
    pass: [
      table({ tenant_columns: ['tenant'], row_security: true, force_row_security: true }),
      table({ tenant_columns: ['tenant_id'], row_security: true, force_row_security: true }),
    ],
    fail: [
      table({ tenant_columns: ['tenant'], row_security: false, force_row_security: false }),
      table({ tenant_columns: ['tenant'], row_security: true, force_row_security: false }),
    ],
    unknown: [live('postgres', 'table', 'permission denied'), table({ tenant_columns: ['tenant'] })],
    notApplicable: [table({ tenant_columns: [], row_security: false, force_row_security: false })],
  },
  'BDR-01': {
    pass: [database('backup_retention_period = 30'), database('backup_retention_period = 14', staging)],
    fail: [
      database('backup_retention_period = 7'),
      database(''),
      database('backup_retention_period = 7', staging),
    ],
    unknown: [database('backup_retention_period = var.days')],
    notApplicable: [database('replicate_source_db = "x"')],
  },
  'LOG-01': {
    pass: [
      trail('is_multi_region_trail = true'),
      trail('is_multi_region_trail = true\n event_selector {\n read_write_type = "All"\n }'),
    ],
    fail: [
      trail('is_multi_region_trail = true\n event_selector {\n read_write_type = "WriteOnly"\n }'),
      together(trail('count = 0'), tf('resource "aws_vpc" "x" {}')),
      tf('resource "aws_vpc" "x" {}'),
      trail('is_multi_region_trail = false'),
      trail(''),
      trail('is_multi_region_trail = true\n enable_logging = false'),
      trail('is_multi_region_trail = true\n event_selector {\n include_management_events = false\n }'),
    ],
    unknown: [
      tf('resource "aws_vpc" "x" {}\nmodule "trail" {\n source = "./trail"\n}'),
      trail('is_multi_region_trail = true\n event_selector {\n read_write_type = var.kind\n }'),
      trail('is_multi_region_trail = var.all'),
    ],
    notApplicable: [trail('count = 0')],
  },
  'LOG-02': {
    pass: [trail('enable_log_file_validation = true'), trail('enable_log_file_validation = "true"')],
    fail: [trail('enable_log_file_validation = false'), trail('')],
    unknown: [trail('enable_log_file_validation = var.on')],
    notApplicable: [trail('count = 0')],
  },
}
