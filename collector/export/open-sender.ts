/** Opens the exporters of OTLP: what carries requests, and the queue they wait in. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type winston from 'winston'
import type { Appliance } from '../config/appliance.ts'
import { durationMillis } from '../config/duration.ts'
import type { Plan } from '../config/plan.ts'
import { CollectorError } from '../errors.ts'
import { MemoryQueue } from '../queue/memory-queue.ts'
import type { SendingQueue } from '../queue/sending-queue.ts'
import { WalQueue } from '../queue/wal-queue.ts'
import type { Telemetry } from '../telemetry.ts'
import { batchingOf } from './batch-plan.ts'
import { openTransport, type PlannedSender } from './open-transport.ts'
import type { RetryOptions } from './retry.ts'
import { Sender } from './sender.ts'

export interface SenderParts {
  readonly plan: Plan
  readonly telemetry: Telemetry
  readonly log: winston.Logger
  readonly appliance: Pick<Appliance, 'queue'>
  readonly onDefect: (error: unknown) => void
}

/** What other sides take by default: `max_request_body_size` of the Collector's HTTP receivers, grpc-go's message. */
const maxMessageBytes = { otlp_http: 20 * 2 ** 20, otlp_grpc: 4 * 2 ** 20 } as const

/**
 * Opens an exporter; what its queue holds from before is sent first.
 *
 * @throws CollectorError QUEUE_FOLDER_MISSING, FOLDER_IN_USE, TLS_UNUSABLE
 */
export async function openSender(planned: PlannedSender, parts: SenderParts): Promise<Sender> {
  const { plan, telemetry } = parts
  const { id, type, settings } = planned
  const batching = batchingOf(plan, id, settings.sendingQueue)
  const isBatching = Object.keys(batching).length > 0
  const { enabled, numConsumers, blockOnOverflow, waitForResult } = settings.sendingQueue
  const transport = openTransport(planned, parts)
  // Batches are made out of a queue; without one of its own whoever hands over a request waits for its batch.
  const queue = enabled
    ? await openQueue(planned, parts)
    : isBatching
      ? new MemoryQueue({ sizer: 'requests', size: Infinity })
      : undefined
  return new Sender({
    transport,
    ...(queue === undefined ? {} : { queue }),
    consumers: numConsumers,
    batching,
    maxMessageBytes: maxMessageBytes[type],
    blocksOnOverflow: blockOnOverflow,
    waitsForResult: waitForResult || !enabled,
    retry: retryOf(settings.retryOnFailure),
    onSent: (signal, items) =>
      telemetry.add('collector_exported_items_total', { signal, exporter: type }, items),
    onDropped: (signal, items, where) =>
      telemetry.add('collector_dropped_items_total', { signal, where }, items),
    onDefect: parts.onDefect,
  })
}

function openQueue(
  { id, type, settings }: PlannedSender,
  { plan, appliance, telemetry, log }: SenderParts,
): Promise<SendingQueue> {
  const { sizer, queueSize, storage: storageId } = settings.sendingQueue
  const capacity = { sizer, size: queueSize }
  const storage = plan.extensions.find((each) => each.id === storageId)
  if (storage?.type !== 'file_storage') return Promise.resolve(new MemoryQueue(capacity))
  const { directory, createDirectory, fsync } = storage.settings
  const { max_mib = 1_024, max_age = '168h' } = appliance.queue ?? {}
  if (!createDirectory && !existsSync(directory)) {
    const message = `found no folder ${directory}, expected one or create_directory`
    throw new CollectorError('QUEUE_FOLDER_MISSING', message)
  }
  return WalQueue.open({
    directory: join(directory, folderOf(id)),
    maxBytes: max_mib * 2 ** 20,
    maxAgeMillis: durationMillis(max_age),
    capacity,
    fsync,
    monotonicMillis: () => performance.now(),
    onFault: (fault) => {
      telemetry.add('collector_queue_faults_total', { exporter: type, fault })
      log.warn('queue fault', { exporter: id, fault })
    },
    onDamaged: (bytes) => telemetry.add('collector_queue_damaged_bytes_total', { exporter: type }, bytes),
    onLost: (signal, items, why) =>
      telemetry.add('collector_dropped_items_total', { signal, where: `queue_${why}` }, items),
  })
}

function retryOf(retry: PlannedSender['settings']['retryOnFailure']): RetryOptions {
  return {
    enabled: retry.enabled,
    initialMillis: retry.initialInterval,
    maxMillis: retry.maxInterval,
    multiplier: retry.multiplier,
    randomization: retry.randomizationFactor,
    maxElapsedMillis: retry.maxElapsedTime,
  }
}

/** `type_name`; no two ids have the same folder, and none leads out of its storage. */
function folderOf(id: string): string {
  const [type = '', ...name] = id.split('/')
  return name.length === 0 ? type : `${type}_${encodeURIComponent(name.join('/'))}`
}
