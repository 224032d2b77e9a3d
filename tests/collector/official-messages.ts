/** The official message definitions, read by protobufjs: a second implementation to hold the scanner against. */
import { join } from 'node:path'
import protobuf from 'protobufjs'

const schemas = join(import.meta.dirname, 'schemas')

/** Loads the export request of a signal. */
export function exportRequest(signal: 'trace' | 'logs'): protobuf.Type {
  const root = new protobuf.Root()
  root.resolvePath = (_origin, target) => join(schemas, target)
  root.loadSync(`opentelemetry/proto/collector/${signal}/v1/${signal}_service.proto`)
  const name = signal === 'trace' ? 'ExportTraceServiceRequest' : 'ExportLogsServiceRequest'
  return root.lookupType(`opentelemetry.proto.collector.${signal}.v1.${name}`)
}
