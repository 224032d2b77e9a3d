/** A small configuration that nothing is wrong with, for tests to change one thing of. */
import { stringify } from 'yaml'
import { parseCollectorConfig } from '../../../collector/config/load.ts'

type Section = Readonly<Record<string, unknown>>

export interface Parts {
  readonly receivers?: Section
  readonly processors?: Section
  readonly connectors?: Section
  readonly exporters?: Section
  readonly extensions?: Section
  readonly started?: readonly string[]
  readonly pipelines?: Section
}

/** Loads the sample with parts added to it, or put in the place of what it has. */
export function loadSample(parts: Parts = {}) {
  const source = stringify({
    receivers: { otlp: { protocols: { grpc: {} } }, ...parts.receivers },
    processors: {
      memory_limiter: { check_interval: '1s', limit_mib: 256 },
      redaction: { allow_all_keys: true },
      batch: {},
      tail_sampling: { policies: [{ name: 'all', type: 'always_sample' }] },
      ...parts.processors,
    },
    connectors: { span_metrics: { aggregation_cardinality_limit: 100 }, ...parts.connectors },
    exporters: {
      prometheus: { endpoint: '127.0.0.1:8889' },
      otlp_http: { endpoint: 'https://tempo.example', sending_queue: { enabled: false } },
      ...parts.exporters,
    },
    extensions: { file_storage: { fsync: true, recreate: true }, ...parts.extensions },
    service: {
      extensions: parts.started ?? ['file_storage'],
      pipelines: {
        traces: pipeline(['memory_limiter', 'redaction'], ['span_metrics', 'otlp_http']),
        metrics: { receivers: ['span_metrics'], exporters: ['prometheus'] },
        ...parts.pipelines,
      },
    },
  })
  return parseCollectorConfig(source, 'sample.yaml', {})
}

/** A pipeline fed by the sample's receiver. */
export function pipeline(processors: readonly string[], exporters: readonly string[]): Section {
  return { receivers: ['otlp'], processors, exporters }
}
