/** Cases of TLS-11: PostgreSQL and those who connect to it. */
import { live, service, tf, together, type Cases, type Source } from '../cases.ts'

const parameters = (family: string, value: string) =>
  tf(`resource "aws_db_parameter_group" "x" {
    family = "${family}"
    ${value === '' ? '' : `parameter {\n name = "rds.force_ssl"\n value = ${value}\n }`}
  }`)
const url = (value: string) => service(`image: app:1.0.0\nenvironment:\n  DATABASE_URL: ${value}`)
const rule = (attributes: object) => live('postgres', 'hba_rule', { ...attributes })
const cloudSql = (version: string, lines: string) =>
  tf(`resource "google_sql_database_instance" "x" {
    database_version = ${version}
    settings {
      tier = "db-f1-micro"
      ip_configuration {
        ${lines}
      }
    }
  }`)
const rds = (lines: string) => tf(`resource "aws_db_instance" "x" {\n engine = "postgres"\n${lines}\n}`)
const aurora = (version: string) =>
  tf(`resource "aws_rds_cluster" "x" {\n engine = "aurora-postgresql"\n engine_version = "${version}"\n}`)
const database = (setting: object) => live('postgres', 'server', { setting })
/** The same server, where the role may not see the sessions of others. */
const unseeing =
  (source: Source): Source =>
  () =>
    source().map((each) => ({
      ...each,
      attributes: new Map([
        ...each.attributes,
        [
          'sessions',
          { known: false, why: 'the role has no right to read sessions', ...each.position } as const,
        ],
      ]),
    }))

export const postgres: Readonly<Record<string, Cases>> = {
  'TLS-11': {
    pass: [
      cloudSql('"POSTGRES_16"', 'ssl_mode = "ENCRYPTED_ONLY"'),
      cloudSql('"POSTGRES_13"', 'require_ssl = true'),
      rds('engine_version = "16.4"'),
      parameters('postgres14', '"1"'),
      parameters('postgres16', ''),
      parameters('aurora-postgresql17', ''),
      aurora('17.4'),
      url('postgresql+asyncpg://app@db.example.com/app?ssl=require'),
      url('jdbc:postgresql://db.example.com/app?user=app&sslmode=verify-full'),
      url('"host=db.example.com user=app sslmode=require"'),
      url('postgres://app@db/campus?sslmode=verify-full'),
      url('postgres://app@localhost:5432/campus'),
      database({ listen_addresses: '', ssl: 'off' }),
      together(
        database({ listen_addresses: '*', ssl: 'on' }),
        rule({ type: 'hostssl', address: '10.0.0.0', auth_method: 'scram-sha-256' }),
      ),
    ],
    fail: [
      cloudSql('"POSTGRES_16"', ''),
      cloudSql('"POSTGRES_16"', 'ssl_mode = "ALLOW_UNENCRYPTED_AND_ENCRYPTED"\n require_ssl = true'),
      together(
        live('postgres', 'server', {
          setting: { listen_addresses: '*', ssl: 'on' },
          sessions: { remote_without_tls: 2 },
        }),
        rule({ type: 'hostssl', address: '10.0.0.0', auth_method: 'scram-sha-256' }),
      ),
      rds('engine_version = "14.9"'),
      rds('parameter_group_name = "default.postgres13"'),
      parameters('postgres16', '"0"'),
      parameters('postgres14', ''),
      parameters('aurora-postgresql16', ''),
      aurora('16.6'),
      url('postgresql+asyncpg://app@db.example.com/app'),
      url('jdbc:postgresql://db.example.com/app?sslmode=disable'),
      url('"host=db.example.com user=app"'),
      url('postgres://app@db/campus?sslmode=disable'),
      url('postgres://app@db/campus'),
      database({ listen_addresses: '*', ssl: 'off' }),
      together(
        database({ listen_addresses: '*', ssl: 'on' }),
        rule({ type: 'host', address: '10.0.0.0', auth_method: 'scram-sha-256' }),
      ),
    ],
    unknown: [
      cloudSql('"POSTGRES_16"', 'ssl_mode = var.mode'),
      cloudSql('var.version', 'require_ssl = true'),
      rds(''),
      url('campus'),
      database({ listen_addresses: '*', ssl: 'on' }),
      together(
        unseeing(database({ listen_addresses: '*', ssl: 'on' })),
        rule({ type: 'hostssl', address: '10.0.0.0', auth_method: 'scram-sha-256' }),
      ),
      rds('engine_version = var.version'),
      rds('parameter_group_name = "elsewhere"'),
      tf('resource "aws_db_parameter_group" "x" {\n family = var.family\n}'),
      tf(
        'resource "aws_db_parameter_group" "x" {\n family = "postgres14"\n dynamic "parameter" {\n for_each = var.p\n content {}\n }\n}',
      ),
      database({ listen_addresses: '*' }),
      parameters('postgres16', 'var.force'),
      url('${DATABASE_URL}'),
      live('postgres', 'server', 'does not answer'),
      together(
        database({ listen_addresses: '*', ssl: 'on' }),
        live('postgres', 'hba_rule', 'permission denied'),
      ),
    ],
    notApplicable: [parameters('mysql8.0', ''), cloudSql('"MYSQL_8_0"', '')],
  },
}
