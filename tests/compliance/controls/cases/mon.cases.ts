/** Cases of the group MON. */
import { alertmanagerReader } from '../../../../compliance/gather/alertmanager/reader.ts'
import { dashboardReader } from '../../../../compliance/gather/grafana/dashboard.ts'
import { datasourceReader } from '../../../../compliance/gather/grafana/provisioning.ts'
import { settingsReader } from '../../../../compliance/gather/grafana/settings.ts'
import { prometheusConfig, prometheusRules } from '../../../../compliance/gather/prometheus/reader.ts'
import { compose, file, live, named, service, tf, together, type Cases, type Source } from '../cases.ts'

const rules = (lines: string) =>
  file(prometheusRules, 'rules.yml', `groups:\n  - name: a\n    rules:\n${lines}`)

/** One alert: its expression, how long it must last, its severity. */
export function alert(expr: string, lasts = '5m', severity = 'warning'): Source {
  const labels = severity === '' ? '' : `        labels:\n          severity: ${severity}\n`
  return rules(`      - alert: A\n        expr: '${expr}'\n        for: ${lasts}\n${labels}`)
}

export const hidden = live('prometheus', 'alert', 'cannot be read')
export const config = (text: string) => file(prometheusConfig, 'prometheus.yml', `scrape_configs:\n${text}`)
/** A configuration whose rules are somewhere else. */
export const elsewhere = file(
  prometheusConfig,
  'prometheus.yml',
  'rule_files: ["*.rules"]\nscrape_configs:\n  - job_name: a\n',
)
/** The right alert beside another one: only the right one is judged. */
const withRight = (right: string, severity: string, other: string): Source =>
  rules(
    `      - alert: A\n        expr: '${right}'\n        labels: { severity: ${severity} }\n      - alert: B\n        expr: '${other}'\n        labels: { severity: ${severity} }\n`,
  )

const cpu = (by: string) => `100 - avg(rate(node_cpu_seconds_total{mode="idle"}[5m])) * 100 ${by}`
const memory = (by: string) => `node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes ${by}`
const quantile = (level: string, by: string) =>
  `histogram_quantile(${level}, sum by (${by}) (rate(http_request_duration_seconds_bucket[5m])))`
const disk = (by: string) => `node_filesystem_avail_bytes / node_filesystem_size_bytes ${by}`
const told = (severity: string, annotations: string) =>
  rules(
    `      - alert: A\n        expr: up == 0\n        labels:\n          severity: ${severity}\n          team: platform\n        annotations:\n${annotations}`,
  )
const summary = "          summary: 'it is down'\n"
const runbook = '          runbook_url: https://runbooks.campus.example/Down\n'
const manager = (routes: string, receivers = pager) =>
  file(
    alertmanagerReader,
    'alertmanager.yml',
    `route:\n  receiver: page\n${routes}receivers:\n  - name: page\n${receivers}  - name: ticket\n    webhook_configs:\n      - url: https://tickets.example\n  - name: nobody\n`,
  )
const pager = '    pagerduty_configs:\n      - routing_key_file: key\n'
const to = (receiver: string, matcher: string) =>
  `  routes:\n    - receiver: ${receiver}\n      matchers: ['${matcher}']\n`
const watchdog = rules(
  '      - alert: Watchdog\n        expr: vector(1)\n        labels: { severity: none }\n',
)
const grafana = (lines: string) =>
  service(
    `image: grafana/grafana:12.0.2\nenvironment:\n  GF_SECURITY_ADMIN_PASSWORD__FILE: /run/secrets/a\n  GF_SECURITY_COOKIE_SECURE: 'true'\n${lines}`,
  )
const ini = (text: string) => file(settingsReader, 'grafana.ini', text)
const withIni = grafana('volumes: [./grafana.ini:/etc/grafana/grafana.ini:ro]')
const source = (lines: string) =>
  file(
    datasourceReader,
    'sources.yaml',
    `apiVersion: 1\ndatasources:\n  - name: A\n    type: prometheus\n${lines}`,
  )
