import { repositoryReader } from '../../../compliance/gather/repository/reader.ts'
import { file, live, service, task, tf, type Cases } from './cases.ts'

const door = (attributes: object) =>
  live('http', 'door', { page: { status: 200, header: {} }, ...attributes })
const environment = (name: string, value: string) =>
  service(`image: app:1.0.0\nenvironment:\n  ${name}: ${value}`)
const variable = (name: string, value: string) => tf(`variable "${name}" {\n default = ${value}\n}`)
const ecs = (name: string, value: string) => task(`environment = [{ name = "${name}", value = ${value} }]`)
const machineScript = (script: string) =>
  tf(`resource "aws_instance" "x" {\n user_data = <<-EOT\n${script}\nEOT\n}`)
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

export const identity: Readonly<Record<string, Cases>> = {
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
    pass: [
      environment('JWT_SECRET', '${JWT_SECRET}'),
      environment('DATABASE_PASSWORD', "''"),
      tf(
        'resource "aws_redshiftserverless_namespace" "x" {\n admin_user_password = random_password.x.result\n}',
      ),
      tf('resource "google_sql_user" "x" {\n password = aws_db_instance.x.password\n}'),
    ],
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
      tf('locals {\n db_password = "q8Xw-33k"\n}'),
      tf('resource "google_secret_manager_secret_version" "x" {\n secret_data = "q8Xw-33k"\n}'),
      tf(
        'resource "google_cloudfunctions_function" "x" {\n environment_variables = { DB_PASSWORD = "q8Xw-33k" }\n}',
      ),
      tf(
        'resource "google_cloud_run_v2_service" "x" {\n template {\n containers {\n env {\n name = "DB_PASSWORD"\n value = "q8Xw-33k"\n}\n}\n}\n}',
      ),
      tf('resource "aws_redshiftserverless_namespace" "x" {\n admin_user_password = "q8Xw-33k"\n}'),
      tf('module "m" {\n source = "example/m/aws"\n db_password = "q8Xw-33k"\n}'),
      machineScript('#cloud-config\npassword: q8Xw-33k\n'),
      machineScript('#cloud-config\nwrite_files:\n  - content: |\n      db_password: q8Xw-33k\n'),
      machineScript('echo \'{"password": "q8Xw-33k"}\' > /etc/app.json'),
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
      machineScript('#cloud-config\nlock_passwd: false\nssh_pwauth: true\npassword: $6$x$y\n'),
      machineScript('echo "Enter the password: now"\n# token: see the handbook\n'),
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
}
