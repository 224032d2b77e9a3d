/** The door for browsers: `POST /collect` with a payload of the Faro SDK, from the pages of allowed origins. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { sendRefusal } from '../../lib/http.ts'
import { Refusal } from '../../lib/refusal.ts'
import { countItems } from '../process/model.ts'
import type { Intake } from '../graph/intake.ts'
import { parseJson } from './parse-json.ts'
import type { Admission } from './admission.ts'
import { overloaded } from './body.ts'
import {
  answerPreflight,
  applyCors,
  drain,
  isSameSecret,
  reasonOf,
  toRefusal,
  type CorsOptions,
} from './door.ts'
import { readFaroPayload } from './faro-payload.ts'
import { readInRoom } from './read-in-room.ts'

export interface FaroReceiverOptions {
  readonly maxBodyBytes: number
  readonly cors: CorsOptions
  /** What pages show as `x-api-key`; absent: nothing is asked for. */
  readonly appKey?: string
  /** Requests a second over all browsers, and how many may come at once. */
  readonly requestsPerSecond: number
  readonly burst: number
  /** Shared with the other doors: what pages send takes no room twice. */
  readonly admission: Admission
  readonly intake: Intake
  readonly isLimited: () => boolean
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly onReceived: (signal: 'traces' | 'logs', items: number) => void
  readonly onRefused: (reason: ReturnType<typeof reasonOf>) => void
  readonly onDefect: (error: unknown) => void
}

/** Headers the SDK sends from a page. */
export const faroHeaders = [
  'content-type',
  'x-api-key',
  'x-faro-session-id',
  'idempotency-key',
  'traceparent',
] as const

/** Creates the request handler of the port. */
export function createFaroReceiver(options: FaroReceiverOptions): RequestListener {
  const mayPass = tokenBucket(options)
  return (request, response) => {
    answer(request, response, { ...options, mayPass }).catch((error: unknown) => {
      const refusal = toRefusal(error)
      options.onRefused(reasonOf(refusal.code))
      if (refusal.code === 'internal') options.onDefect(error)
      drain(request)
      sendRefusal(response, refusal)
    })
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: FaroReceiverOptions & { readonly mayPass: () => boolean },
): Promise<void> {
  if ((request.url ?? '').split('?', 1)[0] !== '/collect') {
    throw new Refusal('not_found', { detail: 'expected /collect' })
  }
  applyCors(request, response, options.cors)
  if (request.method === 'OPTIONS') {
    answerPreflight(response, options.cors)
    return
  }
  if (request.method !== 'POST') {
    throw new Refusal('method_not_allowed', { headers: { allow: 'OPTIONS, POST' } })
  }
  const key = request.headers['x-api-key']
  if (
    options.appKey !== undefined &&
    !isSameSecret(typeof key === 'string' ? key : undefined, options.appKey)
  ) {
    throw new Refusal('unauthenticated', { detail: 'expected the x-api-key of this app' })
  }
  if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? '')) {
    throw new Refusal('media_type_unsupported', { detail: 'expected content-type application/json' })
  }
  if (!options.mayPass()) throw new Refusal('rate_limited', { headers: { 'retry-after': '1' } })
  if (options.isLimited()) throw overloaded('the memory limit is reached')
  await readInRoom(request, options, (bytes) => take(bytes, options))
  // 202 is what the SDK takes as received.
  response.writeHead(202, { 'content-length': 0 })
  response.end()
}

async function take(bytes: Buffer, { intake, now, onReceived }: FaroReceiverOptions): Promise<void> {
  const { logs, traces } = readFaroPayload(parseJson(bytes), BigInt(now()) * 1_000_000n)
  const counts = { logs: countItems(logs), traces: countItems(traces) }
  await intake.logs(logs)
  if (counts.logs > 0) onReceived('logs', counts.logs)
  await intake.traces(traces)
  if (counts.traces > 0) onReceived('traces', counts.traces)
}

function tokenBucket({ requestsPerSecond, burst, now }: FaroReceiverOptions): () => boolean {
  let tokens = burst
  let filledAt = now()
  return () => {
    const current = now()
    tokens = Math.min(burst, tokens + (Math.max(0, current - filledAt) / 1_000) * requestsPerSecond)
    filledAt = current
    if (tokens < 1) return false
    tokens--
    return true
  }
}
