/** Cases of the group DBS. */
import { compose, live, named, service, tf, together, type Cases } from '../cases.ts'

const resource = (type: string) => (lines: string) => tf(`resource "${type}" "x" {\n${lines}\n}`)
const database = resource('aws_db_instance')
const postgres = (lines: string) => database(`engine = "postgres"\n${lines}`)
const cloud = (lines: string, version = 'POSTGRES_17') =>
  resource('google_sql_database_instance')(`database_version = "${version}"\n settings {\n${lines}\n }`)
const flag = (name: string, value: string) => `database_flags {\n name = "${name}"\n value = ${value}\n}\n`
const server = (attributes: Readonly<Record<string, unknown>>) => live('postgres', 'server', attributes)
const silent = live('postgres', 'server', 'does not answer: ECONNREFUSED')
const role = (attributes: object) => live('postgres', 'role', { login: true, ...attributes })
const schema = (attributes: object) =>
  live('postgres', 'schema', { public_create: false, public_grants: 0, public_defaults: 0, ...attributes })
const parameters = (settings: Readonly<Record<string, string>>) =>
  resource('aws_db_parameter_group')(
    `family = "postgres17"\n${Object.entries(settings)
      .map(([name, value]) => `parameter {\n name = "${name}"\n value = ${value}\n}\n`)
      .join('')}`,
  )
const audited = {
  log_statement: '"ddl"',
  shared_preload_libraries: '"pgaudit"',
  'pgaudit.role': '"rds_pgaudit"',
}
const settings = (setting: object) => server({ setting })
const limits = { statement_timeout: '10s', idle_in_transaction_session_timeout: '60s', lock_timeout: '5s' }
const noLimits = { statement_timeout: '0', idle_in_transaction_session_timeout: '0', lock_timeout: '0' }
const busy = (taken: number) =>
  server({ setting: { max_connections: '200' }, sessions: { remote: taken, local: 1 } })
const alert = (expr: string) => live('prometheus', 'alert', { expr })
const ages = (xids: string, more: object = {}) =>
  server({
    setting: { autovacuum: 'on' },
    ages: {
      database_xids: xids,
      database_multixacts: '1',
      table_xids: xids,
      tables_without_autovacuum: 0,
      ...more,
    },
  })
const image = 'image: postgres:17.5\n'
const pod = (spec: object, type = 'deployment') => live('kubernetes', type, { spec: { template: { spec } } })
const stored = (volumes: object[], mountPath = '/var/lib/postgresql/data') =>
  pod({
    containers: [{ name: 'db', image: 'postgres:17.5', volumeMounts: [{ name: 'data', mountPath }] }],
    volumes,
  })

