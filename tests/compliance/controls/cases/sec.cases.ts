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

export const sec: Readonly<Record<string, Cases>> = {
  'SEC-03': {
    pass: [
      repository({ '.gitignore': ignoring, '.env': 'A=1\n' }),
      repository({
        '.gitignore': ignoring,
        Dockerfile: 'FROM x:1\nCOPY . .\n',
        '.dockerignore': '**/.env*\n',
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
    ],
    unknown: [machine('user_data = var.script'), machine('user_data = file("start.sh")')],
    notApplicable: [machine(''), together(machine('count = 0\n user_data = var.script'))],
  },
}
