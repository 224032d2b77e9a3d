/** Who is told what becomes of loads in the graph. */
import type { LabelsOf } from '../../contracts/metrics/define.ts'
import type { telemetryMetrics } from '../../contracts/metrics/telemetry.ts'
import type { LoadSignal } from './load.ts'

type Dropped = LabelsOf<(typeof telemetryMetrics)['collector_dropped_items_total']>['where']
type Thinning = LabelsOf<(typeof telemetryMetrics)['collector_thinned_items_total']>['processor']
type Stating = LabelsOf<(typeof telemetryMetrics)['collector_statement_errors_total']>['component']

export interface Tally {
  /** Told of items that were acknowledged and reach an exporter no more. */
  readonly onLost: (signal: LoadSignal, items: number, where: Dropped) => void
  /** Told of items that the configuration leaves out. */
  readonly onThinned: (signal: LoadSignal, items: number, processor: Thinning) => void
  /** Told of each statement or condition that failed on an item and was passed over. */
  readonly onStatementError: (component: Stating) => void
  /** Told of errors that nobody expected, outside of any request. */
  readonly onDefect: (error: unknown) => void
}
