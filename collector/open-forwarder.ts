/** Opens what sends requests on, with the queue they wait in. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type winston from 'winston'
import type { CollectorConfig } from './config/config.ts'
import * as settings from './config/settings.ts'
import { CollectorError } from './errors.ts'
import { OtlpForwarder } from './export/otlp-http.ts'
import { MemoryQueue, type SendingQueue } from './queue/sending-queue.ts'
import { WalQueue } from './queue/wal-queue.ts'
import type { Telemetry } from './telemetry.ts'

/** Most bytes of a queue on the disk, and the age after which what waits there is given up. */
const maxQueueBytes = 2 ** 30
const maxQueueAgeMillis = 7 * 86_400_000

export interface ForwarderParts {
  readonly config: CollectorConfig
  readonly telemetry: Telemetry
  readonly log: winston.Logger
}

/**
 * Opens the forwarder where the configuration names one; what its queue holds from before is sent first.
 *
 * @throws CollectorError QUEUE_FOLDER_MISSING
 */
export async function openForwarder(parts: ForwarderParts): Promise<OtlpForwarder | undefined> {
  const { config, telemetry } = parts
  const forward = settings.forwarderSettings(config)
  if (forward === undefined) return undefined
  return new OtlpForwarder({
    ...forward,
    queue: await openQueue(forward, parts),
    onSent: (signal, items) =>
      telemetry.add('collector_exported_items_total', { signal, exporter: 'otlp_http' }, items),
    onDropped: (signal, items, where) =>
      telemetry.add('collector_dropped_items_total', { signal, where }, items),
  })
}

async function openQueue(
  { id, queueSize, storage }: NonNullable<ReturnType<typeof settings.forwarderSettings>>,
  { telemetry, log }: ForwarderParts,
): Promise<SendingQueue> {
  if (storage === undefined) return new MemoryQueue(queueSize)
  if (!storage.createDirectory && !existsSync(storage.directory)) {
    throw new CollectorError(
      'QUEUE_FOLDER_MISSING',
      `found no folder ${storage.directory}, expected one or create_directory`,
    )
  }
  return WalQueue.open({
    directory: join(storage.directory, id.replaceAll('/', '_')),
    maxBytes: maxQueueBytes,
    maxRequests: queueSize,
    maxAgeMillis: maxQueueAgeMillis,
    fsync: storage.fsync,
    now: Date.now,
    onFault: (fault) => {
      telemetry.add('collector_queue_faults_total', { exporter: 'otlp_http', fault })
      log.warn('queue fault', { fault })
    },
    onLost: (signal, items, why) =>
      telemetry.add('collector_dropped_items_total', { signal, where: `queue_${why}` }, items),
  })
}
