/** Every way in: what each client speaks, and what it is answered. */
import { once } from 'node:events'
import { connect, type ClientHttp2Session } from 'node:http2'
import { gzipSync } from 'node:zlib'
import { logsFromJson, tracesFromJson } from '../../collector/wire/json.ts'
import { encodeLogs } from '../../collector/wire/logs.ts'
import { metricsFromJson } from '../../collector/wire/metrics-json.ts'
import { encodeMetrics } from '../../collector/wire/metrics.ts'
import { encodeTraces } from '../../collector/wire/traces.ts'
import { ProtobufWriter } from '../../collector/wire/writer.ts'
import { houseKey, type House } from './canary-house.ts'
import { faroOf, logsOf, metricsOf, tracesOf } from './canary-requests.ts'

const requests = { traces: tracesOf, logs: logsOf, metrics: metricsOf } as const
type Signal = keyof typeof requests
const signals = ['traces', 'logs', 'metrics'] as const
const services = {
  traces: 'trace.v1.TraceService',
  logs: 'logs.v1.LogsService',
  metrics: 'metrics.v1.MetricsService',
}

/** Sends the values in one request of each signal, and answers every byte that came back. */
export type Send = (house: House, values: readonly string[], index: number) => Promise<string>

export const senders: Readonly<
  Record<'protobuf' | 'json' | 'escaped and compressed' | 'grpc' | 'faro', Send>
> = {
  protobuf: each((signal, house, request) =>
    post(house, `/v1/${signal}`, encoded(signal, request), { 'content-type': 'application/x-protobuf' }),
  ),
  json: each((signal, house, request) =>
    post(house, `/v1/${signal}`, JSON.stringify(request), { 'content-type': 'application/json' }),
  ),
  'escaped and compressed': each((signal, house, request) =>
    post(house, `/v1/${signal}`, gzipSync(escaped(request)), {
      'content-type': 'application/json',
      'content-encoding': 'gzip',
    }),
  ),
  grpc: async (house, values, index) => {
    const session = connect(house.url('otlp:grpc'))
    try {
      const answers = signals.map((signal) =>
        call(session, signal, encoded(signal, requests[signal](values, index))),
      )
      return (await Promise.all(answers)).join('\n')
    } finally {
      session.close()
    }
  },
  faro: async (house, values, index) =>
    answerOf(
      await fetch(`${house.url('faro')}/collect`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-api-key': houseKey },
        body: JSON.stringify(faroOf(values, index)),
      }),
    ),
}

/** Sends what is no request, with the values in it, in the path, in headers and in the key. */
export const sendBroken: Send = async (house, values, index) => {
  const [value = ''] = values
  const bytes = encoded('traces', tracesOf(values, index))
  const header = encodeURIComponent(value)
  const answers = [
    post(house, '/v1/traces', bytes.subarray(0, bytes.length - 3), {
      'content-type': 'application/x-protobuf',
    }),
    post(house, '/v1/logs', `{"resourceLogs":[{"${value}":"${value}"`, {
      'content-type': 'application/json',
    }),
    post(house, '/v1/traces', JSON.stringify({ resourceSpans: value }), {
      'content-type': 'application/json',
    }),
    post(house, `/v1/${header}?q=${header}`, '{}', {
      'content-type': 'application/json',
      'x-student': header,
    }),
    post(house, '/v1/traces', '{}', {
      'content-type': `application/${header}`,
      authorization: `Bearer ${header}`,
    }),
    fetch(`${house.url('faro')}/${header}`, {
      method: 'POST',
      headers: { 'x-api-key': header },
      body: value,
    }).then(answerOf),
    fetch(`${house.url('query')}/api/logs?service=${header}&limit=${header}`).then(answerOf),
  ]
  return (await Promise.all(answers)).join('\n')
}

function each(send: (signal: Signal, house: House, request: unknown) => Promise<string>): Send {
  return async (house, values, index) => {
    const answers = signals.map((signal) => send(signal, house, requests[signal](values, index)))
    return (await Promise.all(answers)).join('\n')
  }
}

function encoded(signal: Signal, request: unknown): Buffer {
  const writer = new ProtobufWriter()
  switch (signal) {
    case 'traces':
      return encodeTraces(writer, tracesFromJson(request))
    case 'logs':
      return encodeLogs(writer, logsFromJson(request))
    case 'metrics':
      return encodeMetrics(writer, metricsFromJson(request))
  }
}

/** JSON in which every character of every text is an escape; the names of members stay. */
function escaped(request: unknown): string {
  const hidden = (text: string) =>
    Array.from({ length: text.length }, (_, at) => text.charCodeAt(at).toString(16).padStart(4, '0'))
      .map((digits) => `\\u${digits}`)
      .join('')
  const write = (value: unknown): string => {
    if (typeof value === 'string') return `"${hidden(value)}"`
    if (Array.isArray(value)) return `[${value.map(write).join(',')}]`
    if (typeof value !== 'object' || value === null) return JSON.stringify(value)
    return `{${Object.entries(value)
      .map(([key, member]) => `${JSON.stringify(key)}:${write(member)}`)
      .join(',')}}`
  }
  return write(request)
}

async function post(
  house: House,
  path: string,
  body: Uint8Array | string,
  headers: Readonly<Record<string, string>>,
): Promise<string> {
  const init = { method: 'POST', headers, body: typeof body === 'string' ? body : Buffer.from(body) }
  return answerOf(await fetch(`${house.url('otlp')}${path}`, init))
}

async function answerOf(response: Response): Promise<string> {
  return `${response.status} ${[...response.headers].join(' ')} ${await response.text()}`
}

async function call(session: ClientHttp2Session, signal: Signal, message: Buffer): Promise<string> {
  const stream = session.request({
    ':method': 'POST',
    ':path': `/opentelemetry.proto.collector.${services[signal]}/Export`,
    'content-type': 'application/grpc',
    te: 'trailers',
  })
  const frame = Buffer.alloc(5)
  frame.writeUInt32BE(message.length, 1)
  const seen: string[] = []
  stream.on('response', (headers) => seen.push(JSON.stringify(headers)))
  stream.on('trailers', (trailers) => seen.push(JSON.stringify(trailers)))
  stream.on('data', (chunk: Buffer) => seen.push(chunk.toString('latin1')))
  stream.end(Buffer.concat([frame, message]))
  await once(stream, 'close')
  return seen.join(' ')
}
