/** What a receiver hands its requests to. */
import type { Metric } from '../process/metric-model.ts'
import type { Batch, LogRecord, Span } from '../process/model.ts'
import type { LoadSignal } from './load.ts'

/** Takes requests from a receiver; rejects when they could not be kept and may be sent again. */
export interface Intake {
  /** Whether there is a pipeline for metrics; without one they are not to be handed over. */
  readonly takesMetrics: boolean
  /**
   * Takes an encoded export request and answers how many items it had.
   *
   * @param bytes attacker-controlled, not changed afterwards
   * @throws CollectorError OTLP_MALFORMED, OTLP_TOO_DEEP, OTLP_TOO_MANY
   */
  readonly encoded: (signal: LoadSignal, bytes: Buffer) => Promise<number>
  readonly traces: (batch: Batch<Span>) => Promise<void>
  readonly logs: (batch: Batch<LogRecord>) => Promise<void>
  readonly metrics: (batch: Batch<Metric>) => Promise<void>
}
