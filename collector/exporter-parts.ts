/** What exporters are opened with. */
import type winston from 'winston'
import type { RejectionCode } from '../contracts/metrics/http.ts'
import type { Appliance } from './config/appliance.ts'
import type { Plan } from './config/plan.ts'
import type { CountedSpans } from './graph/connectors.ts'
import type { Telemetry } from './telemetry.ts'

export interface ExporterParts {
  readonly plan: Plan
  readonly appliance: Pick<Appliance, 'queue'>
  readonly telemetry: Telemetry
  readonly log: winston.Logger
  /** By the id of the connector. */
  readonly spanMetrics: ReadonlyMap<string, CountedSpans>
  readonly onRejected: (code: RejectionCode) => void
  readonly onDefect: (error: unknown) => void
}
