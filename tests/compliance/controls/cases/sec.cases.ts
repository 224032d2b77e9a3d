/** Cases of the group SEC. */
import { fileReaders } from '../../../../compliance/gather/readers.ts'
import { repositoryReader } from '../../../../compliance/gather/repository/reader.ts'
import { dockerfile, file, live, named, task, tf, together, type Cases, type Source } from '../cases.ts'

/** What a scan of a folder with these files says of it as a repository, Dockerfiles too. */
function repository(files: Readonly<Record<string, string>>, isTop = true): Source {
  const paths = Object.keys(files)
  const folders = isTop ? ['.'] : []
  const set = {
    paths,
    textOf: (path: string) => files[path],
    found: paths,
    roots: ['.'],
    repositories: folders,
  }
  return () => [
    ...paths.flatMap((path) =>
      fileReaders
        .filter((reader) => reader.path.test(path) && (reader.recognises?.(files[path] ?? '') ?? true))
        .flatMap(
          ({ read }) => read({ file: path, bytes: new TextEncoder().encode(files[path]) }, set).resources,
        ),
    ),
    ...(repositoryReader.after?.(set).resources ?? []),
  ]
}

const ignoring = '.env*\n*.pem\n*.key\n'
const secret = (lines: string, beside: string) =>
  tf(`resource "aws_secretsmanager_secret" "x" {\n name = "x"\n${lines}\n}\n${beside}`)
const rotation = (rules: string, of = 'aws_secretsmanager_secret.x.id') =>
  `resource "aws_secretsmanager_secret_rotation" "x" {\n secret_id = ${of}\n${rules}\n}`
const rules = (line: string) => `rotation_rules {\n ${line}\n}`
const key = (lines: string) => tf(`resource "aws_kms_key" "x" {\n${lines}\n}`)
const keyPolicy = (principal: string, rest = '') =>
  key(
    `policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = ${principal}, Action = "kms:*", Resource = "*"${rest} }] })`,
  )
const variable = (name: string, lines = '') => tf(`variable "${name}" {\n type = string\n${lines}\n}`)
const machine = (lines: string) => tf(`resource "aws_instance" "x" {\n${lines}\n}`)
const keys = (...entries: readonly object[]) => live('http', 'door', { jwks: { keys: entries } })

const database = (lines: string) => tf(`resource "aws_db_instance" "x" {\n${lines}\n}`)
const root = (lines: string) => tf(`terraform {\n${lines}\n}\nprovider "aws" {}`)
const googleKey = (lines: string) => tf(`resource "google_kms_crypto_key" "x" {\n${lines}\n}`)

