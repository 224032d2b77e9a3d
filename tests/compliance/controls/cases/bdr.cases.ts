/** Cases of the group BDR. */
import { prometheusRules } from '../../../../compliance/gather/prometheus/reader.ts'
import { compose, file, live, named, tf, together, type Cases } from '../cases.ts'
import { resilience } from './resilience.cases.ts'

const resource =
  (type: string) =>
  (lines: string, beside = '') =>
    tf(`resource "${type}" "x" {\n${lines}\n}\n${beside}`)
const database = resource('aws_db_instance')
const google = (lines: string, beside = '') =>
  resource('google_sql_database_instance')(
    `database_version = "POSTGRES_16"\n${beside}\nsettings {\n${lines}\n}`,
  )
const backups = (lines: string) => google(`backup_configuration {\n enabled = true\n${lines}\n}`)
const staging = 'provider "aws" {\n default_tags {\n tags = { Environment = "staging" }\n }\n}'
/** A variable that nobody gives a value, and one that is null. */
const source = 'variable "source" {}'
const nullSource = 'variable "source" {\n default = null\n}'
const server = (attributes: object) =>
  live('postgres', 'server', { about: { is_standby: false }, ...attributes })
const silent = live('postgres', 'server', 'does not answer: ECONNREFUSED')
const archiving = (archiver: object, setting: object = {}) =>
  server({
    setting: { archive_mode: 'on', archive_command: 'wal-g wal-push %p', archive_library: '', ...setting },
    archiver: { archived: 10, failed: 0, is_failing: false, ...archiver },
  })
const postgres = (lines: string, beside = '') =>
  compose(`services:\n  db:\n    image: postgres:16.9\n${lines}\n${beside}`)
const loss = (
  setting: string,
  seconds: number | null,
  replicas: object = { connected: 0, seconds_behind: null },
) => server({ setting: { archive_mode: setting }, archiver: { seconds_since_archived: seconds }, replicas })
const alert = (expr: string, lasts = '5m') =>
  file(
    prometheusRules,
    'rules.yml',
    `groups:\n  - name: a\n    rules:\n      - alert: A\n        expr: ${JSON.stringify(expr)}\n        for: ${lasts}\n`,
  )
const late = alert('pg_last_archive_age_seconds > 900')
const connections = 'pg_stat_activity_count > 180'
const answer = (id: string, ...values: number[]) =>
  named(id, live('metrics', 'answer', { samples: values.map((value) => ({ labels: {}, value })) }))
const statement = (id: string, state: string) =>
  named(id, live('attestation', 'statement', { state, expires: '2027-06-30' }))
const plan = (lines: string, beside = '') => resource('aws_backup_plan')(lines, beside)
const rule = (schedule: string, lifecycle: string, more = '') =>
  `rule {\n schedule = ${schedule}\n${more}\n lifecycle {\n${lifecycle}\n }\n}\n`
const daily = rule('"cron(0 2 * * ? *)"', 'delete_after = 30')
const frequent = rule('"cron(0 0/6 * * ? *)"', 'delete_after = 7')
const weekly = rule('"cron(0 3 ? * SUN *)"', 'cold_storage_after = 30\n delete_after = 365')
const east = 'provider "aws" {\n region = "us-east-1"\n}\n'
const vaultIn = (region: string) => `"arn:aws:backup:${region}:111122223333:backup-vault:v"`
const far = vaultIn('us-west-2')
const copyTo = (arn: string) => `rule {\n copy_action {\n destination_vault_arn = ${arn}\n }\n}`
const west = 'provider "aws" {\n alias = "west"\n region = "us-west-2"\n}\n'
const copyBucket = (provider: string) => `resource "aws_s3_bucket" "y" {\n bucket = "y"\n${provider}\n}\n`
const copying = `${east}resource "aws_backup_plan" "p" {\n rule {\n copy_action {\n destination_vault_arn = ${far}\n }\n }\n}\n`
const selection = (lines: string) =>
  `resource "aws_backup_selection" "s" {\n plan_id = aws_backup_plan.p.id\n${lines}\n}\n`
const byTag = selection('selection_tag {\n type = "STRINGEQUALS"\n key = "Backup"\n value = "daily"\n}')
const bucket = (beside: string, lines = '') => resource('aws_s3_bucket')(`bucket = "x"\n${lines}`, beside)
const replicated = (of: string, to = 'aws_s3_bucket.y.arn', status = 'Enabled') =>
  `${east}${west}resource "aws_s3_bucket_replication_configuration" "x" {\n bucket = ${of}\n rule {\n status = "${status}"\n destination {\n bucket = ${to}\n }\n }\n}\n`
