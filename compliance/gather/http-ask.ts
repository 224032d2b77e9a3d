/** Asks a door one thing over HTTP, within bounds. Whoever runs the door controls the answer. */
import { request as plainRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import { request as tlsRequest } from 'node:https'
import { TLSSocket } from 'node:tls'
import { systemCodeOf } from '../../lib/errors.ts'
import type { Json } from '../evidence.ts'
import { type Value, valueOfJson } from './value.ts'

export interface Probe {
  readonly method: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as it is; a content type stands among the headers. */
  readonly body?: string
  /** Most bytes of the answer's body that are read; none when absent. */
  readonly bodyBytes?: number
}

export type Answer = Readonly<Record<string, Json>>
/** Cookies and body are for the next question, and never kept. */
export type Outcome =
  | { readonly answer: Answer; readonly cookies: readonly string[]; readonly body: string }
  | { readonly why: string }

const headerBytesLimit = 16_384
const headerLimit = 100

/** Asks once; never throws. Redirects are answers, not followed. */
export function askDoor(base: string, probe: Probe, timeoutMillis: number): Promise<Outcome> {
  const { method, path, headers = {}, body } = probe
  const options: RequestOptions = {
    method,
    headers: { accept: '*/*', 'user-agent': 'campanile-compliance', ...headers },
    maxHeaderSize: headerBytesLimit,
    agent: false,
    signal: AbortSignal.timeout(timeoutMillis),
  }
  return new Promise((resolve) => {
    const fail = (error: Error) => resolve({ why: `does not answer: ${systemCodeOf(error) ?? error.name}` })
    try {
      const url = new URL(path, base)
      // A certificate that proves nothing is a finding, not a reason to see nothing.
      const request =
        url.protocol === 'https:'
          ? tlsRequest(url, { ...options, rejectUnauthorized: false })
          : plainRequest(url, options)
      request.once('response', (response) => {
        response.on('error', fail)
        void readBody(response, probe.bodyBytes ?? 0).then((text) => {
          const cookies = response.headersDistinct['set-cookie'] ?? []
          resolve({ answer: answerOf(response), cookies: cookies.slice(0, headerLimit), body: text })
          response.destroy()
        }, fail)
      })
      request.on('error', fail)
      request.end(body)
    } catch (error) {
      resolve({ why: `cannot be asked: ${systemCodeOf(error) ?? 'unknown error'}` })
    }
  })
}

/** Reads a body up to a limit; a longer one is cut. */
async function readBody(response: IncomingMessage, limit: number): Promise<string> {
  if (limit === 0) return ''
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of response) {
    // Without an encoding chunks are bytes.
    chunks.push(chunk as Buffer)
    length += (chunk as Buffer).length
    if (length >= limit) break
  }
  return Buffer.concat(chunks).subarray(0, limit).toString('utf8')
}

function answerOf(response: IncomingMessage): Answer {
  const cookies = response.headersDistinct['set-cookie'] ?? []
  const headers = Object.entries(response.headersDistinct)
    .filter(([name]) => name !== 'set-cookie')
    .slice(0, headerLimit)
    .map(([name, values = []]) => [name, values.join(', ')] as const)
  const { socket } = response
  return {
    status: response.statusCode ?? 0,
    header: Object.fromEntries(headers),
    cookie: cookies.slice(0, headerLimit).map(cookieOf),
    ...(socket instanceof TLSSocket ? { tls: tlsOf(socket) } : {}),
  }
}

function tlsOf(socket: TLSSocket): Json {
  const { valid_to: validTo } = socket.getPeerCertificate()
  return {
    protocol: socket.getProtocol() ?? '',
    is_trusted: socket.authorized,
    valid_to: !Number.isNaN(Date.parse(validTo)) ? new Date(validTo).toISOString() : '',
  }
}

/** Reads the attributes of one `Set-Cookie`; the value is left out. */
function cookieOf(text: string): Json {
  const [pair = '', ...attributes] = text.split(';').map((part) => part.trim())
  const of = (name: string) =>
    attributes.find((attribute) => attribute.toLowerCase().split('=')[0]?.trim() === name)
  const valueIn = (name: string) => of(name)?.split('=')[1]?.trim() ?? ''
  return {
    name: pair.split('=')[0] ?? '',
    secure: of('secure') !== undefined,
    http_only: of('httponly') !== undefined,
    same_site: valueIn('samesite').toLowerCase(),
    path: valueIn('path'),
    domain: valueIn('domain'),
    ...(/^\d{1,12}$/.test(valueIn('max-age')) ? { max_age: Number(valueIn('max-age')) } : {}),
  }
}

/** What is kept of an outcome. */
export function valueOf(outcome: Outcome): Value {
  return 'why' in outcome ? { kind: 'unknown', why: outcome.why } : valueOfJson(outcome.answer)
}
