/** OTLP/HTTP (opentelemetry-proto, `docs/specification.md` §OTLP/HTTP): protobuf and JSON on one port. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { sendRefusal } from '../../lib/http.ts'
import { Refusal } from '../../lib/refusal.ts'
import { countPoints } from '../process/metric-model.ts'
import { countItems } from '../process/model.ts'
import type { Intake } from '../graph/intake.ts'
import { logsFromJson, tracesFromJson } from '../wire/json.ts'
import { countDataPoints, countDataPointsOfJson } from '../wire/metrics.ts'
import { metricsFromJson } from '../wire/metrics-json.ts'
import { encodePartialSuccess, encodeStatus } from '../wire/status.ts'
import type { Admission } from './admission.ts'
import { overloaded } from './body.ts'
import { parseJson } from './parse-json.ts'
import { readInRoom } from './read-in-room.ts'
import {
  answerPreflight,
  applyCors,
  bearerOf,
  drain,
  isSameSecret,
  reasonOf,
  toRefusal,
  type CorsOptions,
} from './door.ts'

export type Signal = 'traces' | 'logs' | 'metrics'

export interface OtlpReceiverOptions {
  /** Most bytes of a body, on the wire and after inflation. */
  readonly maxBodyBytes: number
  readonly paths: Readonly<Record<Signal, string>>
  readonly intake: Intake
  /** Takes what pages send, whose fence is narrower. */
  readonly pagesIntake: Intake
  /** True while the memory limiter refuses. */
  readonly isLimited: () => boolean
  /** Has room for what is read and worked on. */
  readonly admission: Admission
  readonly cors?: CorsOptions
  /** Token that clients must show as `Authorization: Bearer`. Absent: everybody who reaches the port. */
  readonly bearerToken?: string
  readonly onReceived: (signal: Signal, items: number) => void
  readonly onRefused: (reason: ReturnType<typeof reasonOf>) => void
  readonly onDefect: (error: unknown) => void
}

type Format = 'protobuf' | 'json'

const mediaTypes: Readonly<Record<Format, string>> = {
  protobuf: 'application/x-protobuf',
  json: 'application/json',
}

/** Says to a client what becomes of its metrics where no pipeline takes them; sending them again would not help. */
export const metricsRejected = 'no pipeline takes metrics from this receiver'

/** Creates the request handler of the port. */
export function createOtlpReceiver(options: OtlpReceiverOptions): RequestListener {
  return (request, response) => {
    // No rejection leaves: `answer` answers every error.
    void answer(request, response, options)
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: OtlpReceiverOptions,
): Promise<void> {
  const format = formatOf(request.headers['content-type'])
  try {
    const signal = signalOf(request, options)
    if (options.cors !== undefined) applyCors(request, response, options.cors)
    if (request.method === 'OPTIONS' && options.cors !== undefined) {
      answerPreflight(response, options.cors)
      return
    }
    if (request.method !== 'POST') {
      throw new Refusal('method_not_allowed', { headers: { allow: 'POST' } })
    }
    checkToken(request, options.bearerToken)
    if (format === undefined) {
      throw new Refusal('media_type_unsupported', {
        detail: 'expected content-type application/x-protobuf or application/json',
      })
    }
    if (options.isLimited()) throw overloaded('the memory limit is reached')
    const { socket } = request
    response.once('finish', () => options.admission.rest(socket))
    await readInRoom(request, options, async (bytes) => {
      const rejected = await take({ signal, format, bytes }, intakeFor(request, options), options)
      respond(response, format, encodePartialSuccess(format, signal, rejected, metricsRejected))
    })
  } catch (error) {
    refuse(request, response, { error, format, options })
  }
}

/** Chooses the fence. A browser says of which origin a page is, and no page can leave that out; programs do not. */
function intakeFor(request: IncomingMessage, { intake, pagesIntake }: OtlpReceiverOptions): Intake {
  return request.headers.origin === undefined ? intake : pagesIntake
}

interface Received {
  readonly signal: Signal
  readonly format: Format
  readonly bytes: Buffer
}

/** Hands a request on and returns how many items of it were rejected. */
async function take(received: Received, intake: Intake, options: OtlpReceiverOptions): Promise<number> {
  const { signal, format, bytes } = received
  if (signal === 'metrics' && !intake.takesMetrics) {
    return format === 'json' ? countDataPointsOfJson(parseJson(bytes)) : countDataPoints(bytes)
  }
  options.onReceived(signal, await keep(received, intake))
  return 0
}

/** Hands spans, records or points on and answers how many there were. */
async function keep({ signal, format, bytes }: Received, intake: Intake): Promise<number> {
  if (format === 'protobuf') return intake.encoded(signal, bytes)
  const value = parseJson(bytes)
  if (signal === 'traces') {
    const batch = tracesFromJson(value)
    const items = countItems(batch)
    await intake.traces(batch)
    return items
  }
  if (signal === 'metrics') {
    const batch = metricsFromJson(value)
    const points = countPoints(batch)
    await intake.metrics(batch)
    return points
  }
  const batch = logsFromJson(value)
  const items = countItems(batch)
  await intake.logs(batch)
  return items
}

function signalOf(request: IncomingMessage, { paths }: OtlpReceiverOptions): Signal {
  const path = (request.url ?? '').split('?', 1)[0]
  if (path === paths.traces) return 'traces'
  if (path === paths.logs) return 'logs'
  if (path === paths.metrics) return 'metrics'
  throw new Refusal('not_found', { detail: 'expected /v1/traces, /v1/logs or /v1/metrics' })
}

function formatOf(contentType: string | undefined): Format | undefined {
  const type = contentType?.split(';', 1)[0]?.trim().toLowerCase()
  if (type === mediaTypes.protobuf) return 'protobuf'
  return type === mediaTypes.json ? 'json' : undefined
}

function checkToken(request: IncomingMessage, expected: string | undefined): void {
  if (expected === undefined) return
  const shown = bearerOf(request.headers.authorization)
  if (!isSameSecret(shown, expected)) {
    throw new Refusal('unauthenticated', { headers: { 'www-authenticate': 'Bearer' } })
  }
}

function respond(response: ServerResponse, format: Format, body: Uint8Array): void {
  response.writeHead(200, { 'content-type': mediaTypes[format], 'content-length': body.length })
  response.end(body)
}

interface Failure {
  readonly error: unknown
  readonly format: Format | undefined
  readonly options: OtlpReceiverOptions
}

/** Answers with a google.rpc.Status in the request's encoding; without one, with a problem document. */
function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  { error, format, options }: Failure,
): void {
  const refusal = toRefusal(error)
  options.onRefused(reasonOf(refusal.code))
  if (refusal.code === 'internal') options.onDefect(error)
  drain(request)
  if (format === undefined || response.headersSent) {
    sendRefusal(response, refusal)
    return
  }
  const body = encodeStatus(format, refusal)
  response.writeHead(refusal.status, {
    ...refusal.headers,
    'content-type': mediaTypes[format],
    'content-length': body.length,
  })
  response.end(body)
}