const vault = (lines: string, beside = '') => resource('aws_backup_vault')(`name = "x"\n${lines}`, beside)
const locked = (of: string) =>
  `resource "aws_backup_vault_lock_configuration" "x" {\n backup_vault_name = ${of}\n}`
const told = (events: string, of = '"x"') =>
  `resource "aws_backup_vault_notifications" "x" {\n backup_vault_name = ${of}\n backup_vault_events = ${events}\n}`
const event = (detail: string, lines = '') =>
  `resource "aws_cloudwatch_event_rule" "r" {\n name = "r"\n${lines}\n event_pattern = jsonencode({ source = ["aws.backup"], detail = { state = ["FAILED"]\n${detail} } })\n}\n`
const target =
  'resource "aws_cloudwatch_event_target" "t" {\n rule = aws_cloudwatch_event_rule.r.name\n arn = "arn:aws:sns:us-east-1:111122223333:x"\n}\n'
const objectLock =
  'resource "aws_s3_bucket_object_lock_configuration" "x" {\n bucket = aws_s3_bucket.x.id\n rule {\n default_retention {\n mode = "COMPLIANCE"\n days = 30\n }\n }\n}'
const cronJob = (schedule: string, spec: object = {}, name = 'backup') =>
  named(name, live('kubernetes', 'cronjob', { spec: { schedule, ...spec } }))
const backupService = (schedule: string) =>
  compose(`services:\n  backup:\n    image: pgbackups:1\n    environment:\n      SCHEDULE: "${schedule}"\n`)
