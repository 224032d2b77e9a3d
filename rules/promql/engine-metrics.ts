/** Metrics that are not ours, by kind and labels: only what a rule asks for, as the engines of Debian 12 expose it. */
interface EngineMetric {
  readonly kind: 'counter' | 'gauge'
  /** Labels of its own; `job` and `instance` come from the scrape. */
  readonly labels: readonly string[]
}

const counter = <const L extends readonly string[]>(...labels: L) => ({ kind: 'counter', labels }) as const
const gauge = <const L extends readonly string[]>(...labels: L) => ({ kind: 'gauge', labels }) as const

export const engineMetrics = {
  // Made by Prometheus for every target.
  up: gauge(),
  // prom-client, and every exporter written in Go.
  process_start_time_seconds: gauge(),

  // node-exporter 1.5
  node_cpu_seconds_total: counter('cpu', 'mode'),
  node_memory_MemAvailable_bytes: gauge(),
  node_memory_MemTotal_bytes: gauge(),
  node_filesystem_avail_bytes: gauge('device', 'fstype', 'mountpoint'),
  node_filesystem_size_bytes: gauge('device', 'fstype', 'mountpoint'),

  // postgres-exporter 0.11
  pg_up: gauge(),
  pg_stat_activity_count: gauge('datname', 'state', 'server'),
  pg_settings_max_connections: gauge('server'),

  // Prometheus 2.42
  prometheus_rule_evaluation_failures_total: counter('rule_group'),
  prometheus_notifications_dropped_total: counter(),
  prometheus_notifications_errors_total: counter('alertmanager'),

  // Alertmanager 0.25
  alertmanager_notifications_failed_total: counter('integration'),
} as const satisfies Record<string, EngineMetric>

export type EngineMetricName = keyof typeof engineMetrics
