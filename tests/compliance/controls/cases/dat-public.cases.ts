/** Cases of the items about buckets for everybody: DAT-01 and DAT-02. */
import { modules, tf, type Cases } from '../cases.ts'

const bucket = (beside: string, lines = '') =>
  tf(`resource "aws_s3_bucket" "x" {\n bucket = "x"\n${lines}\n}\n${beside}`)
const noBucket = tf('resource "aws_s3_bucket" "x" {\n count = 0\n}')
const bucketPolicy = (statement: string) =>
  tf(
    `resource "aws_s3_bucket_policy" "x" {\n bucket = "x"\n policy = jsonencode({ Statement = [${statement}] })\n}`,
  )
const acl = (value: string) => tf(`resource "aws_s3_bucket_acl" "x" {\n acl = ${value}\n}`)
const accountBlock = (flag: string) => `resource "aws_s3_account_public_access_block" "x" {
  block_public_acls = ${flag}
  block_public_policy = true
  ignore_public_acls = true
  restrict_public_buckets = true
}`
const anybody =
  'jsonencode({ Statement = [{ Effect = "Allow", Principal = "*", Action = "s3:GetObject", Resource = "*" }] })'
const ownPolicy = (beside: string) =>
  bucket(
    `resource "aws_s3_bucket_policy" "x" {\n bucket = aws_s3_bucket.x.id\n policy = ${anybody}\n}\n${beside}`,
  )
const group = (name: string) => `"http://acs.amazonaws.com/groups/global/${name}"`
const granted = (uri: string, beside = '') =>
  tf(
    `resource "aws_s3_bucket_acl" "x" {\n bucket = "x"\n access_control_policy {\n grant {\n grantee {\n type = "Group"\n uri = ${uri}\n}\n permission = "READ"\n}\n}\n}\n${beside}`,
  )
const googleAcl = (line: string) =>
  tf(`resource "google_storage_bucket_acl" "x" {\n bucket = "x"\n ${line}\n}`)
const googlePolicy = (members: string, data = 'data.google_iam_policy.x.policy_data') =>
  tf(
    `data "google_iam_policy" "x" {\n binding {\n role = "roles/storage.objectViewer"\n members = ${members}\n}\n}\nresource "google_storage_bucket_iam_policy" "x" {\n bucket = "x"\n policy_data = ${data}\n}`,
  )
const block = (flag: string, of = 'aws_s3_bucket.x.id') => `resource "aws_s3_bucket_public_access_block" "x" {
  bucket = ${of}
  block_public_acls = true
  block_public_policy = ${flag}
  ignore_public_acls = true
  restrict_public_buckets = true
}`

export const datPublic: Readonly<Record<string, Cases>> = {
  'DAT-01': {
    pass: [
      bucket(block('true')),
      bucket(block('true', '"x"')),
      bucket(
        'resource "aws_s3_account_public_access_block" "x" {\n block_public_acls = true\n block_public_policy = true\n ignore_public_acls = true\n restrict_public_buckets = true\n}',
      ),
      modules({
        'main.tf': `${accountBlock('true')}\nmodule "m" {\n source = "./m"\n}`,
        'm/main.tf': 'resource "aws_s3_bucket" "x" {\n bucket = "x"\n}',
      }),
    ],
    fail: [
      bucket(''),
      bucket(block('false')),
      bucket(block('true', 'aws_s3_bucket.other.id')),
      bucket(accountBlock('false')),
    ],
    unknown: [
      bucket(block('var.block')),
      bucket(block('true', 'var.bucket')),
      bucket(accountBlock('var.flag')),
    ],
    notApplicable: [noBucket],
  },
  'DAT-02': {
    pass: [
      bucketPolicy(
        '{ Effect = "Allow", Principal = { AWS = "arn:aws:iam::111122223333:role/app" }, Action = "s3:GetObject" }',
      ),
      bucketPolicy(
        '{ Effect = "Allow", Principal = "*", Action = "s3:GetObject", Condition = { StringEquals = { "aws:SourceVpce" = "v" } } }',
      ),
      bucketPolicy('{ Effect = "Deny", Principal = "*", Action = "s3:*" }'),
      bucketPolicy(
        '{ Effect = "Deny", NotPrincipal = { AWS = "arn:aws:iam::111122223333:role/app" }, Action = "s3:*" }',
      ),
      acl('"private"'),
      ownPolicy(block('true')),
      ownPolicy(accountBlock('true')),
      granted(group('AllUsers'), `resource "aws_s3_bucket" "x" {\n bucket = "x"\n}\n${block('true')}`),
      granted('"http://acs.amazonaws.com/groups/s3/LogDelivery"'),
      googlePolicy('["group:staff@campus.example"]'),
      googleAcl('role_entity = ["READER:group-staff@campus.example"]'),
    ],
    fail: [
      bucketPolicy('{ Effect = "Allow", Principal = "*", Action = "s3:GetObject" }'),
      bucketPolicy('{ Effect = "Allow", Principal = { AWS = ["*"] }, Action = "s3:GetObject" }'),
      bucketPolicy(
        '{ Effect = "Allow", NotPrincipal = { AWS = "arn:aws:iam::111122223333:role/app" }, Action = "s3:GetObject" }',
      ),
      ownPolicy(block('true').replace('restrict_public_buckets = true', '')),
      granted(group('AllUsers')),
      granted(group('AuthenticatedUsers')),
      bucket('', `grant {\n type = "Group"\n uri = ${group('AllUsers')}\n permissions = ["READ"]\n}`),
      bucket('', `policy = ${anybody}`),
      acl('"public-read"'),
      tf('resource "google_storage_bucket_iam_member" "x" {\n member = "allUsers"\n}'),
      googlePolicy('["allUsers"]'),
      googlePolicy('[]', 'jsonencode({ bindings = [{ role = "r", members = ["allAuthenticatedUsers"] }] })'),
      googleAcl('role_entity = ["READER:allUsers"]'),
      googleAcl('predefined_acl = "publicRead"'),
    ],
    unknown: [
      bucketPolicy('{ Effect = "Allow", Principal = var.who, Action = "s3:GetObject" }'),
      ownPolicy(
        block('true').replace('restrict_public_buckets = true', 'restrict_public_buckets = var.flag'),
      ),
      ownPolicy(block('true', 'var.bucket')),
      granted('var.uri'),
      googlePolicy('var.members'),
      googlePolicy('[]', 'var.data'),
      googleAcl('role_entity = var.entities'),
      bucketPolicy(''),
      bucketPolicy('{ Effect = "Allow", Principal = { AWS = var.who }, Action = "s3:GetObject" }'),
      bucketPolicy('{ Effect = var.effect, Principal = "*", Action = "s3:GetObject" }'),
      acl('var.acl'),
      bucketPolicy(
        '{ Effect = "Allow", Principal = "*", Action = "s3:GetObject", Condition = { StringEquals = { "aws:Referer" = "v" } } }',
      ),
      tf('resource "aws_s3_bucket_policy" "x" {\n policy = file("p.json")\n}'),
    ],
    notApplicable: [tf('resource "aws_s3_bucket_acl" "x" {\n bucket = "x"\n}')],
  },
}
