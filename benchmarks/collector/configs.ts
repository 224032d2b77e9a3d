/** Configurations of the measured collectors: the appliance's own, and what is changed in it. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Writes one that sends on all spans, by way of `batch` and a queue on the disk.
 *
 * @param port of the server that they go to
 * @returns its path
 */
export function writeForwarding(folder: string, port: number, compression: 'none' | 'gzip'): string {
  const exporter = `otlp_http:
    endpoint: http://127.0.0.1:${port}
    compression: ${compression}
    sending_queue: { storage: file_storage, queue_size: 100000 }`
  const config = appliance()
    .replace('  redaction:', '  batch:\n  redaction:')
    .replace('[memory_limiter, redaction]', '[memory_limiter, redaction, batch]')
    .replace('exporters: [span_metrics]', 'exporters: [span_metrics, otlp_http]')
    .replace('  nop:', `  nop:\n  ${exporter}`)
    .replace(
      'extensions:\n',
      `extensions:\n  file_storage: { directory: ${folder}/queues-${compression}, create_directory: true }\n`,
    )
    .replace('extensions: [health_check]', 'extensions: [health_check, file_storage]')
  return write(join(folder, `forwarding-${compression}.yaml`), config)
}

/** Writes one with a memory limit. */
export function writeLimited(folder: string, limitMiB: number): string {
  const config = appliance().replace(
    /limit_mib: \d+\n( +)spike_limit_mib: \d+/,
    `limit_mib: ${limitMiB}\n$1spike_limit_mib: ${Math.round(limitMiB / 4)}`,
  )
  return write(join(folder, 'limited.yaml'), config)
}

function appliance(): string {
  return readFileSync('compose/collector.yaml', 'utf8')
}

function write(path: string, config: string): string {
  writeFileSync(path, config)
  return path
}