export const dbs: Readonly<Record<string, Cases>> = {
  'DBS-05': {
    pass: [
      database(''),
      postgres('engine_version = "17.5"'),
      cloud(''),
      server({ about: { version_num: 170_005 } }),
      resource('aws_rds_cluster')('engine = "aurora-mysql"\n engine_version = "8.0.mysql_aurora.3.08.0"'),
      cloud('', 'SQLSERVER_2019_STANDARD'),
      database('engine = "sqlserver-se"\n engine_version = "16.00.4165.4.v1"'),
    ],
    fail: [
      database('auto_minor_version_upgrade = false'),
      postgres('engine_version = "12.7"'),
      cloud('', 'POSTGRES_12'),
      cloud('', 'SQLSERVER_2014_EXPRESS'),
      database('engine = "sqlserver-se"\n engine_version = "13.00.6300.2.v1"'),
      server({ about: { version_num: 130_004 } }),
    ],
    unknown: [
      silent,
      database('auto_minor_version_upgrade = var.on'),
      postgres('engine_version = var.version'),
      cloud('', 'ORACLE_23'),
    ],
    notApplicable: [database('count = 0')],
  },
  'DBS-06': {
    pass: [
      postgres('iam_database_authentication_enabled = true'),
      cloud(flag('cloudsql.iam_authentication', '"on"')),
      cloud(flag('cloudsql_iam_authentication', '"on"'), 'MYSQL_8_0'),
    ],
    fail: [
      postgres(''),
      postgres('iam_database_authentication_enabled = false'),
      cloud(''),
      cloud(flag('cloudsql.iam_authentication', '"off"')),
    ],
    unknown: [
      postgres('iam_database_authentication_enabled = var.on'),
      cloud(flag('cloudsql.iam_authentication', 'var.on')),
    ],
    notApplicable: [database('engine = "sqlserver-se"'), database('count = 0')],
  },
  'DBS-10': {
    pass: [schema({}), schema({ is_of_extension: true, public_grants: 2 })],
    fail: [schema({ public_create: true }), schema({ public_grants: 1 }), schema({ public_defaults: 1 })],
    unknown: [live('postgres', 'schema', 'permission denied'), schema({ public_create: null })],
    // A schema always has rights.
    notApplicable: [],
  },
  'DBS-12': {
    pass: [
      parameters(audited),
      parameters({
        shared_preload_libraries: '"pg_stat_statements,pgaudit"',
        'pgaudit.log': '"ddl,role,read,write"',
      }),
      cloud(flag('cloudsql.enable_pgaudit', '"on"') + flag('pgaudit.log', '"all"')),
      settings({
        log_statement: 'none',
        shared_preload_libraries: 'pgaudit',
        'pgaudit.log': 'all',
        'pgaudit.role': '',
      }),
    ],
    fail: [
      parameters({ log_statement: '"ddl"' }),
      parameters({ ...audited, log_statement: '"none"' }),
      parameters({ ...audited, 'pgaudit.role': '""', 'pgaudit.log': '"ddl,-read,-write"' }),
      cloud(''),
      postgres(''),
      settings({ log_statement: 'none', shared_preload_libraries: '' }),
    ],
    unknown: [
      silent,
      parameters({ ...audited, shared_preload_libraries: 'var.libraries' }),
      parameters({ ...audited, 'pgaudit.role': 'var.role' }),
    ],
    notApplicable: [tf('resource "aws_db_parameter_group" "x" {\n count = 0\n family = "postgres17"\n}')],
  },
  'DBS-14': {
    pass: [
      role({ effective: limits }),
      together(
        role({ effective: {} }),
        settings({
          statement_timeout: '10000',
          idle_in_transaction_session_timeout: '60000',
          lock_timeout: '5000',
        }),
      ),
    ],
    fail: [
      role({ effective: { ...limits, lock_timeout: '0' } }),
      together(role({ effective: {} }), settings(noLimits)),
      together(role({ effective: { statement_timeout: '0ms' } }), settings(limits)),
    ],
    unknown: [role({ effective: {} }), live('postgres', 'role', 'permission denied')],
    notApplicable: [role({ login: false }), named('postgres', role({ effective: noLimits }))],
  },
  'DBS-15': {
    pass: [
      busy(40),
      alert('pg_stat_activity_count / pg_settings_max_connections > 0.9'),
      alert('sum(pg_stat_database_numbackends) > 180'),
      together(busy(40), role({ connection_limit: 100 })),
    ],
    fail: [
      busy(190),
      alert('pg_stat_activity_count / pg_settings_max_connections > 0.99'),
      alert('pg_replication_lag_seconds > 900'),
      together(busy(40), role({ connection_limit: 300 })),
    ],
    unknown: [silent, alert('pg_stat_activity_count > foo'), server({ setting: { max_connections: '200' } })],
    // A server always has connections.
    notApplicable: [],
  },
  'DBS-16': {
    pass: [
      database('performance_insights_enabled = true\n monitoring_interval = 60'),
      resource('aws_rds_cluster_instance')('performance_insights_enabled = true\n monitoring_interval = 15'),
    ],
    fail: [database(''), database('performance_insights_enabled = true\n monitoring_interval = 0')],
    unknown: [database('performance_insights_enabled = true\n monitoring_interval = var.seconds')],
    notApplicable: [database('count = 0')],
  },
  'DBS-17': {
    pass: [
      postgres('enabled_cloudwatch_logs_exports = ["postgresql", "upgrade"]'),
      resource('aws_rds_cluster')(
        'engine = "aurora-postgresql"\n enabled_cloudwatch_logs_exports = ["postgresql"]',
      ),
      database('engine = "mysql"\n enabled_cloudwatch_logs_exports = ["error", "slowquery"]'),
    ],
    fail: [
      postgres(''),
      postgres('enabled_cloudwatch_logs_exports = []'),
      postgres('enabled_cloudwatch_logs_exports = ["postgresql"]'),
      database('engine = "mysql"\n enabled_cloudwatch_logs_exports = ["general"]'),
    ],
    unknown: [
      postgres('enabled_cloudwatch_logs_exports = var.logs'),
      database('engine = var.engine\n enabled_cloudwatch_logs_exports = ["error"]'),
    ],
    notApplicable: [database('count = 0')],
  },
  'DBS-19': {
    pass: [ages('120000000'), ages('1600000000')],
    fail: [
      ages('1900000000'),
      ages('1', { tables_without_autovacuum: 1 }),
      server({ setting: { autovacuum: 'off' } }),
    ],
    unknown: [silent, server({ setting: { autovacuum: 'on' } })],
    // A server always has transactions.
    notApplicable: [],
  },
  'DBS-20': {
    pass: [
      service(`${image}volumes:\n  - database:/var/lib/postgresql/data`, 'volumes:\n  database: {}\n'),
      service(`${image}volumes:\n  - /srv/postgres:/var/lib/postgresql/data`),
      service('image: api:1\nenvironment:\n  DATABASE_URL: postgres://api@db/campus'),
      stored([{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }]),
    ],
    fail: [
      service(image),
      service(`${image}tmpfs:\n  - /var/lib/postgresql/data`),
      service(`${image}volumes:\n  - /var/lib/postgresql/data`),
      service('image: api:1\nenvironment:\n  DATABASE_URL: sqlite:///campus.db'),
      service('image: api:1\nenvironment:\n  DATABASE_TYPE: sqlite'),
      stored([{ name: 'data', emptyDir: {} }]),
      stored([{ name: 'data', persistentVolumeClaim: {} }], '/backup'),
    ],
    unknown: [
      service('image: api:1\nenvironment:\n  DATABASE_URL: ${DATABASE_URL}'),
      service(`${image}volumes:\n  - \${DATA}:\${TARGET}`),
      live('kubernetes', 'deployment', 'a template of Helm'),
      stored([]),
    ],
    notApplicable: [
      service('image: api:1'),
      service('image: api:1\nenvironment:\n  NODE_ENV: development\n  DATABASE_TYPE: sqlite'),
      compose('services:\n  cache:\n    image: redis:7.4\n'),
    ],
  },
}