export const sec: Readonly<Record<string, Cases>> = {
  'SEC-03': {
    pass: [
      repository({ '.gitignore': ignoring, '.env': 'A=1\n' }),
      repository({
        '.gitignore': ignoring,
        Dockerfile: 'FROM x:1\nCOPY . .\n',
        '.dockerignore': '**/.env*\n**/*.pem\n**/*.key\n',
      }),
      repository({
        '.gitignore': ignoring,
        Dockerfile: 'FROM x:1\nCOPY . .\n',
        '.dockerignore': '*\n!src\n',
      }),
      repository({ '.gitignore': ignoring }, false),
    ],
    fail: [
      repository({ '.gitignore': '*.pem\n*.key\n', 'x.ts': '' }),
      repository({ 'x.ts': '' }),
      repository({ '.env.production': 'DB_PASSWORD=x\n' }, false),
      repository({ '.gitignore': ignoring, 'certs/id_rsa': `-----BEGIN ${'RSA'} PRIVATE KEY-----\n` }),
      repository({ '.gitignore': ignoring, Dockerfile: 'FROM x:1\nCOPY . .\n' }),
      repository({ '.gitignore': ignoring, Dockerfile: 'FROM x:1\nCOPY . .\n', '.dockerignore': 'dist\n' }),
      repository({ '.gitignore': ignoring, Dockerfile: 'FROM x:1\nCOPY . .\n', '.dockerignore': '.env\n' }),
    ],
    unknown: [
      repository({ '.gitignore': 'dist\n', 'x.ts': '' }, false),
      dockerfile('FROM x:1\nCOPY . .\n'),
      live('repository', 'tree', 'cannot be read'),
    ],
    notApplicable: [
      dockerfile('FROM x:1\nCOPY src ./src\nCOPY --from=build . .\n'),
      file(repositoryReader, 'ca.pem', '-----BEGIN CERTIFICATE-----\nMIIC\n'),
    ],
  },
  'SEC-05': {
    pass: [
      secret('', rotation(rules('automatically_after_days = 30'))),
      secret('', rotation(rules('schedule_expression = "rate(30 days)"'))),
      secret('', rotation(rules('schedule_expression = "cron(0 8 1 * ? *)"'))),
    ],
    fail: [
      secret('', ''),
      secret('', rotation(rules('automatically_after_days = 180'))),
      secret('', rotation(rules('automatically_after_days = 30'), '"other"')),
    ],
    unknown: [
      secret('', rotation(rules('automatically_after_days = var.days'))),
      secret('', rotation(rules('automatically_after_days = 30'), 'var.secret')),
    ],
    notApplicable: [tf('resource "aws_secretsmanager_secret" "x" {\n count = 0\n}')],
  },
  'SEC-06': {
    pass: [
      secret('kms_key_id = aws_kms_key.x.arn', 'resource "aws_kms_key" "x" {}'),
      secret('kms_key_id = "arn:aws:kms:us-east-1:111122223333:key/1"', ''),
    ],
    fail: [
      secret('', ''),
      secret('kms_key_id = "alias/aws/secretsmanager"', ''),
      secret('kms_key_id = null', ''),
    ],
    unknown: [secret('kms_key_id = var.key', '')],
    notApplicable: [tf('resource "aws_secretsmanager_secret" "x" {\n count = 0\n}')],
  },
  'SEC-08': {
    pass: [
      key('deletion_window_in_days = 7'),
      keyPolicy('{ AWS = "arn:aws:iam::111122223333:root" }'),
      keyPolicy('{ AWS = "arn:aws:iam::${var.account}:root" }'),
      keyPolicy('{ AWS = [aws_iam_role.x.arn] }'),
      keyPolicy('{ AWS = "*" }', ', Condition = { StringEquals = { "kms:CallerAccount" = "111122223333" } }'),
    ],
    fail: [
      key('deletion_window_in_days = 3'),
      keyPolicy('"*"'),
      key(
        'policy = jsonencode({ Statement = [{ Effect = "Allow", NotPrincipal = { AWS = "arn:aws:iam::111122223333:root" }, Action = "kms:*" }] })',
      ),
      keyPolicy('{ AWS = ["arn:aws:iam::111122223333:root", "*"] }'),
      keyPolicy('"*"', ', Condition = { Bool = { "aws:SecureTransport" = "true" } }'),
      tf(
        'resource "aws_kms_key_policy" "x" {\n policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = "*", Action = "kms:*", Resource = "*" }] })\n}',
      ),
    ],
    unknown: [
      key('deletion_window_in_days = var.days'),
      key('policy = var.policy'),
      keyPolicy('{ AWS = var.who }'),
      keyPolicy('"*"', ', Condition = { StringEquals = { "aws:PrincipalTag/team" = "records" } }'),
    ],
    notApplicable: [key('count = 0')],
  },
  'SEC-11': {
    pass: [
      variable('database_password', 'sensitive = true'),
      tf('output "api_key" {\n value = aws_x.y.key\n sensitive = true\n}'),
    ],
    fail: [
      variable('database_password'),
      variable('jwt_secret', 'sensitive = false'),
      tf('output "api_key" {\n value = aws_x.y.key\n}'),
    ],
    unknown: [live('terraform', 'variable', 'cannot be read')],
    notApplicable: [
      variable('region'),
      variable('database_password_arn'),
      tf('variable "rotate_secret" {\n type = bool\n}'),
    ],
  },
  'SEC-12': {
    pass: [
      task('secrets = [{ name = "JWT_PRIVATE_KEY", valueFrom = "arn:aws:secretsmanager:x" }]'),
      keys({ kid: 'a', kty: 'EC', use: 'sig' }, { kid: 'b', kty: 'RSA', use: 'sig' }),
      named('SEC-12', live('attestation', 'statement', { state: 'current', expires: '2027-01-01' })),
    ],
    fail: [
      task('environment = [{ name = "JWT_SIGNING_KEY", value = "q8Xw-33k" }]'),
      keys({ kty: 'EC', use: 'sig' }),
      keys({ kid: 'a', kty: 'oct', use: 'sig' }),
      keys({ kid: 'a', kty: 'EC' }),
      live('http', 'door', { jwks: { keys: [] } }),
    ],
    unknown: [
      tf('resource "aws_ecs_task_definition" "x" {\n container_definitions = file("c.json")\n}'),
      task('environment = [{ name = var.name, value = "x" }]'),
      named('SEC-12', live('attestation', 'statement', 'nobody signed for it')),
    ],
    notApplicable: [
      task('environment = [{ name = "JWT_PUBLIC_KEY", value = "x" }]'),
      task('environment = [{ name = "LOG_LEVEL", value = "info" }]'),
    ],
  },
  'SEC-13': {
    pass: [
      machine('user_data = "systemctl start campus"'),
      tf(
        'resource "google_compute_instance" "x" {\n metadata = { enable-oslogin = "TRUE" }\n metadata_startup_script = "systemctl start campus"\n}',
      ),
    ],
    fail: [
      machine('user_data = "export DB_PASS=q8Xw-33k"'),
      machine(`user_data_base64 = "${Buffer.from('export DB_PASS=q8Xw-33k').toString('base64')}"`),
      machine('user_data = "export DB_PASS=${var.database_password}"'),
      tf(
        'resource "google_compute_instance" "x" {\n metadata_startup_script = "PGPASSWORD=q8Xw-33k psql"\n}',
      ),
      tf('resource "google_compute_instance" "x" {\n metadata = { db-password = "q8Xw-33k" }\n}'),
      machine('user_data = "#cloud-config\\npassword: q8Xw-33k\\n"'),
      tf(
        'resource "google_compute_instance" "x" {\n metadata = { startup-script = "echo \'{\\"password\\": \\"q8Xw-33k\\"}\' > x" }\n}',
      ),
    ],
    unknown: [machine('user_data = var.script'), machine('user_data = file("start.sh")')],
    notApplicable: [machine(''), together(machine('count = 0\n user_data = var.script'))],
  },
  'SEC-07': {
    pass: [
      key('enable_key_rotation = true'),
      key('enable_key_rotation = "true"'),
      key('enable_key_rotation = true\n rotation_period_in_days = 180'),
      googleKey('rotation_period = "7776000s"'),
    ],
    fail: [
      key('enable_key_rotation = false'),
      key('enable_key_rotation = true\n rotation_period_in_days = 2560'),
      key(''),
      googleKey(''),
      googleKey('rotation_period = "31536000s"'),
    ],
    unknown: [
      key('enable_key_rotation = var.rotate'),
      key('enable_key_rotation = true\n rotation_period_in_days = var.days'),
      key('customer_master_key_spec = var.spec'),
      key('key_usage = var.usage'),
      googleKey('rotation_period = var.period'),
    ],
    notApplicable: [
      googleKey('purpose = "ASYMMETRIC_SIGN"'),
      key('key_usage = "SIGN_VERIFY"'),
      key('customer_master_key_spec = "RSA_2048"'),
    ],
  },
  'SEC-09': {
    pass: [
      database('manage_master_user_password = true'),
      database('manage_master_user_password = true\n password = null'),
      database('password = random_password.x.result'),
      database('password = jsondecode(data.aws_secretsmanager_secret_version.x.secret_string)["password"]'),
      tf('resource "aws_redshift_cluster" "x" {\n manage_master_password = true\n}'),
    ],
    fail: [
      database('password = "q8Xw-33k"'),
      tf('resource "aws_docdb_cluster" "x" {\n master_password = "q8Xw-33k"\n}'),
      tf('resource "aws_redshift_cluster" "x" {\n master_password = "q8Xw-33k"\n}'),
      tf('resource "google_sql_database_instance" "x" {\n root_password = "q8Xw-33k"\n}'),
      tf('variable "p" {\n default = "q8Xw-33k"\n}\nresource "aws_db_instance" "x" {\n password = var.p\n}'),
    ],
    unknown: [
      database('password = var.password'),
      database('snapshot_identifier = var.snapshot'),
      database(''),
    ],
    notApplicable: [
      database('replicate_source_db = "other"'),
      database('snapshot_identifier = "snap-1"\n password = null'),
      tf('resource "google_sql_database_instance" "x" {\n database_version = "POSTGRES_17"\n}'),
    ],
  },
  'SEC-10': {
    pass: [
      root('backend "s3" {\n bucket = "s"\n key = "k"\n encrypt = true\n use_lockfile = true\n}'),
      root('cloud {\n organization = "campus"\n}'),
      root('backend "gcs" {\n bucket = "s"\n prefix = "p"\n}'),
      root('backend "gcs" {\n bucket = "s"\n}'),
      root('backend "gcs" {}'),
      root('backend "azurerm" {}'),
    ],
    fail: [
      root(''),
      root('backend "local" {\n path = "x"\n}'),
      root('backend "s3" {\n bucket = "s"\n key = "k"\n use_lockfile = true\n}'),
      root('backend "s3" {\n bucket = "s"\n key = "k"\n encrypt = true\n}'),
    ],
    unknown: [
      root('backend "s3" {}'),
      root('backend "s3" {\n bucket = "s"\n encrypt = true\n use_lockfile = var.lock\n}'),
      root('backend "s3" {\n bucket = "s"\n encrypt = var.e\n use_lockfile = true\n}'),
      root('backend "pg" {\n conn_str = "x"\n}'),
    ],
    notApplicable: [tf('terraform {\n required_version = ">= 1.10"\n}')],
  },
}
