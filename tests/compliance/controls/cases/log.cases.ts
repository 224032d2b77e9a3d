/** Cases of the group LOG. */
import { lokiReader } from '../../../../compliance/gather/loki/reader.ts'
import { compose, file, live, named, service, task, tf, together, type Cases } from '../cases.ts'
import { alert } from './mon.cases.ts'

const trail = (lines: string, beside = '') => tf(`resource "aws_cloudtrail" "x" {\n${lines}\n}\n${beside}`)
const noTrail = trail('count = 0')
const samples = (...values: readonly number[]) => ({
  samples: values.map((value) => ({ labels: {}, value })),
})
const answer = (id: string, ...values: readonly number[]) =>
  named(id, live('metrics', 'answer', samples(...values)))
const silent = (id: string) => named(id, live('metrics', 'answer', 'does not answer: ECONNREFUSED'))
const sample = (attributes: object) => live('metrics', 'log_sample', { ...attributes })
const unread = live('metrics', 'log_sample', 'cannot be read: ENOENT')
const bucket = (label: string, trails: string) =>
  tf(`resource "aws_s3_bucket" "x" {\n bucket = "x"\n tags = { DataClassification = ${label} }\n}\n${trails}`)
const selecting = (inside: string) => `resource "aws_cloudtrail" "t" {\n event_selector {\n${inside}\n }\n}`
const object = 'data_resource {\n type = "AWS::S3::Object"\n values = ["arn:aws:s3"]\n }'
const objects = (values: string) =>
  selecting(`data_resource {\n type = "AWS::S3::Object"\n values = [${values}]\n }`)
const advanced =
  'resource "aws_cloudtrail" "t" {\n advanced_event_selector {\n field_selector {\n field = "eventCategory"\n equals = ["Data"]\n }\n field_selector {\n field = "resources.type"\n equals = ["AWS::S3::Object"]\n }\n }\n}'
const recorder = (group: string, enabled: string) =>
  tf(
    `resource "aws_config_configuration_recorder" "x" {\n${group}\n}\nresource "aws_config_configuration_recorder_status" "x" {\n name = "x"\n is_enabled = ${enabled}\n}`,
  )
const recorders = (own: string, other: string) =>
  tf(
    ['x', 'y']
      .map(
        (name) => `resource "aws_config_configuration_recorder" "${name}" {
  name = "${name}"
}
resource "aws_config_configuration_recorder_status" "${name}" {
  name = aws_config_configuration_recorder.${name}.name
  is_enabled = ${name === 'x' ? own : other}
}`,
      )
      .join('\n'),
  )
const balancer = (lines: string) => tf(`resource "aws_lb" "x" {\n${lines}\n}`)
const group = (lines: string) => tf(`resource "aws_cloudwatch_log_group" "x" {\n${lines}\n}`)
const trailed = (lines: string) =>
  tf(
    `resource "aws_cloudwatch_log_group" "x" {\n name = "/x"\n${lines}\n}\nresource "aws_cloudtrail" "t" {\n cloud_watch_logs_group_arn = "\${aws_cloudwatch_log_group.x.arn}:*"\n}`,
  )
const loki = (limits: string, enabled: string, more = '') =>
  file(
    lokiReader,
    'loki.yaml',
    `schema_config: {}\nlimits_config:\n  retention_period: ${limits}\n${more}compactor:\n  retention_enabled: ${enabled}\n`,
  )
const hub = (lines: string, standards: readonly string[]) =>
  tf(
    `resource "aws_securityhub_account" "x" {\n${lines}\n}\n${standards
      .map(
        (standard, index) =>
          `resource "aws_securityhub_standards_subscription" "s${index}" {\n standards_arn = ${standard}\n}`,
      )
      .join('\n')}`,
  )
const fsbp = '"arn:aws:securityhub:us-east-1::standards/aws-foundational-security-best-practices/v/1.0.0"'
const cis = '"arn:aws:securityhub:${var.region}::standards/cis-aws-foundations-benchmark/v/3.0.0"'
const container = (log: string) => task(`image = "campus/app:1"\n${log}`)

const readOnly = 'field_selector {\n field = "readOnly"\n equals = ["false"]\n }\n'
const selector = (category: string, more = '') =>
  `advanced_event_selector {\n field_selector {\n field = "eventCategory"\n equals = ["${category}"]\n }\n${more}}\n`

