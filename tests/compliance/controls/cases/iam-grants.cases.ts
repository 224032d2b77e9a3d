/** Cases of what principals of clouds are given, and who may take a role on. */
import { tf, type Cases } from '../cases.ts'

const policy = (statement: string) =>
  tf(`resource "aws_iam_policy" "x" {\n policy = jsonencode({ Statement = [${statement}] })\n}`)
const allow = (action: string, resource: string) =>
  policy(`{ Effect = "Allow", Action = ${action}, Resource = ${resource} }`)
const inlined = (document: string) =>
  tf(`resource "aws_iam_role" "x" {\n inline_policy {\n name = "x"\n policy = ${document}\n }\n}`)
const everything = 'jsonencode({ Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }] })'
const managed = (arns: string) => tf(`resource "aws_iam_role" "x" {\n managed_policy_arns = ${arns}\n}`)
const administrator = '["arn:aws:iam::aws:policy/AdministratorAccess"]'
const dynamicInline = tf(
  'resource "aws_iam_role" "x" {\n dynamic "inline_policy" {\n for_each = var.policies\n content {\n policy = inline_policy.value\n }\n }\n}',
)
const plainRole = tf('resource "aws_iam_role" "x" {\n name = "x"\n}')
const built = (statement: string) =>
  tf(`data "aws_iam_policy_document" "x" {\n statement {\n${statement}\n }\n}`)
const elsewhere = tf(`
data "aws_iam_policy_document" "x" {
  count = 0
  statement {
    actions = ["s3:GetObject"]
    resources = ["arn:aws:s3:::x/*"]
  }
}
resource "aws_iam_policy" "x" {
  policy = data.aws_iam_policy_document.x.json
}`)
const looked = (lines: string) =>
  tf(`data "aws_iam_policy" "x" {
    ${lines}
  }
  resource "aws_iam_role_policy_attachment" "x" {
    policy_arn = data.aws_iam_policy.x.arn
  }`)
const googlePolicy = (role: string) =>
  tf(`data "google_iam_policy" "x" {
    binding {
      role = "${role}"
      members = ["user:robin@campus.example"]
    }
  }
  resource "google_project_iam_policy" "x" {
    policy_data = data.google_iam_policy.x.policy_data
  }`)
const web = (condition: string) =>
  tf(`resource "aws_iam_role" "x" {
    assume_role_policy = jsonencode({
      Statement = [{
        Effect = "Allow", Action = "sts:AssumeRoleWithWebIdentity"
        Principal = { Federated = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com" }${condition}
      }]
    })
  }`)
const trust = (principal: string, rest = '') =>
  tf(
    `resource "aws_iam_role" "x" {\n assume_role_policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = ${principal}${rest} }] })\n}`,
  )

