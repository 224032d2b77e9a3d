/** Cases of the group IAM. */
import { dockerfile, live, named, service, task, tf, together, type Cases, type Source } from '../cases.ts'

const finding = (name: string, attributes: object) =>
  named(name, live('aws', 'security-hub-control', { fresh: true, ...attributes }))
/** What AWS says of an account. */
const account = (name: string): Cases => ({
  pass: [finding(name, { status: 'PASSED' }), finding(name, { status: 'PASSED', region: 'us-east-1' })],
  fail: [finding(name, { status: 'FAILED' }), finding(name, { status: 'FAILED', region: 'us-east-1' })],
  unknown: [
    finding(name, { status: 'NOT_AVAILABLE' }),
    finding(name, { status: 'PASSED', fresh: false }),
    finding(name, {}),
    named(name, live('aws', 'security-hub-control', 'cannot be asked')),
  ],
  notApplicable: [],
})
const statement = (id: string, state: string): Source =>
  named(id, live('attestation', 'statement', { state, expires: '2027-03-31' }))
const policy = (...statements: readonly string[]) =>
  tf(`resource "aws_iam_policy" "x" {\n policy = jsonencode({ Statement = [${statements.join(', ')}] })\n}`)
const allow = (actions: string, resource = '"*"', rest = '') =>
  `{ Effect = "Allow", Action = ${actions}, Resource = ${resource}${rest} }`
const group = (beside: string) => tf(`resource "aws_iam_group" "x" {\n name = "x"\n}\n${beside}`)
const asking = `policy = jsonencode({ Statement = [{ Effect = "Deny", NotAction = "iam:*", Resource = "*", Condition = { BoolIfExists = { "aws:MultiFactorAuthPresent" = "false" } } }] })`
const reading = `policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "*" }] })`
const statements = (...all: readonly string[]) => `policy = jsonencode({ Statement = [${all.join(', ')}] })`
const groupPolicy = (line: string) =>
  `resource "aws_iam_group_policy" "x" {\n group = aws_iam_group.x.name\n ${line}\n}`
const managed = (line: string) =>
  `resource "aws_iam_policy" "x" {\n ${line}\n}\nresource "aws_iam_group_policy_attachment" "x" {\n group = aws_iam_group.x.name\n policy_arn = aws_iam_policy.x.arn\n}`
const login = 'resource "aws_iam_user_login_profile" "x" {\n user = "x"\n}\n'
const attachment = (line: string) =>
  tf(`resource "aws_iam_policy_attachment" "x" {\n policy_arn = "x"\n ${line}\n}`)
const passwords = (lines: string) => tf(`resource "aws_iam_account_password_policy" "x" {\n${lines}\n}`)
const roles = (taskRole: string, executionRole: string) =>
  tf(
    `resource "aws_iam_role" "a" {}\nresource "aws_iam_role" "b" {}\nresource "aws_ecs_task_definition" "x" {\n container_definitions = jsonencode([{ name = "x" }])\n ${taskRole}\n ${executionRole}\n}`,
  )
const taskRole = 'task_role_arn = aws_iam_role.a.arn'
const instance = (lines: string) => tf(`resource "aws_instance" "x" {\n${lines}\n}`)
const google = (lines: string) => tf(`resource "google_compute_instance" "x" {\n name = "x"\n${lines}\n}`)
const account_ = (line: string) => google(`service_account {\n scopes = ["cloud-platform"]\n ${line}\n}`)
const pod = (spec: object) => live('kubernetes', 'pod', { spec })
const sessions = (samples: unknown) =>
  named('IAM-16.sessions_without_second_factor', live('metrics', 'ledger', { samples }))
const clusterRole = (rules: unknown) => live('kubernetes', 'clusterrole', { rules })
const binding = (role: string, ...subjects: readonly object[]) =>
  live('kubernetes', 'clusterrolebinding', { roleRef: { name: role }, subjects })
