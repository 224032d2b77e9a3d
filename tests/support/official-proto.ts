/**
 * OpenTelemetry's own .proto files, where a folder `shared/` with them lies beside the checkout. Undefined
 * elsewhere: the tests then stand on the golden bytes and on the definition in `otlp-decoder.ts`.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import protobuf from 'protobufjs'

const folder = join(import.meta.dirname, '../../../shared/schemas/opentelemetry/proto')

/** The request messages by the official definitions. */
export function officialTypes():
  { traces: protobuf.Type; logs: protobuf.Type; metrics: protobuf.Type } | undefined {
  if (!existsSync(folder)) return undefined
  const root = new protobuf.Root()
  root.resolvePath = (_origin, target) => join(folder, target.replace(/^opentelemetry\/proto\//, ''))
  const services = ['trace/v1/trace', 'logs/v1/logs', 'metrics/v1/metrics']
  root.loadSync(
    services.map((name) => `collector/${name}_service.proto`),
    { keepCase: true },
  )
  return {
    traces: root.lookupType('opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest'),
    logs: root.lookupType('opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest'),
    metrics: root.lookupType('opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest'),
  }
}
