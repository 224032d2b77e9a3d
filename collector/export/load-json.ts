/** A load in OTLP's JSON mapping. */
import type { Load, LoadSignal } from '../graph/load.ts'
import { logsJson, tracesJson } from '../wire/json-out.ts'
import type { JsonFields } from '../wire/json-parts-out.ts'
import { metricsJson } from '../wire/metrics-json-out.ts'

const writers = { traces: tracesJson, logs: logsJson, metrics: metricsJson } as const

/** Builds an export request for `JSON.stringify`. */
export function jsonOf<S extends LoadSignal>(load: Load<S>): JsonFields {
  // The writer of the signal takes the batches of the signal.
  const write = writers[load.signal] as (batch: Load<S>['view']) => JsonFields
  return write(load.view)
}
