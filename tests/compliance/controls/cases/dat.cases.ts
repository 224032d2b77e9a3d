/** Cases of the group DAT. */
import { tf, type Cases } from '../cases.ts'
import { datPublic } from './dat-public.cases.ts'

const resource =
  (type: string) =>
  (lines: string, beside = '') =>
    tf(`resource "${type}" "x" {\n${lines}\n}\n${beside}`)
const bucket = (beside: string, lines = '') => resource('aws_s3_bucket')(`bucket = "x"\n${lines}`, beside)
const gcs = resource('google_storage_bucket')
const noBucket = resource('aws_s3_bucket')('count = 0')
const logging =
  'resource "aws_s3_bucket_logging" "x" {\n bucket = aws_s3_bucket.x.id\n target_bucket = "logs"\n}'
const trail = (values: string, kind = 'All') =>
  `resource "aws_cloudtrail" "t" {\n event_selector {\n read_write_type = "${kind}"\n data_resource {\n type = "AWS::S3::Object"\n values = ${values}\n }\n }\n}`
const advanced = (more = '') =>
  `resource "aws_cloudtrail" "t" {\n advanced_event_selector {\n field_selector {\n field = "eventCategory"\n equals = ["Data"]\n }\n field_selector {\n field = "resources.type"\n equals = ["AWS::S3::Object"]\n }\n${more} }\n}`
const whole = 'expiration {\n days = 400\n }\n noncurrent_version_expiration {\n noncurrent_days = 30\n }\n'
const abort = 'abort_incomplete_multipart_upload {\n days_after_initiation = 7\n }\n'
const rules = (lines: string, status = '"Enabled"') =>
  `resource "aws_s3_bucket_lifecycle_configuration" "x" {\n bucket = aws_s3_bucket.x.id\n rule {\n id = "x"\n status = ${status}\n${lines} }\n}`
const gcsRule = (action: string, condition = 'age = 7') =>
  `lifecycle_rule {\n action {\n type = ${action}\n }\n condition {\n ${condition}\n }\n}\n`
const volume = resource('aws_ebs_volume')
const machine = resource('aws_instance')
const template = resource('aws_launch_template')
const byDefault = 'resource "aws_ebs_encryption_by_default" "x" {\n enabled = true\n}'
const efs = resource('aws_efs_file_system')
const queue = resource('aws_sqs_queue')
const topic = resource('aws_sns_topic')
const key = 'resource "aws_kms_key" "k" {}'
const queuePolicy = (statement: string, beside = '') =>
  tf(
    `resource "aws_sqs_queue_policy" "x" {\n policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "sqs:SendMessage", ${statement} }] })\n}\n${beside}`,
  )
const group = resource('aws_cloudwatch_log_group')
const account = (lines = '') => `resource "aws_macie2_account" "x" {\n${lines}\n}\n`
const job = (type: string) => `resource "aws_macie2_classification_job" "x" {\n job_type = ${type}\n}\n`
const lock = (lines: string, of = 'aws_s3_bucket.x.id') =>
  `resource "aws_s3_bucket_object_lock_configuration" "x" {\n bucket = ${of}\n rule {\n default_retention {\n${lines}\n }\n }\n}`
const audit = (beside: string, lines = '') =>
  resource('aws_s3_bucket')(`bucket = "campus-audit"\n${lines}`, beside)
const retention = (lines: string) => gcs(`name = "campus-audit"\n retention_policy {\n${lines}\n }`)

