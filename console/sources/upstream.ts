/**
 * Asks other processes of the house, within bounds of time and size. Each may be away, slow or wrong at any
 * moment: the console is what people look at then, so a failure is a value with a sentence.
 */
import { messageOf, systemCodeOf } from '../../lib/errors.ts'
import { ConsoleError } from '../errors.ts'
import type { Known } from './shapes.ts'

export interface UpstreamRequest {
  readonly url: string
  readonly token?: string
  /** Default 10 s. */
  readonly timeoutMillis?: number
  /** Most bytes of the answer. Default 16 MiB. */
  readonly maxBytes?: number
}

export interface UpstreamAnswer {
  readonly status: number
  readonly type: string
  readonly body: Buffer
}

/**
 * Reads an answer of any status.
 *
 * @throws ConsoleError UPSTREAM_AWAY when there was none, UPSTREAM_INVALID when it was too long
 */
export async function ask(request: UpstreamRequest): Promise<UpstreamAnswer> {
  const { url, token, timeoutMillis = 10_000, maxBytes = 16 * 2 ** 20 } = request
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
  try {
    const response = await fetch(url, {
      headers,
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMillis),
    })
    const type = response.headers.get('content-type') ?? 'application/octet-stream'
    return { status: response.status, type, body: await readBounded(response, maxBytes) }
  } catch (cause) {
    if (cause instanceof ConsoleError) throw cause
    throw new ConsoleError('UPSTREAM_AWAY', describeFailure(cause, timeoutMillis), { cause })
  }
}

/**
 * Reads JSON of an answer 2xx.
 *
 * @throws ConsoleError as `ask`, UPSTREAM_REFUSED for another status, UPSTREAM_INVALID for what is not JSON
 */
export async function askJson(request: UpstreamRequest): Promise<unknown> {
  const { status, body } = await ask(request)
  if (status < 200 || status > 299) {
    throw new ConsoleError('UPSTREAM_REFUSED', `answered ${status}`)
  }
  return jsonIn(body)
}

/**
 * Reads the JSON of an answer.
 *
 * @throws ConsoleError UPSTREAM_INVALID
 */
export function jsonIn(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch (cause) {
    throw new ConsoleError('UPSTREAM_INVALID', 'answered something that is not json', { cause })
  }
}

async function readBounded(response: Response, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    // A body read from the network arrives as bytes.
    const bytes = chunk as Uint8Array
    size += bytes.length
    if (size > maxBytes) {
      throw new ConsoleError('UPSTREAM_INVALID', `answered more than ${maxBytes} bytes`)
    }
    chunks.push(bytes)
  }
  return Buffer.concat(chunks, size)
}

function describeFailure(error: unknown, timeoutMillis: number): string {
  if (error instanceof Error && error.name === 'TimeoutError')
    return `did not answer within ${timeoutMillis} ms`
  const cause = error instanceof Error ? error.cause : undefined
  return systemCodeOf(cause) === 'ECONNREFUSED'
    ? 'does not answer: connection refused'
    : `does not answer: ${messageOf(cause ?? error)}`
}

/** Turns a failure into the sentence why something is not known: `Prometheus does not answer: …`. */
export async function knownOf<T>(who: string, work: Promise<T>): Promise<Known<T>> {
  try {
    return { known: true, value: await work }
  } catch (error) {
    return { known: false, why: `${who} ${messageOf(error)}` }
  }
}