export const bdr: Readonly<Record<string, Cases>> = {
  ...resilience,
  'BDR-02': {
    pass: [
      database('backup_retention_period = 7'),
      backups('point_in_time_recovery_enabled = true'),
      backups('point_in_time_recovery_enabled = true\n transaction_log_retention_days = 14'),
      archiving({}),
      postgres('    command: postgres -c archive_mode=on -c archive_command="wal-g wal-push %p"'),
      postgres('', '  wal:\n    image: wal-g/wal-g:3.0.0\n'),
      postgres('    command: [postgres, -c, archive_mode=on, -c, "archive_command=wal-g wal-push %p"]'),
      database('replicate_source_db = var.source\n backup_retention_period = 7', source),
    ],
    fail: [
      database(''),
      database('backup_retention_period = 1'),
      backups(''),
      backups('point_in_time_recovery_enabled = true\n transaction_log_retention_days = 3'),
      archiving({}, { archive_mode: 'off' }),
      archiving({}, { archive_command: '(disabled)' }),
      archiving({}, { archive_command: '/bin/true' }),
      google('backup_configuration {\n enabled = false\n point_in_time_recovery_enabled = true\n}'),
      postgres("    command: postgres -c archive_mode=on -c archive_command=''"),
      postgres('    command: postgres -c archive_mode=on -c archive_command=/bin/true'),
      postgres('    command: [postgres, -c, archive_mode=on, -c, "archive_command=exit 0"]'),
      database(`replicate_source_db = var.source\n backup_retention_period = 0`, nullSource),
      archiving({ is_failing: true }),
      postgres('    command: postgres -c ssl=on'),
      postgres('    command: postgres -c archive_mode=on'),
    ],
    unknown: [
      silent,
      database('backup_retention_period = var.days'),
      database('replicate_source_db = var.source\n backup_retention_period = 0', source),
      backups('point_in_time_recovery_enabled = var.on'),
      postgres('    command: postgres -c config_file=/etc/postgresql.conf'),
      archiving({ is_failing: null, archived: null }, { archive_mode: undefined }),
    ],
    notApplicable: [
      database('replicate_source_db = "x"'),
      database('replicate_source_db = aws_db_instance.y.arn'),
      google('', 'master_instance_name = "m"'),
      server({ about: { is_standby: true } }),
    ],
  },
  'BDR-03': {
    pass: [
      loss('on', 240),
      loss('off', null, { connected: 1, seconds_behind: 2 }),
      alert('time() - pg_stat_archiver_last_archived_time > 900'),
      alert('max(pg_replication_lag_seconds) > 10 * 60'),
      together(late, named('B', alert('pg_replication_lag_bytes > 1073741824'))),
      together(late, named('B', alert('pg_replication_lag_seconds > 3600'))),
      together(loss('on', 240), late),
    ],
    fail: [
      loss('on', 3600),
      loss('off', null),
      loss('on', null),
      alert('pg_replication_lag_seconds > 3600'),
      alert(connections),
      alert('pg_last_archive_age_seconds > 7200 and on() up > 0'),
      alert('pg_last_archive_age_seconds > 900 and pg_last_archive_age_seconds < 100'),
      alert('pg_last_archive_age_seconds > 900', '30d'),
      together(alert(connections), alert('increase(pg_disclosures_without_purpose_total[5m]) > 0')),
      together(alert(connections), named('B', alert('redis_replication_lag_bytes > 100'))),
      together(loss('on', 240), alert(connections)),
      server({
        setting: { archive_mode: 'on', archive_command: '/bin/true' },
        archiver: { seconds_since_archived: 1 },
        replicas: { connected: 0, seconds_behind: null },
      }),
    ],
    unknown: [
      silent,
      loss('off', null, { connected: 1, seconds_behind: null }),
      alert('pg_replication_lag_seconds > foo'),
    ],
    notApplicable: [server({ about: { is_standby: true } })],
  },
  'BDR-04': {
    pass: [
      answer('BDR-04.age', 86_400),
      answer('BDR-04.duration', 1200),
      statement('BDR-04', 'current'),
      together(statement('BDR-04', 'current'), answer('BDR-04.age')),
    ],
    fail: [answer('BDR-04.age', 9_000_000), answer('BDR-04.duration', 7000), answer('BDR-04.age')],
    unknown: [
      statement('BDR-04', 'expired'),
      named('BDR-04.age', live('metrics', 'answer', 'does not answer')),
      answer('BDR-04.age', 1, 2),
    ],
    // Whoever asks has to be answered.
    notApplicable: [],
  },
  'BDR-05': {
    pass: [
      database(
        '',
        'resource "aws_db_instance_automated_backups_replication" "x" {\n source_db_instance_arn = aws_db_instance.x.arn\n}',
      ),
      database('', copying + selection('resources = [aws_db_instance.x.arn]')),
      plan(copyTo(far), east),
      bucket(replicated('aws_s3_bucket.x.id') + copyBucket('provider = aws.west')),
      resource('aws_rds_cluster')('global_cluster_identifier = aws_rds_global_cluster.g.id'),
      backups('location = "eu"'),
      resource('google_sql_database_instance')(
        'settings {\n backup_configuration {\n enabled = true\n location = "us-west1"\n }\n}',
        'provider "google" {\n region = "us-east1"\n}',
      ),
      backups(''),
    ],
    fail: [
      database(''),
      database(
        '',
        selection('resources = [aws_db_instance.x.arn]') + 'resource "aws_backup_plan" "p" {\n rule {}\n}',
      ),
      plan(daily),
      plan(copyTo(vaultIn('us-east-1')), east),
      plan(copyTo('aws_backup_vault.b.arn'), 'resource "aws_backup_vault" "b" {\n name = "b"\n}'),
      bucket(''),
      bucket(replicated('aws_s3_bucket.x.id') + copyBucket('')),
      bucket(replicated('aws_s3_bucket.x.id', undefined, 'Disabled') + copyBucket('provider = aws.west')),
      resource('aws_rds_cluster')('global_cluster_identifier = null'),
      google('backup_configuration {\n enabled = false\n}'),
      resource('google_sql_database_instance')(
        'region = "europe-west1"\n settings {\n backup_configuration {\n enabled = true\n location = "europe-west1"\n }\n}',
      ),
      google(''),
    ],
    unknown: [
      bucket(replicated('var.bucket')),
      bucket(replicated('aws_s3_bucket.x.id', '"arn:aws:s3:::elsewhere"')),
      bucket('', 'replication_configuration = var.replication'),
      plan('dynamic "rule" {\n for_each = var.rules\n content {\n rule_name = rule.value\n }\n}'),
      plan(copyTo('var.vault'), east),
      backups('location = "us-west1"'),
      resource('aws_rds_cluster')('global_cluster_identifier = var.source', source),
      database('', copying + selection('resources = var.stores')),
      backups('location = var.location'),
    ],
    notApplicable: [
      database('', staging),
      database('replicate_source_db = "x"'),
      bucket('', 'tags = { DataClassification = "public" }'),
    ],
  },
  'BDR-06': {
    pass: [
      vault('kms_key_arn = "arn:aws:kms:us-east-1:111122223333:key/k"'),
      vault('kms_key_arn = aws_kms_key.k.arn', 'resource "aws_kms_key" "k" {}'),
      resource('aws_db_snapshot')(
        'db_instance_identifier = aws_db_instance.d.identifier',
        'resource "aws_db_instance" "d" {\n identifier = "d"\n storage_encrypted = true\n}',
      ),
    ],
    fail: [
      vault(''),
      resource('aws_ebs_snapshot_copy')(''),
      resource('aws_db_snapshot')(
        'db_instance_identifier = aws_db_instance.d.identifier',
        'resource "aws_db_instance" "d" {\n identifier = "d"\n}',
      ),
    ],
    unknown: [
      vault('kms_key_arn = var.key'),
      resource('aws_db_snapshot')('db_instance_identifier = var.database'),
    ],
    notApplicable: [vault('count = 0')],
  },
  'BDR-07': {
    pass: [
      vault('', locked('aws_backup_vault.x.name')),
      vault('', locked('"x"')),
      resource('aws_backup_logically_air_gapped_vault')('name = "x"'),
      resource('aws_s3_bucket')('bucket = "campus-backups"', objectLock),
    ],
    fail: [vault(''), vault('', locked('"y"')), resource('aws_s3_bucket')('bucket = "campus-backups"')],
    unknown: [vault('', locked('var.vault'))],
    notApplicable: [bucket(''), vault('count = 0')],
  },
  'BDR-08': {
    pass: [
      database('', selection('resources = [aws_db_instance.x.arn]')),
      database('', selection('resources = ["arn:aws:rds:*:*:db:*"]')),
      database('tags = { Backup = "daily" }', byTag),
      resource('aws_efs_file_system')('', selection('resources = ["*"]')),
    ],
    fail: [
      database(''),
      database('', byTag),
      database('', selection('resources = ["arn:aws:rds:*:*:cluster:*"]')),
      resource('aws_ebs_volume')('', selection('resources = [aws_efs_file_system.f.arn]')),
      database('', selection('resources = ["*"]\n not_resources = [aws_db_instance.x.arn]')),
    ],
    unknown: [
      database('', selection('resources = var.stores')),
      database('', selection('resources = ["*"]\n not_resources = var.stores')),
      database('tags = var.tags', byTag),
    ],
    notApplicable: [database('replicate_source_db = "x"'), database('count = 0')],
  },
  'BDR-09': {
    pass: [
      plan(daily + frequent + weekly),
      plan(
        daily + weekly + rule('"cron(0 5 * * ? *)"', 'delete_after = 35', 'enable_continuous_backup = true'),
      ),
      cronJob('0 2 * * *'),
      together(cronJob('0 3 * * 0'), cronJob('0 */6 * * *', {}, 'backup-often')),
      backupService('0 2 * * *'),
      backupService('@every 6h'),
    ],
    fail: [
      plan(daily + frequent),
      plan(frequent + weekly + rule('"cron(0 2 * * ? *)"', 'delete_after = 14')),
      plan(daily + frequent + rule('"cron(0 3 ? * SUN *)"', 'delete_after = 365')),
      cronJob('0 14 * * *'),
      cronJob('0 2 * * *', { suspend: true }),
      cronJob('0 2 * * *', { timeZone: 'Europe/Berlin' }),
      cronJob('0 3 * * 0'),
      backupService('0 2 1 * *'),
    ],
    unknown: [
      plan(daily + frequent + rule('var.schedule', 'delete_after = 365')),
      compose('services:\n  backup:\n    image: pgbackups:1\n'),
      named('backup', live('kubernetes', 'cronjob', 'a template of Helm')),
    ],
    notApplicable: [plan('count = 0')],
  },
  'BDR-10': {
    pass: [
      vault('', told('["BACKUP_JOB_FAILED"]')),
      vault(
        '',
        'resource "aws_cloudwatch_event_rule" "x" {\n event_pattern = jsonencode({ source = ["aws.backup"], detail = { state = ["FAILED"] } })\n}\nresource "aws_cloudwatch_event_target" "x" {\n rule = aws_cloudwatch_event_rule.x.name\n arn = "arn:aws:sns:us-east-1:111122223333:x"\n}',
      ),
      vault('', event('backupVaultArn = [aws_backup_vault.x.arn]') + target),
      together(
        alert('time() - backup_last_success_timestamp_seconds > 100000'),
        named('B', alert('backup_size_bytes > 1e12')),
      ),
      alert('time() - backup_last_success_timestamp_seconds > 100000'),
    ],
    fail: [
      vault(''),
      vault('', told('["RESTORE_JOB_STARTED"]')),
      vault('', event('')),
      vault('', event('', 'state = "DISABLED"') + target),
      alert('time() - backup_last_success_timestamp_seconds > 100000', '30d'),
      together(alert(connections), named('B', alert('haproxy_server_is_backup_active > 0'))),
      alert('time() - backup_last_success_timestamp_seconds > 7 * 86400'),
      alert(connections),
    ],
    unknown: [
      vault('', told('var.events')),
      vault('', told('["BACKUP_JOB_FAILED"]', 'var.vault')),
      alert('backup_failed == 1'),
    ],
    notApplicable: [vault('count = 0')],
  },
}
