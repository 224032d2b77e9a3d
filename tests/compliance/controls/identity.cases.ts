import { repositoryReader } from '../../../compliance/gather/repository/reader.ts'
import { file, live, service, task, tf, type Cases } from './cases.ts'

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
const trust = (principal: string, rest = '') =>
  tf(
    `resource "aws_iam_role" "x" {\n assume_role_policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = ${principal}${rest} }] })\n}`,
  )
const door = (attributes: object) =>
  live('http', 'door', { page: { status: 200, header: {} }, ...attributes })
const environment = (name: string, value: string) =>
  service(`image: app:1.0.0\nenvironment:\n  ${name}: ${value}`)
const variable = (name: string, value: string) => tf(`variable "${name}" {\n default = ${value}\n}`)
const ecs = (name: string, value: string) => task(`environment = [{ name = "${name}", value = ${value} }]`)
const key = (lines: string) => tf(`resource "aws_kms_key" "x" {\n${lines}\n}`)
const database = (lines: string) => tf(`resource "aws_db_instance" "x" {\n${lines}\n}`)
const root = (lines: string) => tf(`terraform {\n${lines}\n}\nprovider "aws" {}`)
const plainService = service('image: app:1.0.0')
const text = (path: string, content: string) => file(repositoryReader, path, content)
const pod = (container: object) =>
  live('kubernetes', 'deployment', {
    spec: { template: { spec: { containers: [{ name: 'app', ...container }] } } },
  })
const clusterSecret = (attributes: Readonly<Record<string, unknown>>) =>
  live('kubernetes', 'secret', attributes)
const base64 = (value: string) => Buffer.from(value).toString('base64')
const definition = (container: object) =>
  live('ecs', 'task_definition', { container_definitions: [{ name: 'app', ...container }] })
const googleKey = (lines: string) => tf(`resource "google_kms_crypto_key" "x" {\n${lines}\n}`)

