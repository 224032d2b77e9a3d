/** Keys of listening servers, as upstream's `confighttp` and `configgrpc` name them. */
import { block, defaulted, optional, required, type Settings, titled } from '../shape.ts'
import { address, integer, name, oneOf } from '../values.ts'
import { list } from '../shape.ts'
import { serverTls } from './tls.ts'

const header = name

const serverAuth = block(
  {
    authenticator: required(
      name,
      'Id of an extension, such as `bearertokenauth`, that checks every request.',
    ),
  },
  { request_params: 'leave it out: tokens are taken from the Authorization header only' },
)

export const cors = titled(
  'CORS',
  block(
    {
      allowed_origins: defaulted(
        list(name, 50),
        [],
        'Origins of pages that may send; `*` stands for any text.',
      ),
      allowed_headers: defaulted(
        list(header, 50),
        [],
        'Headers they may send beside the ones the receiver needs.',
      ),
      max_age: optional(integer(0, 86_400), 'Seconds for which browsers remember the answer.'),
    },
    { exposed_headers: 'leave it out: answers carry no header that pages need' },
  ),
)
export type Cors = Settings<typeof cors>

/** Keys of every HTTP server but its endpoint and its size limit, whose defaults differ. */
export const httpServer = {
  cors: optional(cors, 'Which pages of browsers may send.'),
  auth: optional(serverAuth, 'Who may send.'),
  tls: optional(serverTls, 'Certificate to listen with; plain HTTP if absent.'),
}

const timeouts = 'leave it out: headers have 10 s to arrive and requests 30 s'
const metadata = 'leave it out: what comes in headers has not passed the fence, so it goes nowhere'

export const httpServerRefused = {
  include_metadata: metadata,
  compression_algorithms: 'leave it out: every encoding the runtime has is accepted',
  response_headers: 'leave it out: answers carry what OTLP asks for and nothing else',
  read_timeout: timeouts,
  read_header_timeout: timeouts,
  write_timeout: timeouts,
  idle_timeout: timeouts,
  keep_alives_enabled: 'leave it out: connections are kept while they are used',
  keepalive: 'leave it out: connections are kept while they are used',
  middlewares: 'leave it out: there are no middleware extensions',
  transport: 'leave it out: TCP is listened on',
}

export const grpcServer = block(
  {
    endpoint: defaulted(address, 'localhost:4317', 'Where it listens.'),
    transport: defaulted(oneOf('tcp'), 'tcp', 'The network it listens on.'),
    auth: httpServer.auth,
    tls: optional(serverTls, 'Certificate to listen with; HTTP/2 in plain text if absent.'),
    max_recv_msg_size_mib: defaulted(integer(1, 256), 4, 'Most MiB of one message, after decompression.'),
    max_concurrent_streams: optional(integer(1, 100_000), 'Most requests at once on one connection.'),
  },
  {
    include_metadata: metadata,
    keepalive: 'leave it out: connections are kept while they are used',
    middlewares: 'leave it out: there are no middleware extensions',
    read_buffer_size: 'leave it out: the runtime sizes its buffers',
    write_buffer_size: 'leave it out: the runtime sizes its buffers',
    max_recv_msg_size: 'max_recv_msg_size_mib',
  },
)
