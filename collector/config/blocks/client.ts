/** Keys of exporters that send over a network, as upstream's `confighttp`, `configgrpc` and `exporterhelper` name them. */
import type { Report } from '../component.ts'
import { block, defaulted, optional, record, required, type Settings, titled } from '../shape.ts'
import { decimal, duration, flag, integer, name, oneOf, text } from '../values.ts'
import { clientTls } from './tls.ts'

const clientAuth = block({
  authenticator: required(name, 'Id of an extension, such as `bearertokenauth`, that signs every request.'),
})

const connections = 'leave it out: connections are kept and shared'

/** Keys of every client, HTTP or gRPC, but its endpoint, its timeout and its compression, whose defaults differ. */
export const client = {
  headers: defaulted(record(text, '^[A-Za-z0-9_-]+$'), {}, 'Headers of every request; values are secrets.'),
  auth: optional(clientAuth, 'Who it sends as.'),
  tls: defaulted(clientTls, {}, 'How the other side is checked.'),
}

export const compression = oneOf('gzip', 'none')

export const httpClientRefused = {
  compression_params: 'leave it out: gzip runs at the level that costs least',
  cookies: 'leave it out: no cookie is kept',
  force_attempt_http2: 'leave it out: HTTP/1.1 is spoken; use otlp_grpc for HTTP/2',
  http2_ping_timeout: 'leave it out: HTTP/1.1 is spoken; use otlp_grpc for HTTP/2',
  http2_read_idle_timeout: 'leave it out: HTTP/1.1 is spoken; use otlp_grpc for HTTP/2',
  proxy_url: 'the address of the proxy’s tunnel as endpoint',
  idle_conn_timeout: connections,
  max_idle_conns: connections,
  max_idle_conns_per_host: connections,
  max_conns_per_host: 'sending_queue.num_consumers, which bounds the requests at once',
  disable_keep_alives: connections,
  keepalive: connections,
  middlewares: 'leave it out: there are no middleware extensions',
  read_buffer_size: 'leave it out: the runtime sizes its buffers',
  write_buffer_size: 'leave it out: the runtime sizes its buffers',
}

export const grpcClientRefused = {
  authority: 'tls.server_name_override',
  balancer_name: 'leave it out: one address is dialled',
  keepalive: connections,
  middlewares: 'leave it out: there are no middleware extensions',
  read_buffer_size: 'leave it out: the runtime sizes its buffers',
  write_buffer_size: 'leave it out: the runtime sizes its buffers',
  wait_for_ready: 'leave it out: retry_on_failure waits',
}

const sizer = oneOf('requests', 'items', 'bytes')

const batch = block(
  {
    flush_timeout: defaulted(duration, '200ms', 'Longest wait for a batch to fill.'),
    min_size: defaulted(integer(0, 1_000_000_000), 8_192, 'Size from which a batch is sent at once.'),
    max_size: defaulted(integer(0, 1_000_000_000), 0, 'Size beyond which a batch is cut; 0 never cuts.'),
    sizer: optional(
      oneOf('items', 'bytes'),
      'What sizes of batches count: as the queue’s if absent, or items where that counts requests.',
    ),
  },
  { partition: 'leave it out: headers of requests are not kept, so there is nothing to part by' },
)

export const sendingQueue = titled(
  'Sending queue',
  block({
    enabled: defaulted(flag, true, 'Queues requests; without a queue a receiver waits for the other side.'),
    num_consumers: defaulted(integer(1, 1_000), 10, 'Requests sent at once.'),
    queue_size: defaulted(integer(1, 1_000_000_000), 1_000, 'Most that waits, in units of `sizer`.'),
    sizer: defaulted(sizer, 'requests', 'What `queue_size` counts.'),
    block_on_overflow: defaulted(flag, false, 'Waits for space when full, instead of refusing.'),
    wait_for_result: defaulted(flag, false, 'Acknowledges only what the other side has taken.'),
    storage: optional(name, 'Id of a `file_storage` extension that keeps the queue over restarts.'),
    batch: optional(batch, 'Puts requests together before they are sent.'),
  }),
)

export const retryOnFailure = titled(
  'Retry on failure',
  block({
    enabled: defaulted(flag, true, 'Sends again what failed for a reason that may pass.'),
    initial_interval: defaulted(duration, '5s', 'Wait before the second try.'),
    max_interval: defaulted(duration, '30s', 'Longest wait between tries.'),
    multiplier: defaulted(decimal(1, 10), 1.5, 'Factor by which each wait is longer than the last.'),
    randomization_factor: defaulted(decimal(0, 1), 0.5, 'Share by which a wait is varied.'),
    max_elapsed_time: defaulted(duration, '5m', 'Time after which it gives up; 0 never does.'),
  }),
)

/** Reports a queue, or tries, that cannot work. */
export function checkSending(
  settings: {
    readonly sendingQueue: Settings<typeof sendingQueue>
    readonly retryOnFailure: Settings<typeof retryOnFailure>
  },
  report: Report,
): void {
  const { batch: batching, queueSize, sizer: unit, waitForResult, storage } = settings.sendingQueue
  if (waitForResult && storage !== undefined)
    report('sending_queue/wait_for_result', 'either wait_for_result or storage')
  if (batching !== undefined && batching.maxSize > 0 && batching.maxSize < batching.minSize)
    report('sending_queue/batch/max_size', 'a size not below min_size, or 0')
  if (
    batching !== undefined &&
    unit === (batching.sizer ?? unit) &&
    unit !== 'requests' &&
    batching.minSize > queueSize
  )
    report('sending_queue/batch/min_size', 'a size not above queue_size')
  const { initialInterval, maxInterval, maxElapsedTime, enabled } = settings.retryOnFailure
  if (enabled && maxElapsedTime > 0 && maxElapsedTime < initialInterval)
    report('retry_on_failure/max_elapsed_time', 'a time not below initial_interval, or 0')
  if (enabled && maxElapsedTime > 0 && maxElapsedTime < maxInterval)
    report('retry_on_failure/max_elapsed_time', 'a time not below max_interval, or 0')
}