export const identity: Readonly<Record<string, Cases>> = {
  'IAM-04': {
    pass: [
      allow('["s3:GetObject"]', '"*"'),
      allow('"*"', '["arn:aws:s3:::x"]'),
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
      tf(
        'resource "aws_ssoadmin_permission_set_inline_policy" "x" {\n inline_policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }] })\n}',
      ),
    ],
    unknown: [
      inlined('var.document'),
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
      built('actions = ["s3:GetObject"]\n resources = [aws_s3_bucket.x.arn]'),
    ],
    fail: [
      inlined(everything),
      managed(administrator),
      managed('["arn:aws:iam::aws:policy/AmazonS3FullAccess"]'),
      allow('"s3:*"', '["arn:aws:s3:::x"]'),
      allow('["dynamodb:PutItem"]', '"*"'),
      built('actions = ["*"]\n resources = ["arn:aws:s3:::x"]'),
    ],
    unknown: [
      inlined('var.document'),
      managed('var.arns'),
      managed('["arn:aws:iam::aws:policy/ReadOnlyAccess"]'),
      dynamicInline,
      policy('{ Effect = var.effect, Action = "s3:*", Resource = "*" }'),
      allow('var.actions', '["arn:aws:s3:::x"]'),
      tf('resource "aws_iam_policy" "x" {\n policy = file("p.json")\n}'),
    ],
    notApplicable: [elsewhere, plainRole],
  },
  'IAM-07': {
    pass: [
      trust('{ Service = "ecs-tasks.amazonaws.com" }'),
      trust(
        '{ AWS = "arn:aws:iam::111122223333:root" }',
        ', Condition = { StringEquals = { "sts:ExternalId" = "x" } }',
      ),
    ],
    fail: [
      trust('{ AWS = "arn:aws:iam::${var.account}:root" }'),
      trust('"*"'),
      trust('{ AWS = "*" }'),
      trust('{ AWS = ["arn:aws:iam::111122223333:root"] }'),
    ],
    unknown: [
      tf('resource "aws_iam_role" "x" {\n assume_role_policy = jsonencode({ Statement = [] })\n}'),
      trust('{ AWS = var.account }'),
      trust('{ AWS = "*" }', ', Condition = { StringEquals = { "aws:PrincipalOrgID" = "o" } }'),
      tf('resource "aws_iam_role" "x" {\n assume_role_policy = file("t.json")\n}'),
    ],
    notApplicable: [tf('resource "aws_iam_role" "x" {\n count = 0\n assume_role_policy = file("t.json")\n}')],
  },
  'IAM-17': {
    pass: [
      door({ protected: [{ path: '/me', status: 401 }] }),
      door({
        protected: [
          { path: '/me', status: 403 },
          { path: '/x', status: 401 },
        ],
      }),
    ],
    fail: [
      door({ protected: [{ path: '/me', status: 200 }] }),
      door({
        protected: [
          { path: '/me', status: 401 },
          { path: '/x', status: 404 },
        ],
      }),
    ],
    unknown: [live('http', 'door', 'does not answer: ECONNREFUSED'), door({ protected: [{ path: '/me' }] })],
    notApplicable: [door({ protected: [] })],
  },
  'SEC-01': {
    pass: [environment('JWT_SECRET', '${JWT_SECRET}'), environment('DATABASE_PASSWORD', "''")],
    fail: [
      environment('PGPASSWORD', 'q8Xw-33k'),
      environment('dbPassword', 'q8Xw-33k'),
      service('image: redis:7.4.1\ncommand: redis-server --requirepass q8Xw-33k'),
      service('image: redis:7.4.1\ncommand: ["redis-server", "--requirepass", "q8Xw-33k"]'),
      service('image: app:1.0.0\nhealthcheck:\n  test: ["CMD-SHELL", "PGPASSWORD=q8Xw-33k psql"]'),
      service('image: app:1.0.0\nlabels:\n  api.token: q8Xw-33k'),
      service('image: app:1.0.0\nbuild:\n  context: .\n  args:\n    NPM_TOKEN: q8Xw-33k'),
      task('command = ["app", "--password=q8Xw-33k"]'),
      tf('resource "aws_instance" "x" {\n user_data = "export DB_PASS=q8Xw-33k"\n}'),
      environment('DATABASE_PASSWORD', 'q8Xw-33k'),
      environment('JWT_SECRET', '${JWT_SECRET:-q8Xw-33k}'),
      environment('QUEUE', 'amqp://app:q8Xw33k@queue/'),
      variable('database_password', '"q8Xw-33k"'),
      ecs('API_KEY', '"q8Xw-33k"'),
      text('deploy.sh', 'export DB_PASSWORD=q8Xw33k\n'),
      text('.env.example', 'DB_PASSWORD=q8Xw-33k-mailer\n'),
      pod({ env: [{ name: 'DB_PASSWORD', value: 'q8Xw33k' }] }),
      clusterSecret({ stringData: { password: 'q8Xw33k' } }),
      clusterSecret({ data: { token: base64('q8Xw33k') } }),
      definition({ environment: [{ name: 'DB_PASSWORD', value: 'q8Xw33k' }] }),
      tf('provider "aws" {\n secret_key = "q8Xw33kq8Xw33k"\n}'),
      tf('resource "aws_elasticache_replication_group" "x" {\n auth_token = "q8Xw33kq8Xw33k"\n}'),
    ],
    unknown: [
      live('kubernetes', 'secret', 'cannot be read'),
      live('repository', 'tree', 'cannot be read'),
      variable('database_password', 'file("p")'),
      service('image: app:1.0.0\nenv_file: .env'),
      tf('resource "aws_ecs_task_definition" "x" {\n container_definitions = file("c.json")\n}'),
    ],
    notApplicable: [
      service('image: redis:7.4.1\ncommand: redis-server --requirepass ${REDIS_PASSWORD}'),
      environment('PASS_THROUGH', 'q8Xw-33k'),
      environment('AUTHOR', 'somebody'),
      plainService,
      pod({ env: [{ name: 'DB_PASSWORD', valueFrom: { secretKeyRef: { name: 'x', key: 'y' } } }] }),
      clusterSecret({ data: { 'ca.crt': 'x' } }),
      text('.env.example', 'JWT_SECRET=change-this-in-production\n'),
      environment('PASSWORD_FILE', '/run/secrets/p'),
      variable('region', '"x"'),
    ],
  },
  'SEC-02': {
    pass: [
      environment('DATABASE_PASSWORD', 'q8Xw-33k'),
      ecs('API_KEY', '"q8Xw-33k"'),
      text('deploy.sh', 'export DB_PASSWORD=q8Xw33k\n'),
    ],
    fail: [
      environment('DATABASE_PASSWORD', 'admin123'),
      environment('JWT_SECRET', '${JWT_SECRET:-change-this-in-production}'),
      environment('URL', 'postgres://postgres:postgres@db/campus'),
      variable('admin_password', '"changeme"'),
      ecs('API_TOKEN', '"secret"'),
      text('seed.sql', "INSERT INTO users VALUES ('admin', 'admin123');\n"),
      clusterSecret({ data: { password: base64('admin') } }),
      pod({ env: [{ name: 'DB_PASSWORD', value: 'postgres' }] }),
    ],
    unknown: [
      service('image: app:1.0.0\nenv_file: .env'),
      environment('JWT_SECRET', '${JWT_SECRET}'),
      variable('admin_password', 'file("p")'),
    ],
    notApplicable: [plainService, variable('region', '"admin"')],
  },
  'SEC-04': {
    pass: [
      service('image: app:1.0.0\nsecrets: [jwt]', 'secrets: { jwt: { file: ./jwt } }'),
      environment('JWT_SECRET_FILE', '/run/secrets/jwt'),
      task('secrets = [{ name = "JWT_SECRET", valueFrom = "arn:aws:secretsmanager:x" }]'),
      definition({ secrets: [{ name: 'JWT_SECRET', valueFrom: 'arn:aws:secretsmanager:x' }] }),
      pod({ env: [{ name: 'DB_PASSWORD', valueFrom: { secretKeyRef: { name: 'x', key: 'y' } } }] }),
      pod({ envFrom: [{ secretRef: { name: 'x' } }] }),
    ],
    fail: [
      environment('JWT_SECRET', 'q8Xw-33k'),
      ecs('JWT_SECRET', '"q8Xw-33k"'),
      definition({ environment: [{ name: 'JWT_SECRET', value: 'q8Xw33k' }] }),
      pod({ env: [{ name: 'DB_PASSWORD', value: 'q8Xw33k' }] }),
    ],
    unknown: [
      service('image: app:1.0.0\nenv_file: .env'),
      tf('resource "aws_ecs_task_definition" "x" {\n container_definitions = file("c.json")\n}'),
      environment('JWT_SECRET', '${JWT_SECRET}'),
      ecs('JWT_SECRET', 'var.jwt'),
    ],
    notApplicable: [plainService, environment('LOG_LEVEL', 'info')],
  },
  'SEC-07': {
    pass: [
      key('enable_key_rotation = true'),
      key('enable_key_rotation = "true"'),
      googleKey('rotation_period = "7776000s"'),
    ],
    fail: [
      key('enable_key_rotation = false'),
      key(''),
      googleKey(''),
      googleKey('rotation_period = "31536000s"'),
    ],
    unknown: [key('enable_key_rotation = var.rotate'), googleKey('rotation_period = var.period')],
    notApplicable: [
      googleKey('purpose = "ASYMMETRIC_SIGN"'),
      key('key_usage = "SIGN_VERIFY"'),
      key('customer_master_key_spec = "RSA_2048"'),
    ],
  },
  'SEC-09': {
    pass: [database('manage_master_user_password = true'), database('password = random_password.x.result')],
    fail: [
      database('password = "q8Xw-33k"'),
      tf('variable "p" {\n default = "q8Xw-33k"\n}\nresource "aws_db_instance" "x" {\n password = var.p\n}'),
    ],
    unknown: [database('password = var.password'), database('')],
    notApplicable: [database('replicate_source_db = "other"')],
  },
  'SEC-10': {
    pass: [
      root('backend "s3" {\n bucket = "s"\n key = "k"\n encrypt = true\n use_lockfile = true\n}'),
      root('cloud {\n organization = "campus"\n}'),
      root('backend "gcs" {\n bucket = "s"\n prefix = "p"\n}'),
    ],
    fail: [
      root(''),
      root('backend "s3" {\n bucket = "s"\n key = "k"\n use_lockfile = true\n}'),
      root('backend "s3" {\n bucket = "s"\n key = "k"\n encrypt = true\n}'),
    ],
    unknown: [
      root('backend "local" {\n path = "x"\n}'),
      root('backend "s3" {\n bucket = "s"\n encrypt = true\n use_lockfile = var.lock\n}'),
      root('backend "s3" {\n bucket = "s"\n encrypt = var.e\n use_lockfile = true\n}'),
      root('backend "pg" {\n conn_str = "x"\n}'),
    ],
    notApplicable: [tf('terraform {\n required_version = ">= 1.10"\n}')],
  },
}
