/**
 * The alerts by name. Rules are generated for each, each has a runbook of its name, and the console, the drills
 * and the routing read their severity here: an alert that is renamed breaks the build and not the page.
 */
import type { DashboardUid } from './dashboards.ts'

/** `critical` pages somebody, `warning` becomes a ticket, `none` only proves that alerts still flow. */
export const alertSeverities = ['critical', 'warning', 'none'] as const
export type AlertSeverity = (typeof alertSeverities)[number]

export const alertAreas = [
  'availability',
  'latency',
  'capacity',
  'security',
  'integrity',
  'privacy',
  'pipeline',
  'posture',
] as const
export type AlertArea = (typeof alertAreas)[number]

export interface AlertSpec {
  readonly severity: AlertSeverity
  readonly area: AlertArea
  readonly dashboard: DashboardUid
}

const alert = <S extends AlertSeverity>(
  severity: S,
  area: AlertArea,
  dashboard: DashboardUid,
): AlertSpec & { readonly severity: S } => ({ severity, area, dashboard })

/** What Prometheus may fire. */
export const alerts = {
  // Service levels, by tenant and service.
  SloFastBurn: alert('critical', 'availability', 'campanile-slo'),
  SloSlowBurn: alert('warning', 'availability', 'campanile-slo'),
  SloSignalAbsent: alert('critical', 'availability', 'campanile-slo'),
  // Thresholds.
  ServiceDown: alert('critical', 'availability', 'campanile-platform'),
  HighErrorRate: alert('critical', 'availability', 'campanile-application'),
  TenantErrorRate: alert('critical', 'availability', 'campanile-application'),
  HighLatencyP95: alert('warning', 'latency', 'campanile-application'),
  CircuitBreakerOpen: alert('warning', 'availability', 'campanile-application'),
  HighCpuUsage: alert('warning', 'capacity', 'campanile-infrastructure'),
  HighMemoryUsage: alert('warning', 'capacity', 'campanile-infrastructure'),
  DiskUsageCritical: alert('critical', 'capacity', 'campanile-infrastructure'),
  DatabaseDown: alert('critical', 'availability', 'campanile-infrastructure'),
  DatabaseConnectionsHigh: alert('warning', 'capacity', 'campanile-infrastructure'),
  DatabasePoolExhausted: alert('warning', 'capacity', 'campanile-application'),
  ExporterDown: alert('warning', 'pipeline', 'campanile-platform'),
  DatabaseUnwatched: alert('critical', 'pipeline', 'campanile-infrastructure'),
  InstanceDown: alert('warning', 'availability', 'campanile-platform'),
  ComponentRestarting: alert('warning', 'availability', 'campanile-platform'),
  // Security.
  AuthFailureSpike: alert('critical', 'security', 'campanile-activity'),
  RefreshTokenReuse: alert('critical', 'security', 'campanile-activity'),
  CrossTenantAccess: alert('critical', 'security', 'campanile-activity'),
  TokenValidationFailures: alert('warning', 'security', 'campanile-activity'),
  // Integrity and privacy: no waiting.
  LedgerChainBroken: alert('critical', 'integrity', 'campanile-ledger'),
  LedgerUnverified: alert('critical', 'integrity', 'campanile-ledger'),
  AuditOutboxLag: alert('critical', 'integrity', 'campanile-ledger'),
  CheckpointMissing: alert('critical', 'integrity', 'campanile-ledger'),
  LedgerEventsRefused: alert('critical', 'integrity', 'campanile-ledger'),
  AnchorQuorumMissing: alert('critical', 'integrity', 'campanile-ledger'),
  WitnessContradicts: alert('critical', 'integrity', 'campanile-ledger'),
  AuditSpoolRefused: alert('critical', 'integrity', 'campanile-ledger'),
  AuditSpoolLosses: alert('critical', 'integrity', 'campanile-ledger'),
  PiiCanaryLeak: alert('critical', 'privacy', 'campanile-ledger'),
  RedactionSurge: alert('warning', 'privacy', 'campanile-ledger'),
  BreakGlassUsed: alert('warning', 'privacy', 'campanile-activity'),
  BreakGlassReviewOverdue: alert('warning', 'privacy', 'campanile-activity'),
  // Statutory clocks of the disclosure record.
  InspectionAfter30Days: alert('warning', 'privacy', 'campanile-ledger'),
  InspectionAfter40Days: alert('warning', 'privacy', 'campanile-ledger'),
  InspectionAfter44Days: alert('critical', 'privacy', 'campanile-ledger'),
  RedisclosureAfter25Days: alert('warning', 'privacy', 'campanile-ledger'),
  RecordClockOverdue: alert('critical', 'privacy', 'campanile-ledger'),
  // The watchers themselves.
  CollectorDropping: alert('warning', 'pipeline', 'campanile-platform'),
  CollectorRefusing: alert('warning', 'pipeline', 'campanile-platform'),
  TelemetryLost: alert('warning', 'pipeline', 'campanile-platform'),
  CardinalityBudget: alert('warning', 'pipeline', 'campanile-platform'),
  RuleEvaluationFailing: alert('critical', 'pipeline', 'campanile-platform'),
  NotificationsFailing: alert('critical', 'pipeline', 'campanile-platform'),
  InboxLosingEvents: alert('critical', 'pipeline', 'campanile-platform'),
  HeartbeatPageRefused: alert('critical', 'pipeline', 'campanile-platform'),
  HeartbeatDown: alert('critical', 'pipeline', 'campanile-platform'),
  Watchdog: alert('none', 'pipeline', 'campanile-platform'),
  // Posture.
  ComplianceScoreDrop: alert('warning', 'posture', 'campanile-platform'),
  ComplianceCriticalOpen: alert('critical', 'posture', 'campanile-platform'),
  ScanEventRefused: alert('critical', 'posture', 'campanile-platform'),
  ComplianceScanStale: alert('warning', 'posture', 'campanile-platform'),
  ComplianceHistoryBehind: alert('warning', 'posture', 'campanile-platform'),
  ComplianceWaiverEnding: alert('warning', 'posture', 'campanile-platform'),
} as const satisfies Record<string, AlertSpec>
export type AlertName = keyof typeof alerts

/** Sent by the heartbeat itself when the Watchdog stays away, by no rule. */
export const watchdogMissing = 'WatchdogMissing'

/** Severity of an event at PagerDuty for one of ours. */
export const pagerSeverity = {
  critical: 'critical',
  warning: 'warning',
  none: 'info',
} as const satisfies Record<AlertSeverity, 'critical' | 'error' | 'warning' | 'info'>