const board = (title: string, expr: string) =>
  file(
    dashboardReader,
    'dashboards/a.json',
    JSON.stringify({
      uid: 'a',
      title,
      schemaVersion: 42,
      panels: [{ title: 'P', datasource: { type: 'prometheus' }, targets: [{ expr }] }],
    }),
  )
const all = 'Application, infrastructure, business and security'
const prometheusService = (lines: string) => service(`image: prom/prometheus:v3.4.1\n${lines}`)
const label = (attributes: object) => live('metrics', 'label', { ...attributes })
const project = (exporter: string) =>
  compose(
    `services:\n  prometheus:\n    image: prom/prometheus:v3.4.1\n  db:\n    image: postgres:17.5\n${exporter}`,
  )
const everything =
  'AccessDenied Root userIdentity.type Root Failed authentication PutRolePolicy StopLogging CreateSecurityGroup CreateNetworkAcl CreateRoute CreateVpc DisableKey PutBucketPolicy StopConfigurationRecorder organizations.amazonaws.com'
const trail = (beside: string) => tf(`resource "aws_cloudtrail" "x" {}\n${beside}`)
const filter = (pattern: string, actions: string, metric = '"m"') =>
  trail(
    `resource "aws_cloudwatch_log_metric_filter" "f" {\n pattern = ${pattern}\n metric_transformation {\n name = "m"\n }\n}\nresource "aws_cloudwatch_metric_alarm" "a" {\n metric_name = ${metric}\n alarm_actions = ${actions}\n}`,
  )

