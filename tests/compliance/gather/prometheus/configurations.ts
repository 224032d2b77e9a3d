/** Configurations and rules that Prometheus and Alertmanager take and refuse; their own tools judge the same lists. */

export const soundConfigs = [
  'scrape_configs:\n  - job_name: a\n    static_configs:\n      - targets: [localhost:9090]\n',
  'global:\n  scrape_interval: 15s\n  external_labels: { site: north }\nscrape_configs:\n  - job_name: a\n    metrics_path: /probe\n    params: { module: [http_2xx] }\n    relabel_configs:\n      - source_labels: [__address__]\n        target_label: __param_target\n',
  'alerting:\n  alertmanagers:\n    - static_configs:\n        - targets: [localhost:9093]\nscrape_configs:\n  - job_name: a\n    scrape_interval: 5s\n    basic_auth: { username: a, password_file: b }\n',
  'scrape_configs:\n  - job_name: a\n    scrape_interval: 5s\nrule_files: ["rules/*.yaml"]\n',
]

export const wrongConfigs = [
  'scrape_configs:\n  - job_name: a\n    scrape_intervall: 5s\n',
  'scrape_configs:\n  - job_name: a\n  - job_name: a\n',
  'scrape_configs:\n  - metrics_path: /a\n',
  'scrape_configs:\n  - job_name: a\n    scrape_interval: 5s\n    scrape_timeout: 10s\n',
  'scrape_configs:\n  - job_name: a\n    scrape_interval: five\n',
  'scrape_configs:\n  job_name: a\n',
  'scrape_configs:\n  - job_name: a\n    scheme: ftp\n    relabel_configs:\n      - action: forget\n',
  'globals: {}\nscrape_configs:\n  - job_name: a\n',
  'rule_files: [missing.yaml]\nscrape_configs:\n  - job_name: a\n',
  'scrape_configs:\n  - job_name: a\n    static_configs:\n      - target: [localhost]\n',
]

const rule = (lines: string) =>
  `groups:\n  - name: a\n    rules:\n      - ${lines.split('\n').join('\n        ')}\n`

export const soundRules = [
  rule(
    'alert: A\nexpr: up == 0\nfor: 5m\nlabels: { severity: critical }\nannotations: { summary: "{{ $labels.job }} is down" }',
  ),
  rule('record: job:up:sum\nexpr: sum by (job) (up)\nlabels: { a: b }'),
  rule(
    "alert: A\nexpr: up == 0\nkeep_firing_for: 5m\nannotations:\n  summary: '{{ if gt $value 1.0 }}a{{ else }}b{{ end }}'",
  ),
]

export const wrongRules = [
  rule('alert: A\nexpr: up ==\nfor: 5m'),
  rule('alert: A\nexpr: rate(up)'),
  rule('alert: A\nexpr: up == 0\nfors: 5m'),
  rule('alert: A\nexpr: up == 0\nfor: soon'),
  rule('record: job-up\nexpr: up'),
  rule('record: job:up\nexpr: up\nfor: 5m'),
  rule('record: job:up\nalert: A\nexpr: up'),
  rule('alert: A\nfor: 5m'),
  rule('alert: A\nexpr: up\nlabels: { "a-b": c }'),
  rule('alert: A\nexpr: up\nannotations: { summary: "{{ $labels.job " }'),
  rule('alert: A\nexpr: up\nannotations: { summary: "{{ if true }}a" }'),
  `${rule('alert: A\nexpr: up')}  - name: a\n    rules: []\n`,
  `groups:\n  - rules:\n      - alert: A\n        expr: up\n`,
]

const receivers = 'receivers:\n  - name: page\n    pagerduty_configs:\n      - routing_key_file: key\n'

export const soundAlertmanagers = [
  `route:\n  receiver: page\n${receivers}`,
  `route:\n  receiver: page\n  group_by: [alertname]\n  routes:\n    - receiver: page\n      matchers: [severity="critical", 'team=~"a|b"']\n      continue: true\n    - match: { severity: warning }\n${receivers}`,
  `global:\n  resolve_timeout: 5m\nroute:\n  receiver: page\n  repeat_interval: 4h\ninhibit_rules:\n  - source_matchers: [severity="critical"]\n    target_matchers: [severity="warning"]\n    equal: [job]\n${receivers}`,
]

export const wrongAlertmanagers = [
  `route:\n  receiver: nobody\n${receivers}`,
  `route:\n  receiver: page\n  routes:\n    - receiver: nobody\n${receivers}`,
  `route:\n  group_by: [a]\n${receivers}`,
  `route:\n  receiver: page\n  matchers: [a="b"]\n${receivers}`,
  `route:\n  receiver: page\n  repeat: 4h\n${receivers}`,
  `route:\n  receiver: page\n${receivers}  - name: page\n`,
  `route:\n  receiver: page\nreceivers:\n  - name: page\n    pagerduty_configs:\n      - url: http://localhost\n`,
  `route:\n  receiver: page\nreceivers:\n  - name: page\n    webhook_configs:\n      - send_resolved: true\n`,
  `route:\n  receiver: page\nreceivers:\n  - name: page\n    slack_configs:\n      - channel: a\n`,
  `route:\n  receiver: page\n  routes:\n    - matchers: [severity]\n${receivers}`,
  `route:\n  receiver: page\n  mute_time_intervals: [night]\n${receivers}`,
  `route:\n  receiver: page\n  group_wait: soon\n${receivers}`,
  `route:\n  receiver: page\n  group_by: [a, a]\n${receivers}`,
]