const analyzer = (lines: string) =>
  tf(`resource "aws_accessanalyzer_analyzer" "x" {\n analyzer_name = "x"\n${lines}\n}`)
const vpc = tf('resource "aws_vpc" "x" {}')

export const iam: Readonly<Record<string, Cases>> = {
  'IAM-01': account('IAM.9'),
  'IAM-02': account('IAM.4'),
  'IAM-10': account('IAM.3'),
  'IAM-11': account('IAM.22'),
  'IAM-03': {
    pass: [
      group(groupPolicy(asking)),
      group(managed(asking)),
      group(
        groupPolicy(
          statements(
            '{ Effect = "Allow", Action = "s3:*", Resource = "*", Condition = { Bool = { "aws:MultiFactorAuthPresent" = "true" } } }',
          ),
        ),
      ),
      group(
        `resource "aws_iam_policy" "x" {\n ${asking}\n}\nresource "aws_iam_policy_attachment" "x" {\n groups = [aws_iam_group.x.name]\n policy_arn = aws_iam_policy.x.arn\n}`,
      ),
      tf(`${login}resource "aws_iam_user_policy" "x" {\n user = "x"\n ${asking}\n}`),
    ],
    fail: [
      group(''),
      group(groupPolicy(reading)),
      group(managed(reading)),
      tf(login),
      group(
        groupPolicy(
          statements(
            '{ Effect = "Allow", Action = "s3:*", Resource = "*" }',
            '{ Effect = "Allow", Action = "ec2:StopInstances", Resource = "*", Condition = { Bool = { "aws:MultiFactorAuthPresent" = "false" } } }',
          ),
        ),
      ),
      group(
        groupPolicy(
          statements(
            '{ Effect = "Deny", Action = "ec2:StopInstances", Resource = "*", Condition = { Bool = { "aws:MultiFactorAuthPresent" = "false" } } }',
          ),
        ),
      ),
      tf(
        `${login}resource "aws_iam_user" "b" {\n name = "b"\n}\nresource "aws_iam_user_policy" "x" {\n user = aws_iam_user.b.name\n ${asking}\n}`,
      ),
    ],
    unknown: [
      group(groupPolicy('policy = var.policy')),
      group(
        `resource "aws_iam_group_policy_attachment" "x" {\n group = aws_iam_group.x.name\n policy_arn = var.arn\n}`,
      ),
    ],
    notApplicable: [tf('resource "aws_iam_group" "x" {\n count = 0\n}')],
  },
  'IAM-06': {
    pass: [
      policy(allow('["lambda:CreateFunction", "dynamodb:CreateTable"]')),
      policy(allow('"iam:PassRole"', '"arn:aws:iam::111122223333:role/campus-task"'), allow('"ecs:RunTask"')),
      policy(allow('"iam:CreateAccessKey"', '"arn:aws:iam::111122223333:user/app"')),
      policy(allow('"iam:PutRolePolicy"', 'aws_iam_role.app.arn')),
      policy('{ Effect = "Deny", Action = "iam:*", Resource = "*" }'),
      policy(allow('"sts:AssumeRole"', '"*"', ', Condition = { StringEquals = { "sts:ExternalId" = "x" } }')),
    ],
    fail: [
      policy(allow('["iam:PassRole", "ecs:RunTask"]')),
      policy(allow('"iam:PassRole"'), allow('"lambda:CreateFunction"', '["arn:aws:lambda:x"]')),
      policy(allow('"iam:CreateAccessKey"')),
      policy(allow('"iam:Put*"')),
      policy(allow('"*"')),
      policy(allow('"sts:AssumeRole"')),
      policy('{ Effect = "Allow", NotAction = ["s3:*"], Resource = "*" }'),
      policy('{ Effect = "Allow", Action = "*", NotResource = "arn:aws:s3:::x" }'),
      policy(allow('"iam:PutUserPolicy"', '"arn:${var.partition}:iam::${var.account}:user/*"')),
      policy(
        allow('"iam:CreateAccessKey"', '"*"', ', Condition = { Bool = { "aws:SecureTransport" = "true" } }'),
      ),
      policy(allow('"iam:AttachRolePolicy"', '"arn:aws:iam::111122223333:role/*"')),
      tf(
        'data "aws_iam_policy_document" "x" {\n statement {\n actions = ["iam:UpdateAssumeRolePolicy"]\n resources = ["*"]\n }\n}',
      ),
    ],
    unknown: [
      policy(allow('var.actions')),
      policy(allow('"iam:PutRolePolicy"', 'var.arns')),
      policy(allow('"iam:CreateAccessKey"', '"*"', ', Condition = { Null = { "x:y" = "true" } }')),
      tf('resource "aws_iam_policy" "x" {\n policy = file("p.json")\n}'),
      policy('{ Effect = var.effect, Action = "iam:*", Resource = "*" }'),
    ],
    notApplicable: [tf('resource "aws_iam_role" "x" {\n name = "x"\n}')],
  },
  'IAM-08': {
    pass: [
      attachment('groups = ["staff"]'),
      attachment('users = []'),
      tf('resource "aws_iam_group_policy_attachment" "x" {\n group = "x"\n policy_arn = "y"\n}'),
    ],
    fail: [
      attachment('users = ["one"]'),
      tf('resource "aws_iam_user_policy" "x" {\n user = "x"\n policy = "{}"\n}'),
      tf('resource "aws_iam_user_policy_attachment" "x" {\n user = "x"\n policy_arn = "y"\n}'),
    ],
    unknown: [attachment('users = var.users')],
    notApplicable: [tf('resource "aws_iam_user_policy" "x" {\n count = 0\n user = "x"\n}')],
  },
  'IAM-09': {
    pass: [
      tf('resource "aws_iam_saml_provider" "x" {\n name = "x"\n}'),
      tf('resource "aws_iam_user" "break_glass" {\n name = "x"\n}'),
      statement('IAM-09', 'current'),
    ],
    fail: [
      tf('resource "aws_iam_user" "x" {\n name = "x"\n}'),
      tf('resource "aws_iam_access_key" "x" {\n user = "x"\n}'),
    ],
    unknown: [live('terraform', 'aws_iam_user', 'cannot be read'), statement('IAM-09', 'expired')],
    notApplicable: [tf('resource "aws_iam_user" "x" {\n count = 0\n}')],
  },
  'IAM-12': {
    pass: [
      passwords('minimum_password_length = 14\n password_reuse_prevention = 24'),
      passwords('minimum_password_length = "20"\n password_reuse_prevention = 24'),
    ],
    fail: [
      passwords('minimum_password_length = 8\n password_reuse_prevention = 24'),
      passwords('minimum_password_length = 14'),
      passwords(''),
    ],
    unknown: [passwords('minimum_password_length = var.length\n password_reuse_prevention = 24')],
    notApplicable: [passwords('count = 0')],
  },
  'IAM-13': {
    pass: [
      instance('iam_instance_profile = "worker"'),
      instance('iam_instance_profile = aws_iam_instance_profile.x.name'),
      roles(taskRole, ''),
      service('image: app:1.0.0'),
    ],
    fail: [
      instance(''),
      task('image = "x"'),
      task(
        'environment = [{ name = "AWS_SECRET_ACCESS_KEY", value = "x" }]',
        'task_role_arn = aws_iam_role.a.arn',
      ),
      service('image: app:1.0.0\nenvironment:\n  AWS_ACCESS_KEY_ID: ${AWS_ACCESS_KEY_ID}'),
      dockerfile('FROM x:1\nENV AWS_SECRET_ACCESS_KEY=q8Xw33k\n'),
      dockerfile('FROM x:1\nARG AWS_SECRET_ACCESS_KEY\n'),
      tf('provider "aws" {\n access_key = "q8Xw33k"\n}'),
      tf('resource "google_service_account_key" "x" {\n service_account_id = "x"\n}'),
    ],
    unknown: [
      instance('iam_instance_profile = var.profile'),
      service('image: app:1.0.0\nenvironment:\n  GOOGLE_APPLICATION_CREDENTIALS: /keys/sa.json'),
      service('image: app:1.0.0\nenv_file: .env'),
      live('ecs', 'task_definition', 'cannot be read'),
    ],
    notApplicable: [
      dockerfile('FROM x:1\n'),
      tf('provider "aws" {\n region = "us-east-1"\n}'),
      tf('provider "aws" {\n access_key = null\n}'),
    ],
  },
  'IAM-14': {
    pass: [
      roles(taskRole, 'execution_role_arn = aws_iam_role.b.arn'),
      live('ecs', 'task_definition', { task_role_arn: 'a', execution_role_arn: 'b' }),
    ],
    fail: [
      roles(taskRole, 'execution_role_arn = aws_iam_role.a.arn'),
      live('ecs', 'task_definition', { task_role_arn: 'a', execution_role_arn: 'a' }),
    ],
    unknown: [
      roles(taskRole, 'execution_role_arn = var.role'),
      roles(taskRole, 'execution_role_arn = "arn:aws:iam::111122223333:role/x"'),
    ],
    notApplicable: [roles(taskRole, ''), roles('', '')],
  },
  'IAM-15': {
    pass: [
      account_('email = "worker@campus.iam.gserviceaccount.com"'),
      account_('email = google_service_account.x.email'),
      pod({ serviceAccountName: 'booking' }),
      pod({ automountServiceAccountToken: false }),
    ],
    fail: [
      account_(''),
      account_('email = "default"'),
      account_('email = "123456789-compute@developer.gserviceaccount.com"'),
      pod({ containers: [] }),
      pod({ serviceAccountName: 'default' }),
    ],
    unknown: [account_('email = var.email'), live('kubernetes', 'pod', 'cannot be read')],
    notApplicable: [google('')],
  },
  'IAM-16': {
    pass: [sessions([{ value: 0 }]), statement('IAM-16', 'current')],
    fail: [sessions([{ value: 1 }]), sessions([{ value: 0 }, { value: 3 }])],
    unknown: [
      sessions([]),
      sessions([{ value: null }, { value: 'x' }]),
      statement('IAM-16', 'document changed'),
    ],
    // Whoever asks the ledger has administrators.
    notApplicable: [],
  },
  'IAM-18': {
    pass: [statement('IAM-18', 'current'), together(statement('IAM-18', 'current'), vpc)],
    fail: [],
    unknown: [
      statement('IAM-18', 'expired'),
      named('IAM-18', live('attestation', 'statement', 'nobody signed')),
    ],
    notApplicable: [],
  },
  'IAM-19': {
    pass: [
      clusterRole([{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }]),
      binding('view', { kind: 'ServiceAccount', name: 'x' }),
      binding('cluster-admin', { kind: 'User', name: 'operator' }),
    ],
    fail: [
      clusterRole([{ apiGroups: [''], resources: ['pods'], verbs: ['*'] }]),
      clusterRole([{ apiGroups: [''], resources: ['*'], verbs: ['get'] }]),
      binding('cluster-admin', { kind: 'ServiceAccount', name: 'x' }),
      binding('cluster-admin', { kind: 'Group', name: 'system:authenticated' }),
    ],
    unknown: [
      live('kubernetes', 'role', 'cannot be read'),
      live('kubernetes', 'rolebinding', { subjects: [] }),
    ],
    notApplicable: [clusterRole([]), binding('cluster-admin')],
  },
  'IAM-20': {
    pass: [analyzer(''), analyzer('type = "ORGANIZATION"')],
    fail: [vpc, analyzer('type = "ACCOUNT_UNUSED_ACCESS"')],
    unknown: [analyzer('type = var.type'), tf('resource "aws_vpc" "x" {}\nmodule "m" {\n source = "./m"\n}')],
    notApplicable: [analyzer('count = 0')],
  },
}
