/**
 * The components this collector has, each with the keys it understands: a strict subset of the OpenTelemetry
 * Collector's (v0.160). A key that is not here is refused, because to ignore it would be to pretend.
 */
import Type, { type TSchema } from 'typebox'
import { durationPattern } from './duration.ts'

const Duration = Type.String({ pattern: durationPattern })
const Endpoint = Type.String({ pattern: '^(127\\.0\\.0\\.1|localhost|\\[::1\\]|0\\.0\\.0\\.0):[0-9]{1,5}$' })
const Path = Type.String({ pattern: '^/[A-Za-z0-9/_.-]*$' })
const Url = Type.String({ pattern: '^https?://[^\\s@]+$' })

function closed<P extends Record<string, TSchema>>(properties: P) {
  return Type.Object(properties, { additionalProperties: false })
}

function oneOf<const V extends readonly string[]>(values: V) {
  return Type.Unsafe<V[number]>({ type: 'string', enum: values })
}

const Cors = closed({
  allowed_origins: Type.Optional(Type.Array(Type.String({ minLength: 1 }), { maxItems: 50 })),
  allowed_headers: Type.Optional(Type.Array(Type.String({ pattern: '^[A-Za-z0-9-]+$' }), { maxItems: 50 })),
  max_age: Type.Optional(Type.Integer({ minimum: 0, maximum: 86_400 })),
})

export const OtlpReceiver = closed({
  protocols: closed({
    http: closed({
      endpoint: Type.Optional(Endpoint),
      /** Bytes, on the wire and after inflation. Default 20 MiB. */
      max_request_body_size: Type.Optional(Type.Integer({ minimum: 1_024, maximum: 256 * 2 ** 20 })),
      traces_url_path: Type.Optional(Path),
      logs_url_path: Type.Optional(Path),
      metrics_url_path: Type.Optional(Path),
      cors: Type.Optional(Cors),
      auth: Type.Optional(closed({ authenticator: Type.String({ minLength: 1 }) })),
    }),
  }),
})

export const FaroReceiver = closed({
  endpoint: Type.Optional(Endpoint),
  max_request_body_size: Type.Optional(Type.Integer({ minimum: 1_024, maximum: 16 * 2 ** 20 })),
  cors: Type.Optional(Cors),
})

export const MemoryLimiter = closed({
  check_interval: Duration,
  limit_mib: Type.Integer({ minimum: 32, maximum: 65_536 }),
  spike_limit_mib: Type.Optional(Type.Integer({ minimum: 0, maximum: 65_536 })),
})

/** Marks the place of the fence. What the fence does is in the appliance file, and it cannot be left out. */
export const Redaction = closed({
  allow_all_keys: Type.Optional(Type.Literal(true)),
  summary: Type.Optional(oneOf(['silent'])),
})

export const SpanMetricsConnector = closed({
  namespace: Type.Optional(Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_.]*$' })),
  histogram: Type.Optional(
    closed({
      unit: Type.Optional(oneOf(['ms', 's'])),
      explicit: Type.Optional(
        closed({ buckets: Type.Optional(Type.Array(Duration, { minItems: 1, maxItems: 60 })) }),
      ),
    }),
  ),
  dimensions: Type.Optional(
    Type.Array(
      closed({
        name: Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_.]*$' }),
        default: Type.Optional(Type.String()),
      }),
      { maxItems: 10 },
    ),
  ),
  exemplars: Type.Optional(closed({ enabled: Type.Optional(Type.Boolean()) })),
  aggregation_cardinality_limit: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
})

export const PrometheusExporter = closed({
  endpoint: Type.Optional(Endpoint),
  enable_open_metrics: Type.Optional(Type.Boolean()),
})

export const OtlpHttpExporter = closed({
  endpoint: Type.Optional(Url),
  traces_endpoint: Type.Optional(Url),
  logs_endpoint: Type.Optional(Url),
  headers: Type.Optional(Type.Record(Type.String({ pattern: '^[A-Za-z0-9-]+$' }), Type.String())),
  compression: Type.Optional(oneOf(['gzip', 'none'])),
  timeout: Type.Optional(Duration),
  sending_queue: Type.Optional(
    closed({
      enabled: Type.Optional(Type.Literal(true)),
      num_consumers: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
      queue_size: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000 })),
    }),
  ),
  retry_on_failure: Type.Optional(
    closed({
      enabled: Type.Optional(Type.Boolean()),
      initial_interval: Type.Optional(Duration),
      max_interval: Type.Optional(Duration),
      multiplier: Type.Optional(Type.Number({ minimum: 1, maximum: 10 })),
      randomization_factor: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
      max_elapsed_time: Type.Optional(Duration),
    }),
  ),
})

export const HealthCheck = closed({ endpoint: Type.Optional(Endpoint), path: Type.Optional(Path) })
export const BearerTokenAuth = closed({ token: Type.String({ minLength: 16, maxLength: 512 }) })

const Ids = Type.Array(Type.String({ minLength: 1 }), { maxItems: 50 })

export const Service = closed({
  extensions: Type.Optional(Ids),
  pipelines: Type.Record(
    Type.String({ pattern: '^(traces|logs|metrics)(/[^\\s/]+)?$' }),
    closed({ receivers: Ids, processors: Type.Optional(Ids), exporters: Ids }),
    { additionalProperties: false },
  ),
  telemetry: Type.Optional(
    closed({
      logs: Type.Optional(closed({ level: Type.Optional(oneOf(['debug', 'info', 'warn', 'error'])) })),
      metrics: Type.Optional(
        closed({
          readers: Type.Optional(
            Type.Array(
              closed({
                pull: closed({
                  exporter: closed({
                    prometheus: closed({
                      host: oneOf(['127.0.0.1', 'localhost']),
                      port: Type.Integer({ minimum: 0, maximum: 65_535 }),
                    }),
                  }),
                }),
              }),
              { minItems: 1, maxItems: 1 },
            ),
          ),
        }),
      ),
    }),
  ),
})

export const sections = ['receivers', 'processors', 'connectors', 'exporters', 'extensions'] as const
export type Section = (typeof sections)[number]

/** Every component by section and canonical type. */
export const componentSchemas = {
  receivers: { otlp: OtlpReceiver, faro: FaroReceiver },
  processors: { memory_limiter: MemoryLimiter, redaction: Redaction },
  connectors: { span_metrics: SpanMetricsConnector },
  exporters: { prometheus: PrometheusExporter, otlp_http: OtlpHttpExporter, nop: closed({}) },
  extensions: { health_check: HealthCheck, bearertokenauth: BearerTokenAuth },
} as const satisfies Record<Section, Record<string, TSchema>>

/** Old type names, accepted with a warning. */
export const deprecatedTypes: Readonly<Record<string, string>> = {
  otlphttp: 'otlp_http',
  spanmetrics: 'span_metrics',
}
