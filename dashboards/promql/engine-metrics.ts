/** Metrics of the engines beside us, by kind and labels: only what a panel asks for, as they expose it. */
interface EngineMetric {
  readonly kind: 'counter' | 'gauge'
  /** Labels of its own; `job` and `instance` come from the scrape. */
  readonly labels: readonly string[]
}

const counter = <const L extends readonly string[]>(...labels: L) => ({ kind: 'counter', labels }) as const
const gauge = <const L extends readonly string[]>(...labels: L) => ({ kind: 'gauge', labels }) as const

export const engineMetrics = {
  // Prometheus: what it makes itself.
  up: gauge(),
  ALERTS: gauge('alertname', 'alertstate', 'severity', 'area', 'service', 'tenant', 'slo'),
  scrape_duration_seconds: gauge(),
  scrape_samples_scraped: gauge(),

  // Node.js and process figures of our own processes (prom-client) and of the engines.
  process_cpu_seconds_total: counter(),
  process_resident_memory_bytes: gauge(),
  nodejs_eventloop_lag_p99_seconds: gauge(),
  nodejs_heap_size_used_bytes: gauge(),

  // node-exporter 1.5
  node_boot_time_seconds: gauge(),
  node_time_seconds: gauge(),
  node_load1: gauge(),
  node_cpu_seconds_total: counter('cpu', 'mode'),
  node_memory_MemTotal_bytes: gauge(),
  node_memory_MemAvailable_bytes: gauge(),
  node_memory_Cached_bytes: gauge(),
  node_memory_Buffers_bytes: gauge(),
  node_memory_MemFree_bytes: gauge(),
  node_memory_SwapTotal_bytes: gauge(),
  node_memory_SwapFree_bytes: gauge(),
  node_filesystem_size_bytes: gauge('device', 'fstype', 'mountpoint'),
  node_filesystem_avail_bytes: gauge('device', 'fstype', 'mountpoint'),
  node_disk_read_bytes_total: counter('device'),
  node_disk_written_bytes_total: counter('device'),
  node_disk_io_time_seconds_total: counter('device'),
  node_network_receive_bytes_total: counter('device'),
  node_network_transmit_bytes_total: counter('device'),
  node_pressure_cpu_waiting_seconds_total: counter(),
  node_pressure_io_waiting_seconds_total: counter(),
  node_pressure_memory_waiting_seconds_total: counter(),
  node_filefd_allocated: gauge(),
  node_filefd_maximum: gauge(),

  // postgres-exporter 0.11
  pg_up: gauge(),
  pg_stat_activity_count: gauge('datname', 'state', 'server'),
  pg_stat_activity_max_tx_duration: gauge('datname', 'state', 'server'),
  pg_settings_max_connections: gauge('server'),
  pg_database_size_bytes: gauge('datname', 'server'),
  pg_locks_count: gauge('datname', 'mode', 'server'),
  pg_stat_database_xact_commit: counter('datid', 'datname', 'server'),
  pg_stat_database_xact_rollback: counter('datid', 'datname', 'server'),
  pg_stat_database_blks_hit: counter('datid', 'datname', 'server'),
  pg_stat_database_blks_read: counter('datid', 'datname', 'server'),
  pg_stat_database_tup_returned: counter('datid', 'datname', 'server'),
  pg_stat_database_tup_inserted: counter('datid', 'datname', 'server'),
  pg_stat_database_tup_updated: counter('datid', 'datname', 'server'),
  pg_stat_database_tup_deleted: counter('datid', 'datname', 'server'),
  pg_stat_database_deadlocks: counter('datid', 'datname', 'server'),
  pg_stat_database_temp_bytes: counter('datid', 'datname', 'server'),

  // Prometheus 2.42
  prometheus_tsdb_head_series: gauge(),
  prometheus_tsdb_head_samples_appended_total: counter('type'),
  prometheus_tsdb_storage_blocks_bytes: gauge(),
  prometheus_rule_evaluation_failures_total: counter('rule_group'),
  prometheus_rule_group_last_duration_seconds: gauge('rule_group'),
  prometheus_rule_group_interval_seconds: gauge('rule_group'),
  prometheus_notifications_queue_length: gauge(),
  prometheus_notifications_dropped_total: counter(),
  prometheus_notifications_errors_total: counter('alertmanager'),
  prometheus_notifications_sent_total: counter('alertmanager'),

  // Alertmanager 0.25
  alertmanager_alerts: gauge('state'),
  alertmanager_notifications_total: counter('integration'),
  alertmanager_notifications_failed_total: counter('integration'),
} as const satisfies Record<string, EngineMetric>

export type EngineMetricName = keyof typeof engineMetrics
