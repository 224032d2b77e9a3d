/** The catalogue: every metric the appliance's own processes emit. Names are spelled nowhere else. */
import { campusMetrics } from './metrics/campus.ts'
import { complianceMetrics } from './metrics/compliance.ts'
import type { MetricSpec } from './metrics/define.ts'
import { httpMetrics } from './metrics/http.ts'
import { ledgerMetrics } from './metrics/ledger.ts'
import { telemetryMetrics } from './metrics/telemetry.ts'
import { watchMetrics } from './metrics/watch.ts'

export const metrics = {
  ...httpMetrics,
  ...campusMetrics,
  ...ledgerMetrics,
  ...telemetryMetrics,
  ...watchMetrics,
  ...complianceMetrics,
} as const satisfies Record<string, MetricSpec>

export type MetricName = keyof typeof metrics

/** Names of one kind, so that a counter cannot be asked for as a gauge. */
export type MetricNameOf<K extends MetricSpec['kind']> = {
  [N in MetricName]: (typeof metrics)[N]['kind'] extends K ? N : never
}[MetricName]
