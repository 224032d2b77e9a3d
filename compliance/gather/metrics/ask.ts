/** One request to the HTTP API of a Prometheus (v1), bounded in time and bytes. */
import { systemCodeOf } from '../../../lib/errors.ts'
import { createTlsFetch } from '../../../lib/tls-fetch.ts'

export interface MetricsServer {
  /** Base address, `http:` or `https:`; a path in it is kept. */
  readonly url: string
  /** Shown as a bearer token; default none. */
  readonly token?: string
  /** Authorities of its certificate, PEM; default those of this machine. */
  readonly caFile?: string
}

/** `unreachable`: nobody answered at all; `refused`: this question was not answered. */
export type Asked =
  | { readonly status: 'answered'; readonly data: unknown }
  | { readonly status: 'refused'; readonly why: string }
  | { readonly status: 'unreachable'; readonly why: string }

interface Request {
  readonly path: string
  /** Sent as a form; without it the request is a GET. */
  readonly form?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
}

/** Far above the answer to any question that aggregates. */
const answerBytesLimit = 4_000_000

/** Asks; never throws. Redirects are not followed: a token is shown to nobody else. */
export async function askJson(
  server: MetricsServer,
  request: Request,
  timeoutMillis: number,
): Promise<Asked> {
  try {
    const response = await send(server, request, timeoutMillis)
    const text = await boundedText(response)
    if (text === undefined) return { status: 'refused', why: `answered more than ${answerBytesLimit} bytes` }
    return readAnswer(response.status, text)
  } catch (error) {
    return { status: 'unreachable', why: `does not answer: ${reasonOf(error)}` }
  }
}

function send({ url, token, caFile }: MetricsServer, request: Request, timeoutMillis: number) {
  const target = new URL(`${url.replace(/\/$/, '')}${request.path}`)
  for (const [name, value] of Object.entries(request.query ?? {})) target.searchParams.set(name, value)
  const headers = {
    accept: 'application/json',
    'user-agent': 'campanile-compliance',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(request.form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
  }
  const init: RequestInit = {
    headers,
    redirect: 'manual',
    signal: AbortSignal.timeout(timeoutMillis),
    ...(request.form === undefined
      ? {}
      : { method: 'POST', body: new URLSearchParams(request.form).toString() }),
  }
  return caFile === undefined ? fetch(target, init) : createTlsFetch({ caFile })(target, init)
}

/** Reads a body; undefined when it is longer than it may be. */
async function boundedText(response: Response): Promise<string | undefined> {
  const chunks: Uint8Array[] = []
  let length = 0
  // A body of `fetch` is a stream of bytes.
  const body = response.body as AsyncIterable<Uint8Array> | null
  for await (const chunk of body ?? []) {
    length += chunk.length
    if (length > answerBytesLimit) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function readAnswer(status: number, text: string): Asked {
  let answer: unknown
  try {
    answer = JSON.parse(text)
  } catch {
    return { status: 'refused', why: `answered ${status} and no JSON` }
  }
  const { data, errorType } = Object(answer) as { data?: unknown; errorType?: unknown }
  if (status === 200 && data !== undefined) return { status: 'answered', data }
  const type = typeof errorType === 'string' && /^[a-z_]{1,40}$/.test(errorType) ? ` (${errorType})` : ''
  return { status: 'refused', why: `answered ${status}${type}` }
}

function reasonOf(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError') return 'no answer in time'
  const cause = error instanceof Error ? error.cause : undefined
  return systemCodeOf(error) ?? systemCodeOf(cause) ?? 'unknown error'
}