export const log: Readonly<Record<string, Cases>> = {
  'LOG-01': {
    pass: [
      trail('is_multi_region_trail = true'),
      trail('is_multi_region_trail = true\n event_selector {\n read_write_type = "All"\n }'),
      trail(`is_multi_region_trail = true\n${selector('Management')}${selector('Data')}`),
      together(
        trail('is_multi_region_trail = true'),
        named('y', trail('event_selector {\n include_management_events = false\n }')),
      ),
    ],
    fail: [
      trail('is_multi_region_trail = true\n event_selector {\n read_write_type = "WriteOnly"\n }'),
      together(trail('count = 0'), tf('resource "aws_vpc" "x" {}')),
      tf('resource "aws_vpc" "x" {}'),
      trail('is_multi_region_trail = false'),
      trail(''),
      trail('is_multi_region_trail = true\n enable_logging = false'),
      trail('is_multi_region_trail = true\n event_selector {\n include_management_events = false\n }'),
      trail(`is_multi_region_trail = true\n${selector('Data')}`),
      trail(`is_multi_region_trail = true\n${selector('Management', readOnly)}`),
      trail(
        'is_multi_region_trail = true\n event_selector {\n exclude_management_event_sources = ["kms.amazonaws.com"]\n }',
      ),
    ],
    unknown: [
      tf('resource "aws_vpc" "x" {}\nmodule "trail" {\n source = "./trail"\n}'),
      trail('is_multi_region_trail = true\n event_selector {\n read_write_type = var.kind\n }'),
      trail('is_multi_region_trail = var.all'),
      trail(
        'is_multi_region_trail = true\n advanced_event_selector {\n field_selector {\n field = var.f\n }\n }',
      ),
    ],
    notApplicable: [trail('count = 0')],
  },
  'LOG-02': {
    pass: [trail('enable_log_file_validation = true'), trail('enable_log_file_validation = "true"')],
    fail: [trail('enable_log_file_validation = false'), trail('')],
    unknown: [trail('enable_log_file_validation = var.on')],
    notApplicable: [trail('count = 0')],
  },
  'LOG-03': {
    pass: [
      trail('kms_key_id = "arn:aws:kms:us-east-1:111122223333:key/x"'),
      trail('kms_key_id = aws_kms_key.x.arn', 'resource "aws_kms_key" "x" {}'),
    ],
    fail: [trail(''), trail('kms_key_id = ""')],
    unknown: [trail('kms_key_id = var.key')],
    notApplicable: [noTrail],
  },
  'LOG-04': {
    pass: [
      trail('cloud_watch_logs_group_arn = "arn:aws:logs:us-east-1:111122223333:log-group:x:*"'),
      trail('cloud_watch_logs_group_arn = "${aws_cloudwatch_log_group.x.arn}:*"'),
    ],
    fail: [trail(''), trail('cloud_watch_logs_group_arn = null')],
    unknown: [trail('cloud_watch_logs_group_arn = var.group')],
    notApplicable: [noTrail],
  },
  'LOG-05': {
    pass: [
      bucket('"restricted"', objects('"arn:aws:s3"')),
      bucket('"restricted"', objects('"${aws_s3_bucket.x.arn}/"')),
      bucket('"education"', advanced),
    ],
    fail: [
      bucket('"restricted"', ''),
      bucket('"restricted"', selecting('include_management_events = true')),
      bucket('"restricted"', objects('"arn:aws:s3:::other/"')),
      bucket('"restricted"', objects('"arn:aws:s3:::x/tmp/"')),
      bucket('"restricted"', objects('"${aws_s3_bucket.x_archive.arn}/"')),
      bucket('"restricted"', `${objects('"arn:aws:s3"').slice(0, -1)}\n enable_logging = false\n}`),
      bucket('"restricted"', selecting(`read_write_type = "WriteOnly"\n${object}`)),
    ],
    unknown: [
      bucket('"restricted"', objects('var.bucket')),
      bucket('"restricted"', 'resource "aws_cloudtrail" "t" {\n event_selector = var.selectors\n}'),
    ],
    notApplicable: [bucket('"public"', '')],
  },
  'LOG-06': {
    pass: [
      recorder('', 'true'),
      recorder('recording_group {\n all_supported = true\n}', '"true"'),
      recorders('true', 'true'),
    ],
    fail: [
      recorder('recording_group {\n all_supported = false\n}', 'true'),
      recorder('', 'false'),
      recorders('true', 'false'),
      tf(
        'resource "aws_config_configuration_recorder" "x" {\n name = "x"\n}\nresource "aws_config_configuration_recorder_status" "s" {\n name = "other"\n is_enabled = true\n}',
      ),
      tf('resource "aws_vpc" "x" {}'),
    ],
    unknown: [recorder('', 'var.on')],
    notApplicable: [tf('resource "aws_config_configuration_recorder" "x" {\n count = 0\n}')],
  },
  'LOG-07': {
    pass: [
      balancer('access_logs {\n bucket = "x"\n enabled = true\n}'),
      tf('resource "aws_api_gateway_stage" "x" {\n access_log_settings {\n destination_arn = "arn:x"\n }\n}'),
    ],
    fail: [
      balancer(''),
      balancer('access_logs {\n bucket = "x"\n}'),
      tf('resource "aws_cloudfront_distribution" "x" {}'),
    ],
    unknown: [balancer('access_logs {\n bucket = "x"\n enabled = var.on\n}')],
    notApplicable: [balancer('load_balancer_type = "gateway"')],
  },
  'LOG-08': {
    pass: [
      group('name = "/audit/x"\n retention_in_days = 365'),
      group('name = "/ecs/x"\n retention_in_days = 30'),
      group('name = "/ecs/x"\n retention_in_days = 7\n tags = { Environment = "dev" }'),
      loki('720h', 'true'),
      loki('1w30d', 'true', '  retention_stream: [{ selector: \'{app="x"}\', priority: 1, period: 60d }]\n'),
      // What a trail writes to is an audit log, whatever it is called.
      trailed('retention_in_days = 365'),
    ],
    fail: [
      group('name = "/audit/x"\n retention_in_days = 90'),
      group('name = "/ecs/x"\n retention_in_days = 7'),
      group('name = "/ecs/x"'),
      loki('72h', 'true'),
      loki('0.30d', 'true'),
      loki('720h', 'true', '  retention_stream: [{ selector: \'{app="x"}\', priority: 1, period: 24h }]\n'),
      loki(
        '720h',
        'true',
        '  retention_stream: [{ selector: \'{job="audit"}\', priority: 1, period: 60d }]\n',
      ),
      trailed('retention_in_days = 30'),
      group('name = "/x"\n retention_in_days = 30\n tags = { Purpose = "audit" }'),
      loki('30d', 'false'),
    ],
    unknown: [
      group('name = "/ecs/x"\n retention_in_days = var.days'),
      // It may be the audit log.
      group('name = var.name\n retention_in_days = 30'),
      loki('720h', 'true', '  per_tenant_override_config: /etc/loki/overrides.yaml\n'),
    ],
    notApplicable: [group('count = 0')],
  },
  'LOG-09': {
    pass: [
      sample({ lines: 1_000, malformed: 0, lacking: { time: 0 } }),
      sample({ lines: 1, malformed: 0, lacking: {} }),
    ],
    fail: [
      sample({ lines: 1_000, malformed: 3, lacking: { time: 0 } }),
      sample({ lines: 1_000, malformed: 0, lacking: { tenant: 9 } }),
    ],
    unknown: [unread],
    notApplicable: [sample({ lines: 0, malformed: 0, lacking: {} })],
  },
  'LOG-10': {
    pass: [sample({ lines: 1_000, personal: { email: 0 } }), answer('LOG-10.leaks', 0)],
    fail: [
      sample({ lines: 1_000, personal: { email: 1 } }),
      sample({ lines: 10, personal: { email: 0, token: 2 } }),
      answer('LOG-10.leaks', 1),
    ],
    unknown: [unread, silent('LOG-10.leaks'), answer('LOG-10.leaks')],
    notApplicable: [sample({ lines: 0, personal: {} })],
  },
  'LOG-11': {
    pass: [answer('LOG-11.coverage', 1), answer('LOG-11.coverage', 0.99995)],
    fail: [answer('LOG-11.coverage', 0.999), answer('LOG-11.coverage', 0)],
    unknown: [answer('LOG-11.coverage'), silent('LOG-11.coverage')],
    notApplicable: [],
  },
  'LOG-12': {
    pass: [
      answer('LOG-12.verified', 1, 1),
      answer('LOG-12.verified_seconds_ago', 120),
      answer('LOG-12.signed_seconds_ago', 30),
    ],
    fail: [
      answer('LOG-12.verified', 1, 0),
      answer('LOG-12.verified_seconds_ago', 7_200),
      answer('LOG-12.signed_seconds_ago', 900),
      // Milliseconds taken for seconds, and a log that never was.
      answer('LOG-12.verified_seconds_ago', -1.7e12),
      answer('LOG-12.signed_seconds_ago', 120, -3_600),
      answer('LOG-12.verified_seconds_ago', 1.7e9),
    ],
    unknown: [silent('LOG-12.verified'), answer('LOG-12.verified')],
    notApplicable: [answer('LOG-12.signed_seconds_ago')],
  },
  'LOG-13': {
    pass: [answer('LOG-13.removed', 0), answer('LOG-13.removed', 0, 0)],
    fail: [answer('LOG-13.removed', 12), answer('LOG-13.removed', 0, 1)],
    unknown: [answer('LOG-13.removed'), silent('LOG-13.removed')],
    notApplicable: [],
  },
  'LOG-14': {
    pass: [
      live('postgres', 'server', { setting: { log_timezone: 'UTC' } }),
      answer('LOG-14.synchronised', 1),
      alert('min(node_timex_sync_status) == 0'),
      named('LOG-14', live('attestation', 'statement', { state: 'current', expires: '2027-01-31' })),
    ],
    fail: [
      live('postgres', 'server', { setting: { log_timezone: 'Europe/Berlin' } }),
      answer('LOG-14.synchronised', 0),
      alert('node_timex_sync_status == 0 and node_timex_sync_status == 1'),
    ],
    unknown: [
      live('postgres', 'server', 'does not answer'),
      named('LOG-14', live('attestation', 'statement', { state: 'expired' })),
    ],
    notApplicable: [],
  },
  'LOG-15': {
    pass: [
      service('image: campus/app:1\nlogging:\n  driver: awslogs'),
      compose('services:\n  app:\n    image: campus/app:1\n  alloy:\n    image: grafana/alloy:1.9\n'),
      container('logConfiguration = { logDriver = "awslogs" }'),
    ],
    fail: [
      service('image: campus/app:1'),
      service('image: campus/app:1\nlogging:\n  driver: json-file'),
      compose('services:\n  app:\n    image: campus/app:1\n  agent:\n    image: portainer/agent:2\n'),
      container('essential = true'),
    ],
    unknown: [
      service('image: campus/app:1\nlogging:\n  driver: ${DRIVER}'),
      container('logConfiguration = { logDriver = var.driver }'),
    ],
    notApplicable: [tf('resource "aws_ecs_task_definition" "x" {\n count = 0\n}')],
  },
  'LOG-16': {
    pass: [
      hub('', [cis]),
      hub('enable_default_standards = true', [cis]),
      hub('enable_default_standards = false', [fsbp, cis]),
    ],
    fail: [
      hub('', []),
      hub('enable_default_standards = false', [cis]),
      together(tf('resource "aws_vpc" "x" {}')),
    ],
    unknown: [hub('', ['var.standard']), hub('enable_default_standards = var.x', [cis])],
    notApplicable: [tf('resource "aws_securityhub_account" "x" {\n count = 0\n}')],
  },
  'LOG-17': {
    pass: [
      alert('max(audit_outbox_oldest_seconds) > 60', '2m'),
      alert('absent(rate(audit_events_total[5m]))'),
      alert('rate(audit_events_total[5m]) == 0', '2m'),
    ],
    fail: [
      alert('max(audit_outbox_oldest_seconds) > 60', '1h'),
      alert('up == 0'),
      alert('audit_events_total > 1e12', '2m'),
    ],
    unknown: [live('prometheus', 'alert', 'cannot be read')],
    notApplicable: [],
  },
}