export const dat: Readonly<Record<string, Cases>> = {
  ...datPublic,
  'DAT-05': {
    pass: [
      bucket(logging),
      bucket('', 'logging {\n target_bucket = "logs"\n}'),
      bucket(trail('["arn:aws:s3"]')),
      bucket(trail('["arn:aws:s3:::x/"]')),
      bucket(trail('["${aws_s3_bucket.x.arn}/"]')),
      bucket(advanced()),
      gcs('logging {\n log_bucket = "logs"\n}'),
    ],
    fail: [
      bucket(''),
      bucket(trail('["arn:aws:s3:::y/"]')),
      bucket(trail('["arn:aws:s3"]', 'WriteOnly')),
      gcs(''),
    ],
    unknown: [
      bucket(trail('var.buckets')),
      bucket(advanced('field_selector {\n field = "resources.ARN"\n starts_with = [var.arn]\n }\n')),
      bucket('resource "aws_s3_bucket_logging" "x" {\n bucket = var.bucket\n target_bucket = "logs"\n}'),
    ],
    notApplicable: [
      noBucket,
      bucket('', 'acl = "log-delivery-write"'),
      bucket('resource "aws_s3_bucket_logging" "y" {\n bucket = "y"\n target_bucket = aws_s3_bucket.x.id\n}'),
    ],
  },
  'DAT-06': {
    pass: [
      bucket(rules(whole + abort)),
      bucket(
        rules(
          `transition {\n days = 90\n storage_class = "GLACIER"\n }\n noncurrent_version_expiration {\n noncurrent_days = 30\n }\n${abort}`,
        ),
      ),
      gcs(gcsRule('"Delete"') + gcsRule('"AbortIncompleteMultipartUpload"')),
      gcs(
        `versioning {\n enabled = true\n}\n${gcsRule('"Delete"', 'num_newer_versions = 3')}${gcsRule('"AbortIncompleteMultipartUpload"')}`,
      ),
    ],
    fail: [
      bucket(''),
      bucket(rules(whole)),
      bucket(rules(whole + abort, '"Disabled"')),
      gcs(''),
      gcs(gcsRule('"Delete"')),
      gcs(
        `versioning {\n enabled = true\n}\n${gcsRule('"Delete"')}${gcsRule('"AbortIncompleteMultipartUpload"')}`,
      ),
    ],
    unknown: [
      bucket(rules(whole + abort, 'var.status')),
      bucket(rules(whole + abort).replace('aws_s3_bucket.x.id', 'var.bucket')),
      gcs(gcsRule('var.action')),
    ],
    notApplicable: [noBucket, gcs('count = 0')],
  },
  'DAT-07': {
    pass: [
      gcs('uniform_bucket_level_access = true\n public_access_prevention = "enforced"'),
      gcs('uniform_bucket_level_access = "true"\n public_access_prevention = "enforced"\n location = "EU"'),
    ],
    fail: [
      gcs(''),
      gcs('uniform_bucket_level_access = true'),
      gcs('uniform_bucket_level_access = true\n public_access_prevention = "inherited"'),
    ],
    unknown: [gcs('uniform_bucket_level_access = var.on\n public_access_prevention = "enforced"')],
    notApplicable: [gcs('count = 0')],
  },
  'DAT-08': {
    pass: [
      volume('encrypted = true'),
      volume('', byDefault),
      machine('root_block_device {\n encrypted = true\n}'),
      template('block_device_mappings {\n ebs {\n encrypted = "true"\n }\n}'),
      machine('root_block_device {\n encrypted = true\n}\nebs_block_device {\n no_device = true\n}'),
    ],
    fail: [
      volume(''),
      volume('encrypted = false'),
      machine(''),
      machine('root_block_device = []'),
      machine('root_block_device {\n no_device = true\n}'),
      machine('root_block_device {\n encrypted = true\n}\nebs_block_device {\n device_name = "b"\n}'),
      template('block_device_mappings {\n ebs {\n volume_size = 8\n }\n}'),
      resource('aws_ebs_encryption_by_default')('enabled = false'),
    ],
    unknown: [
      volume('encrypted = var.on'),
      volume('snapshot_id = "snap-1"'),
      machine('root_block_device {\n encrypted = var.on\n}'),
    ],
    notApplicable: [volume('count = 0'), template('image_id = "ami-1"')],
  },
  'DAT-09': {
    pass: [
      efs('encrypted = true'),
      efs(
        'encrypted = true\n kms_key_id = aws_kms_key.k.arn\n tags = { DataClassification = "restricted" }',
        key,
      ),
    ],
    fail: [
      efs(''),
      efs('encrypted = false'),
      efs('encrypted = true\n tags = { DataClassification = "restricted" }'),
    ],
    unknown: [efs('encrypted = var.on')],
    notApplicable: [efs('count = 0')],
  },
  'DAT-11': {
    pass: [
      queue(''),
      queue('sqs_managed_sse_enabled = true'),
      queue('kms_master_key_id = "alias/campus"\n sqs_managed_sse_enabled = false'),
      topic('kms_master_key_id = aws_kms_key.k.arn', key),
      topic('kms_master_key_id = "alias/aws/sns"'),
    ],
    fail: [queue('sqs_managed_sse_enabled = false'), topic(''), topic('kms_master_key_id = ""')],
    unknown: [topic('kms_master_key_id = var.key'), queue('sqs_managed_sse_enabled = var.on')],
    notApplicable: [queue('count = 0'), topic('count = 0')],
  },
  'DAT-12': {
    pass: [
      queuePolicy('Principal = { AWS = "arn:aws:iam::111122223333:role/app" }'),
      queuePolicy(
        'Principal = "*", Condition = { ArnEquals = { "aws:SourceArn" = "arn:aws:sns:us-east-1:111122223333:t" } }',
      ),
      queuePolicy(
        'Principal = "*", Condition = { ArnEquals = { "aws:SourceArn" = aws_sns_topic.t.arn } }',
        'resource "aws_sns_topic" "t" {}',
      ),
      tf(
        'resource "aws_sns_topic_policy" "x" {\n policy = data.aws_iam_policy_document.x.json\n}\ndata "aws_iam_policy_document" "x" {\n statement {\n actions = ["sns:Publish"]\n principals {\n type = "AWS"\n identifiers = ["*"]\n }\n condition {\n test = "StringEquals"\n variable = "aws:SourceAccount"\n values = ["111122223333"]\n }\n }\n}',
      ),
    ],
    fail: [
      queuePolicy('Principal = "*"'),
      queuePolicy('Principal = { AWS = "*" }'),
      queuePolicy('NotPrincipal = { AWS = "arn:aws:iam::111122223333:role/app" }'),
      queuePolicy('Principal = "*", Condition = { Bool = { "aws:SecureTransport" = "true" } }'),
      queuePolicy('Principal = "*", Condition = { StringLike = { "aws:SourceAccount" = "*" } }'),
      topic(
        'policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = "*", Action = "sns:Publish" }] })',
      ),
    ],
    unknown: [
      queuePolicy('Principal = { AWS = var.who }'),
      queuePolicy('Principal = var.who'),
      queuePolicy('Principal = "*", Condition = var.condition'),
      queuePolicy('Principal = "*", Condition = { StringEquals = { "aws:SourceAccount" = var.account } }'),
      queuePolicy('Principal = "*", Condition = { IpAddress = { "aws:SourceIp" = "192.0.2.0/24" } }'),
    ],
    notApplicable: [resource('aws_sqs_queue_policy')('count = 0\n policy = "{}"')],
  },
  'DAT-13': {
    pass: [
      group('kms_key_id = "arn:aws:kms:us-east-1:111122223333:key/k"'),
      group('kms_key_id = aws_kms_key.k.arn', key),
    ],
    fail: [group(''), group('tags = { DataClassification = "restricted" }')],
    unknown: [group('kms_key_id = var.key'), group('tags = var.tags')],
    notApplicable: [group('count = 0'), group('tags = { DataClassification = "internal" }')],
  },
  'DAT-14': {
    pass: [
      bucket('', 'tags = { DataClassification = "restricted" }'),
      bucket('provider "aws" {\n default_tags {\n tags = { DataClassification = "internal" }\n }\n}'),
      gcs('labels = { data_classification = "restricted" }'),
      resource('google_sql_database_instance')(
        'settings {\n user_labels = { data_classification = "restricted" }\n}',
      ),
    ],
    fail: [bucket(''), bucket('', 'tags = { Owner = "x" }'), gcs('labels = {}')],
    unknown: [
      bucket('', 'tags = var.tags'),
      bucket('provider "aws" {\n default_tags {\n tags = var.tags\n }\n}'),
    ],
    notApplicable: [noBucket],
  },
  'DAT-15': {
    pass: [
      tf(account() + job('"SCHEDULED"')),
      resource('google_data_loss_prevention_job_trigger')('status = "HEALTHY"'),
    ],
    fail: [
      tf(account('status = "PAUSED"') + job('"SCHEDULED"')),
      tf(account()),
      tf(account() + job('"ONE_TIME"')),
      bucket(''),
    ],
    unknown: [tf(account() + job('var.type')), tf(account('status = var.status'))],
    notApplicable: [tf(job('"ONE_TIME"'))],
  },
  'DAT-16': {
    pass: [
      audit(lock('mode = "GOVERNANCE"\n days = 90'), 'object_lock_enabled = true'),
      audit(lock('mode = "COMPLIANCE"\n years = 1')),
      audit(
        '',
        'object_lock_configuration {\n object_lock_enabled = "Enabled"\n rule {\n default_retention {\n mode = "COMPLIANCE"\n days = 365\n }\n }\n}',
      ),
      retention('retention_period = 31536000\n is_locked = true'),
    ],
    fail: [
      audit(''),
      audit('', 'object_lock_enabled = true'),
      bucket('resource "aws_cloudtrail" "t" {\n s3_bucket_name = aws_s3_bucket.x.id\n}'),
      retention('retention_period = 31536000'),
      gcs('name = "campus-audit"'),
    ],
    unknown: [
      audit(lock('mode = "COMPLIANCE"\n days = var.days')),
      audit(lock('days = 90', 'var.bucket')),
      retention('retention_period = 31536000\n is_locked = var.locked'),
    ],
    notApplicable: [bucket(''), noBucket],
  },
}
