/**
 * OpenTelemetry's own .proto files, where a folder `shared/` with them lies beside the checkout. Undefined
 * elsewhere: the tests then stand on the golden bytes and on the definition in `otlp-decoder.ts`.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import protobuf from 'protobufjs'

const folder = join(import.meta.dirname, '../../../shared/schemas/opentelemetry/proto')

/** The request messages by the official definitions. */
export function officialTypes(): { traces: protobuf.Type; logs: protobuf.Type } | undefined {
  if (!existsSync(folder)) return undefined
  const root = new protobuf.Root()
  root.resolvePath = (_origin, target) => join(folder, target.replace(/^opentelemetry\/proto\//, ''))
  root.loadSync(['collector/trace/v1/trace_service.proto', 'collector/logs/v1/logs_service.proto'], {
    keepCase: true,
  })
  return {
    traces: root.lookupType('opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest'),
    logs: root.lookupType('opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest'),
  }
}