export const iamGrants: Readonly<Record<string, Cases>> = {
  'IAM-04': {
    pass: [
      allow('["s3:GetObject"]', '"*"'),
      allow('"*"', '["arn:aws:s3:::x"]'),
      looked('arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"'),
      googlePolicy('roles/viewer'),
      tf(
        'resource "aws_iam_policy" "x" {\n policy = jsonencode({ Statement = [] })\n}\nresource "aws_iam_role_policy_attachment" "x" {\n policy_arn = join("", aws_iam_policy.x.*.arn)\n}',
      ),
      tf(
        'resource "aws_iam_role_policy_attachment" "x" {\n policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"\n}',
      ),
    ],
    fail: [
      inlined(everything),
      managed(administrator),
      tf(`resource "aws_iam_user_policy_attachments_exclusive" "x" {\n policy_arns = ${administrator}\n}`),
      policy('{ Effect = "Allow", NotAction = "iam:*", Resource = "*" }'),
      policy('{ Action = "*", Resource = "*" }'),
      allow('"*"', '"*"'),
      allow('["s3:*", "*"]', '["*"]'),
      built('actions = ["*"]\n resources = ["*"]'),
      tf(
        'resource "aws_iam_role_policy_attachment" "x" {\n policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess"\n}',
      ),
      tf(
        'resource "aws_iam_role_policy_attachment" "x" {\n policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/AdministratorAccess"\n}',
      ),
      tf('resource "google_project_iam_member" "x" {\n role = "roles/owner"\n}'),
      tf('resource "google_folder_iam_binding" "x" {\n role = "roles/editor"\n}'),
      tf('resource "google_organization_iam_member" "x" {\n role = "roles/owner"\n}'),
      googlePolicy('roles/owner'),
      looked('name = "AdministratorAccess"'),
      looked('arn = "arn:aws:iam::aws:policy/AdministratorAccess"'),
      policy('{ Effect = "Allow", Action = "*", NotResource = "arn:aws:s3:::x" }'),
      policy('{ Effect = "Allow", NotAction = "iam:*", NotResource = "arn:aws:s3:::x" }'),
      built('actions = ["*"]\n not_resources = ["arn:aws:s3:::x"]'),
      tf(
        'resource "aws_ssoadmin_permission_set_inline_policy" "x" {\n inline_policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }] })\n}',
      ),
    ],
    unknown: [
      inlined('var.document'),
      looked('name = "campus"'),
      looked('name = var.name'),
      tf('resource "google_project_iam_policy" "x" {\n policy_data = var.data\n}'),
      managed('var.arns'),
      managed('["arn:aws:iam::aws:policy/ReadOnlyAccess", var.arn]'),
      managed('["arn:aws:iam::111122223333:policy/app"]'),
      dynamicInline,
      tf('resource "aws_iam_role_policy_attachment" "x" {}'),
      tf('resource "google_project_iam_member" "x" {\n role = var.role\n}'),
      policy('{ Effect = var.effect, Action = "*", Resource = "*" }'),
      allow('var.actions', '"*"'),
      tf('resource "aws_iam_policy" "x" {\n policy = file("p.json")\n}'),
      tf('resource "aws_iam_role_policy_attachment" "x" {\n policy_arn = var.arn\n}'),
    ],
    notApplicable: [elsewhere, plainRole],
  },
  'IAM-05': {
    pass: [
      managed('["arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"]'),
      managed(
        '["arn:${data.aws_partition.x.partition}:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"]',
      ),
      allow('["s3:GetObject"]', '["arn:aws:s3:::x/*"]'),
      allow('["ecr:GetAuthorizationToken"]', '"*"'),
      allow('["autoscaling:DescribeAutoScalingGroups", "elasticloadbalancing:DescribeLoadBalancers"]', '"*"'),
      allow('["route53:ListHostedZones", "sqs:ListQueues", "ec2:DescribeSubnets"]', '"*"'),
      allow('["s3:GetObject"]', '["${aws_s3_bucket.x.arn}/*", "arn:aws:s3:::${var.name}/*"]'),
      built('actions = ["s3:GetObject"]\n resources = [aws_s3_bucket.x.arn]'),
    ],
    fail: [
      inlined(everything),
      managed(administrator),
      managed('["arn:aws:iam::aws:policy/AmazonS3FullAccess"]'),
      allow('"s3:*"', '["arn:aws:s3:::x"]'),
      allow('["dynamodb:PutItem"]', '"*"'),
      allow('["s3:DeleteObject"]', '"arn:aws:s3:::*"'),
      allow('["ec2:Describe*"]', '"*"'),
      policy('{ Effect = "Allow", NotAction = ["s3:*"], Resource = "*" }'),
      policy('{ Effect = "Allow", Action = ["s3:DeleteObject"], NotResource = "arn:aws:s3:::x/*" }'),
      looked('name = "AmazonS3FullAccess"'),
      built('actions = ["*"]\n resources = ["arn:aws:s3:::x"]'),
    ],
    unknown: [
      inlined('var.document'),
      managed('var.arns'),
      managed('["arn:aws:iam::aws:policy/ReadOnlyAccess"]'),
      allow('["iam:PutRolePolicy"]', 'var.arns'),
      allow('["guardduty:ListDetectors"]', '"*"'),
      dynamicInline,
      policy('{ Effect = var.effect, Action = "s3:*", Resource = "*" }'),
      allow('var.actions', '["arn:aws:s3:::x"]'),
      tf('resource "aws_iam_policy" "x" {\n policy = file("p.json")\n}'),
    ],
    notApplicable: [elsewhere, plainRole],
  },
  'IAM-07': {
    pass: [
      web(
        ', Condition = { StringLike = { "token.actions.githubusercontent.com:sub" = "repo:campus/portal:*" } }',
      ),
      web(
        ', Condition = { StringEquals = { "token.actions.githubusercontent.com:sub" = "repo:${var.repo}:*" } }',
      ),
      tf(`data "aws_iam_policy_document" "x" {
        statement {
          actions = ["sts:AssumeRoleWithWebIdentity"]
          principals {
            type = "Federated"
            identifiers = [aws_iam_openid_connect_provider.x.arn]
          }
          condition {
            test = "StringEquals"
            variable = "\${replace(aws_iam_openid_connect_provider.x.url, "https://", "")}:sub"
            values = ["system:serviceaccount:campus:api"]
          }
        }
      }
      resource "aws_iam_openid_connect_provider" "x" {}
      resource "aws_iam_role" "x" {
        assume_role_policy = data.aws_iam_policy_document.x.json
      }`),
      trust('{ Service = "ecs-tasks.amazonaws.com" }'),
      trust(
        '{ AWS = "arn:aws:iam::111122223333:root" }',
        ', Condition = { StringEquals = { "sts:ExternalId" = "x" } }',
      ),
    ],
    fail: [
      trust('{ AWS = "arn:${data.aws_partition.p.partition}:iam::111122223333:root" }'),
      trust('{ AWS = "arn:${var.partition}:iam::${var.account}:root" }'),
      web(''),
      web(', Condition = { StringLike = { "token.actions.githubusercontent.com:sub" = "repo:*" } }'),
      web(
        ', Condition = { StringEquals = { "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com" } }',
      ),
      web(', Condition = { Bool = { "aws:SecureTransport" = "true" } }'),
      trust('{ AWS = "arn:aws:iam::${var.account}:root" }'),
      trust('"*"'),
      trust('{ AWS = "*" }'),
      trust('{ AWS = ["arn:aws:iam::111122223333:root"] }'),
    ],
    unknown: [
      web(', Condition = { StringLike = { "token.actions.githubusercontent.com:sub" = var.subject } }'),
      tf('resource "aws_iam_role" "x" {\n assume_role_policy = jsonencode({ Statement = [] })\n}'),
      trust('{ AWS = var.account }'),
      trust('{ AWS = "*" }', ', Condition = { StringEquals = { "aws:PrincipalOrgID" = "o" } }'),
      tf('resource "aws_iam_role" "x" {\n assume_role_policy = file("t.json")\n}'),
    ],
    notApplicable: [tf('resource "aws_iam_role" "x" {\n count = 0\n assume_role_policy = file("t.json")\n}')],
  },
}