export const mon: Readonly<Record<string, Cases>> = {
  'MON-01': {
    pass: [alert('up == 0'), config('  - job_name: a\n')],
    fail: [
      alert('up =='),
      alert('up > 1'),
      config('  - job_name: a\n    scrape_intervall: 5s\n'),
      alert('increase(errors_total[5m]) > 0', '10m'),
    ],
    unknown: [live('prometheus', 'rules', 'cannot be read'), hidden],
    notApplicable: [live('prometheus', 'alert', { query: { fault: 'cannot be parsed' } })],
  },
  'MON-02': {
    pass: [
      alert(cpu('> 80')),
      alert('avg(rate(node_cpu_seconds_total{mode="idle"}[5m])) < 0.25'),
      withRight(cpu('> 80'), 'warning', cpu('> 95')),
    ],
    fail: [
      alert(cpu('> 90')),
      alert(cpu('> 80'), '15m'),
      alert(cpu('> 80'), '5m', ''),
      alert('up == 0'),
      alert(cpu('< 10')),
    ],
    unknown: [hidden, elsewhere],
    notApplicable: [],
  },
  'MON-03': {
    pass: [
      alert(memory('< 0.15')),
      alert(
        '(node_memory_MemTotal_bytes - node_memory_MemAvailable_bytes) / node_memory_MemTotal_bytes > 0.85',
      ),
    ],
    fail: [alert(memory('< 0.05')), alert(memory('< 0.15'), '1h'), alert('up == 0')],
    unknown: [hidden, elsewhere],
    notApplicable: [],
  },
  'MON-05': {
    pass: [alert(`${quantile('0.95', 'le')} > 0.5`), alert(`${quantile('0.99', 'le, job')} > 0.4`)],
    fail: [
      alert(`${quantile('0.95', 'job')} > 0.5`),
      alert(`${quantile('0.95', 'le')} > 2`),
      alert(`${quantile('0.5', 'le')} > 0.5`),
    ],
    unknown: [hidden, elsewhere],
    notApplicable: [],
  },
  'MON-06': {
    pass: [
      alert('sum(pg_stat_activity_count) > 180'),
      alert('sum(pg_stat_activity_count) / max(pg_settings_max_connections) > 0.9'),
    ],
    fail: [
      alert('sum(pg_stat_activity_count) > 198'),
      alert('sum(pg_stat_activity_count) / max(pg_settings_max_connections) > 0.99'),
    ],
    unknown: [hidden, elsewhere],
    notApplicable: [],
  },
  'MON-07': {
    pass: [alert(disk('< 0.15'), '5m', 'critical'), alert(`1 - ${disk('> 0.85')}`, '5m', 'critical')],
    fail: [alert(disk('< 0.05'), '5m', 'critical'), alert(disk('< 0.15'), '5m', 'warning'), alert('up == 0')],
    unknown: [hidden, elsewhere],
    notApplicable: [],
  },
  'MON-09': {
    pass: [told('critical', summary + runbook), told('warning', summary + runbook)],
    fail: [
      told('critical', summary),
      told('critical', `${summary}          runbook_url: docs/none.md\n`),
      alert('up == 0'),
    ],
    unknown: [hidden],
    notApplicable: [],
  },
  'MON-10': {
    pass: [
      together(manager(''), watchdog),
      together(manager(to('ticket', 'severity="warning"')), watchdog),
      together(manager(to('nobody', 'alertname="InfoInhibitor"')), watchdog),
    ],
    fail: [
      manager('', '    webhook_configs:\n      - url: https://a.example\n'),
      manager(to('ticket', 'severity=~"critical|warning"')),
      manager(to('nobody', 'severity="warning"')),
      manager(to('unheard', 'severity="warning"')),
      together(manager(''), alert('up == 0')),
    ],
    unknown: [live('alertmanager', 'config', 'cannot be read'), manager('')],
    notApplicable: [],
  },
  'MON-11': {
    pass: [
      filter(`"userIdentity.type = Root ${everything}"`, '["arn:aws:sns:us-east-1:111122223333:x"]'),
      filter(
        `"userIdentity.type = Root ${everything}"`,
        '[aws_sns_topic.x.arn]',
        'aws_cloudwatch_log_metric_filter.f.metric_transformation[0].name',
      ),
      trail(
        `resource "aws_cloudwatch_event_rule" "r" {\n name = "r"\n event_pattern = "userIdentity.type Root ${everything}"\n}\nresource "aws_cloudwatch_event_target" "t" {\n rule = aws_cloudwatch_event_rule.r.name\n arn = "arn:x"\n}`,
      ),
    ],
    fail: [
      trail(''),
      filter(`"${everything}"`, '[]'),
      filter('"AccessDenied"', '["arn:aws:sns:us-east-1:111122223333:x"]'),
    ],
    unknown: [filter('var.pattern', '["arn:x"]'), filter(`"${everything}"`, 'var.actions')],
    notApplicable: [tf('resource "aws_cloudtrail" "x" {\n count = 0\n}')],
  },
  'MON-12': {
    pass: [
      project('  exporter:\n    image: quay.io/prometheuscommunity/postgres-exporter:v0.17.1\n'),
      together(project(''), config('  - job_name: postgres\n')),
    ],
    fail: [project(''), together(service('image: redis:8.0'), config('  - job_name: app\n'))],
    unknown: [project('  other:\n    image: ${IMAGE}\n')],
    notApplicable: [service('image: postgres:17.5')],
  },
  'MON-13': {
    pass: [
      grafana(''),
      ini('[security]\ncookie_secure = true\nadmin_password = $__file{/run/a}\n'),
      ini(
        '[security]\ncookie_secure = True ; behind TLS\nadmin_password = $__file{/run/a}\n[users]\nallow_sign_up = 0\n',
      ),
      source('    jsonData:\n      httpMethod: POST\n    secureJsonData:\n      httpHeaderValue1: $TOKEN\n'),
      source(
        '    url: https://a:$PASSWORD@db.example\n    jsonData: { tokenUri: "https://a.example" }\n    secureJsonData: { httpHeaderValue1: "Bearer $TOKEN" }\n',
      ),
      source('    url: postgres://${USER}:${PASSWORD}@db.example/${DB}\n'),
      source('    url: https://$HOST/x\n    user: campus-$NAME\n'),
      source(
        '    secureJsonData: { password: "$__file{/run/a}", secretKey: "${A}$B", token: "$__env{TOKEN}" }\n',
      ),
      // What the file leaves out stands in the service, and the other way round.
      together(
        withIni,
        ini(
          '[security]\nadmin_password = $__file{/run/a}\ncookie_secure = true\n[auth.anonymous]\nenabled = false\n',
        ),
      ),
      together(grafana(''), ini('[users]\nallow_sign_up = false\n')),
    ],
    fail: [
      grafana("  GF_AUTH_ANONYMOUS_ENABLED: 'true'"),
      grafana('  GF_SECURITY_ADMIN_PASSWORD: admin123'),
      service('image: grafana/grafana:12.0.2'),
      ini('[users]\nallow_sign_up = true\n'),
      // A reference beside a secret does not hide it.
      source('    url: postgres://admin:hunter2@db.example/${DB}\n'),
      source('    url: postgres://$USER:hunter2$HOST@db.example/x\n'),
      source('    secureJsonData: { password: "hunter2$HOST" }\n'),
      source('    secureJsonData: { password: "${HOST}hunter2" }\n'),
      source('    secureJsonData: { password: "${PASSWORD:-hunter2}" }\n'),
      source('    secureJsonData: { httpHeaderValue1: "Bearer hunter2 $TOKEN" }\n'),
      ini(
        '[security]\ncookie_secure = true\nadmin_password = $__file{/run/a}\n[auth.anonymous]\nenabled = 1\n',
      ),
      source('    basicAuthPassword: of-nobody\n'),
      source("    secureJsonData: { password: '123456' }\n"),
      source('    url: postgres://a:b@db.example/x\n'),
      source('    jsonData: { azureCredentials: { clientSecret: of-nobody } }\n'),
      source('    secureJsonData: { password: $$x-of-nobody }\n'),
      together(withIni, ini('[auth.anonymous]\nenabled = true\n')),
      service(
        'image: grafana/grafana:12.0.2\ncommand: [cfg:auth.anonymous.enabled=true]\nenvironment:\n  GF_SECURITY_ADMIN_PASSWORD__FILE: /run/a\n  GF_SECURITY_COOKIE_SECURE: "true"\n',
      ),
    ],
    unknown: [
      grafana('  GF_USERS_ALLOW_SIGN_UP: ${SIGN_UP}'),
      // What is not read may let everybody in.
      grafana('env_file: [grafana.env]'),
      withIni,
    ],
    notApplicable: [],
  },
  'MON-14': {
    pass: [board(all, 'sum(up)'), board(all, 'rate(node_cpu_seconds_total[5m])')],
    fail: [board(all, 'rate(up)'), board('Application', 'sum(up)')],
    unknown: [board(all, 'sum(of_nobody_total)')],
    notApplicable: [live('grafana', 'panel', { targets: [] })],
  },
  'MON-15': {
    pass: [
      alert('slo:burn:1h > 14.4 and slo:burn:5m > 14.4'),
      alert('sum(rate(e[6h])) / sum(rate(a[6h])) > 0.006 and sum(rate(e[30m])) / sum(rate(a[30m])) > 0.006'),
    ],
    fail: [alert('slo:burn:1h > 14.4'), alert('up == 0')],
    unknown: [hidden, elsewhere],
    notApplicable: [],
  },
  'MON-16': {
    pass: [
      prometheusService('command: [--config.file=a]'),
      prometheusService('command: [--web.enable-lifecycle, --web.config.file=web.yml]'),
    ],
    fail: [
      prometheusService('command: [--web.enable-lifecycle]'),
      prometheusService('command: [--web.enable-admin-api=true]'),
      live('kubernetes', 'deployment', {
        spec: {
          template: {
            spec: { containers: [{ image: 'prom/prometheus:v3', args: ['--web.enable-admin-api'] }] },
          },
        },
      }),
    ],
    unknown: [prometheusService('command:\n  - ${FLAGS}')],
    notApplicable: [],
  },
  'MON-17': {
    pass: [
      label({ name: 'tenant', values: 3, personal: [] }),
      alert('up == 0'),
      named('MON-17.series', live('metrics', 'answer', { samples: [{ labels: {}, value: 800 }] })),
    ],
    fail: [
      label({ name: 'user', values: 3, personal: ['email'] }),
      label({ name: 'student_id', values: 3, personal: [] }),
      rules('      - alert: A\n        expr: up == 0\n        labels: { user_email: a }\n'),
      config('  - job_name: a\n    relabel_configs:\n      - target_label: username\n'),
      named('MON-17.series', live('metrics', 'answer', { samples: [{ labels: {}, value: 80_000 }] })),
    ],
    unknown: [live('metrics', 'label', 'answered 403'), hidden],
    notApplicable: [],
  },
}
