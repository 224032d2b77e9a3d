/** Cases of TLS-12 and TLS-13: caches and buckets. */
import { service, tf, type Cases } from '../cases.ts'

const group = (lines: string) => tf(`resource "aws_elasticache_replication_group" "x" {\n${lines}\n}`)
const bucket = 'resource "aws_s3_bucket" "x" {\n bucket = "x"\n}'
const policy = (statement: string, name = 'aws_s3_bucket.x.id') =>
  tf(
    `${bucket}\nresource "aws_s3_bucket_policy" "x" {\n bucket = ${name}\n policy = jsonencode({ Statement = [${statement}] })\n}`,
  )
const outside = (statement: string, name: string) =>
  tf(
    `resource "aws_s3_bucket_policy" "x" {\n bucket = ${name}\n policy = jsonencode({ Statement = [${statement}] })\n}`,
  )
const memorystore = (lines: string) => tf(`resource "google_redis_instance" "x" {\n${lines}\n}`)
const denial = (change: Readonly<Record<string, string>> = {}) => {
  const parts = {
    Effect: '"Deny"',
    Principal: '"*"',
    Action: '"s3:*"',
    Resource: '["arn:aws:s3:::x", "arn:aws:s3:::x/*"]',
    Condition: '{ Bool = { "aws:SecureTransport" = "false" } }',
    ...change,
  }
  return `{ ${Object.entries(parts)
    .map(([name, value]) => `${name} = ${value}`)
    .join(', ')} }`
}

export const tlsStores: Readonly<Record<string, Cases>> = {
  'TLS-12': {
    pass: [
      group('transit_encryption_enabled = true\n auth_token = var.token'),
      memorystore('auth_enabled = true\n transit_encryption_mode = "SERVER_AUTHENTICATION"'),
      group('transit_encryption_enabled = true\n user_group_ids = [aws_elasticache_user_group.x.id]'),
      service('image: redis:7.4\ncommand: redis-server --requirepass ${REDIS_PASSWORD:-none}'),
      service('image: app:1.0.0\nenvironment:\n  REDIS_URL: rediss://cache:6380'),
      service('image: app:1.0.0\nenvironment:\n  REDIS_URL: redis://localhost:6379'),
    ],
    fail: [
      group('transit_encryption_enabled = true'),
      group('auth_token = var.token'),
      service('image: redis:7.4'),
      service('image: redis:7.4\ncommand: redis-server --requirepass ""'),
      service('image: redis:7.4\ncommand: ["redis-server", "--requirepass", ""]'),
      service('image: redis:7.4\ncommand: redis-server --requirepass ${REDIS_PASSWORD:-}'),
      memorystore('auth_enabled = true'),
      memorystore('transit_encryption_mode = "SERVER_AUTHENTICATION"'),
      service('image: redis:7.4\ncommand: redis-server --appendonly yes'),
      service('image: app:1.0.0\nenvironment:\n  REDIS_URL: redis://cache:6379'),
    ],
    unknown: [
      group('transit_encryption_enabled = true\n auth_token = var.on ? random_password.x.result : null'),
      service('image: redis:7.4\ncommand: redis-server --aclfile /etc/users.acl'),
      memorystore('auth_enabled = var.auth\n transit_encryption_mode = "SERVER_AUTHENTICATION"'),
      group('transit_encryption_enabled = var.tls\n auth_token = var.token'),
      service('image: redis:7.4\ncommand: redis-server /etc/redis.conf'),
      service('image: app:1.0.0\nenvironment:\n  REDIS_URL: ${REDIS_URL}'),
    ],
    notApplicable: [group('count = 0')],
  },
  'TLS-13': {
    pass: [
      policy(denial()),
      policy(
        denial({ Principal: '{ AWS = "*" }', Resource: '[aws_s3_bucket.x.arn, "${aws_s3_bucket.x.arn}/*"]' }),
      ),
      outside(denial(), 'var.bucket'),
      outside(denial(), 'data.aws_s3_bucket.x.id'),
      tf(`${bucket}
        data "aws_iam_policy_document" "x" {
          statement {
            effect = "Deny"
            actions = ["s3:*"]
            resources = [aws_s3_bucket.x.arn, "\${aws_s3_bucket.x.arn}/*"]
            principals {
              type = "*"
              identifiers = ["*"]
            }
            condition {
              test = "Bool"
              variable = "aws:SecureTransport"
              values = ["false"]
            }
          }
        }
        resource "aws_s3_bucket_policy" "x" {
          bucket = aws_s3_bucket.x.id
          policy = data.aws_iam_policy_document.x.json
        }`),
    ],
    fail: [
      tf(bucket),
      policy(denial({ Effect: '"Allow"' })),
      policy(denial({ Action: '"s3:GetObject"' })),
      policy(denial({ Principal: '{ AWS = "arn:aws:iam::111122223333:root" }' })),
      policy(denial({ Resource: '["arn:aws:s3:::x/*"]' })),
      policy(denial({ Condition: '{ Bool = { "aws:SecureTransport" = "true" } }' })),
      policy(
        denial({
          Condition:
            '{ Bool = { "aws:SecureTransport" = "false" }, StringEquals = { "aws:SourceVpc" = "vpc-1" } }',
        }),
      ),
      policy(denial({ Resource: '["${aws_s3_bucket.x.arn}/a/*", "${aws_s3_bucket.x.arn}/b/*"]' })),
      outside(denial({ Resource: '["arn:aws:s3:::other", "arn:aws:s3:::other/*"]' }), '"campus-records"'),
      outside(denial({ Effect: '"Allow"' }), 'aws_s3_bucket.other.id'),
      outside(denial({ Action: '"s3:GetObject"' }), '"campus-records"'),
    ],
    unknown: [
      policy(denial({ Resource: 'var.resources' })),
      policy(denial(), 'var.bucket'),
      tf(
        `${bucket}\nresource "aws_s3_bucket_policy" "x" {\n bucket = aws_s3_bucket.x.id\n policy = var.policy\n}`,
      ),
      policy(denial({ Condition: '{ Bool = { "aws:SecureTransport" = var.flag } }' })),
    ],
    notApplicable: [tf('resource "aws_s3_bucket" "x" {\n count = 0\n}')],
  },
}
