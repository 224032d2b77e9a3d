/** A log behind a door that speaks tlog-tiles over HTTP; whoever runs it controls every byte of the answers. */
import { setTimeout as delay } from 'node:timers/promises'
import { AuditError } from '../log/errors.ts'
import type { LogSource, SourcePlace } from './log-source.ts'

/** Times a request is made before its failure is final. */
const maxAttempts = 6
/** The same where the server says that it has no such file now. */
const maxAbsences = 3
/** Longest wait between two, whatever the server asks for. */
const maxWaitMillis = 30_000
const firstWaitMillis = 250
const answerMillis = 60_000

type Answer =
  | { readonly status: 'found'; readonly bytes: Buffer }
  | { readonly status: 'absent' }
  | {
      readonly status: 'later'
      readonly waitMillis?: number
      readonly reason: string
      readonly isAbsent?: true
    }

export class UrlSource implements LogSource {
  readonly #url: string
  readonly #headers: Readonly<Record<string, string>>

  constructor({ url, token }: SourcePlace & { readonly kind: 'url' }) {
    const { protocol, hostname } = new URL(url)
    const isLoopback = /^(?:localhost|127(?:\.[0-9]{1,3}){3}|\[::1\])$/.test(hostname)
    if (token !== undefined && protocol !== 'https:' && !isLoopback) {
      throw new AuditError('AUDIT_SOURCE_FAILED', 'a token goes over https or to this machine only')
    }
    this.#url = url
    this.#headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
  }

  async read(path: string, maxBytes: number): Promise<Buffer | undefined> {
    let reason = ''
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const answer = await this.#ask(path, maxBytes)
      if (answer.status === 'found') return answer.bytes
      if (answer.status === 'absent' || (answer.isAbsent === true && attempt + 1 >= maxAbsences))
        return undefined
      reason = answer.reason
      const waitMillis = answer.waitMillis ?? firstWaitMillis * 2 ** attempt
      if (attempt + 1 < maxAttempts) await delay(Math.min(waitMillis, maxWaitMillis))
    }
    throw new AuditError('AUDIT_SOURCE_FAILED', `cannot read ${path}: ${reason}`)
  }

  async #ask(path: string, maxBytes: number): Promise<Answer> {
    let response: Response
    try {
      response = await fetch(new URL(path, this.#url), {
        headers: this.#headers,
        // The token is for this address and no other.
        redirect: 'manual',
        signal: AbortSignal.timeout(answerMillis),
      })
      const { status } = response
      if (status === 200) return { status: 'found', bytes: await readBounded(response, path, maxBytes) }
      await response.body?.cancel()
    } catch (error) {
      if (error instanceof AuditError) throw error
      return { status: 'later', reason: error instanceof Error ? error.message : String(error) }
    }
    return answerOf(response, path)
  }
}

function answerOf(response: Response, path: string): Answer {
  const { status } = response
  const waitMillis = retryAfter(response.headers.get('retry-after'))
  // A ledger says of what is not signed for yet that it is to be asked again.
  const isLater = status === 429 || status >= 500 || (status === 404 && waitMillis !== undefined)
  const reason = `status ${status}`
  if (isLater) {
    return {
      status: 'later',
      reason,
      ...(waitMillis === undefined ? {} : { waitMillis }),
      ...(status === 404 ? { isAbsent: true } : {}),
    }
  }
  if (status === 404 || status === 410) return { status: 'absent' }
  throw new AuditError('AUDIT_SOURCE_FAILED', `cannot read ${path}: ${reason}`)
}

/** Reads Retry-After in seconds; its other form, a date, is left to the usual waits. */
function retryAfter(value: string | null): number | undefined {
  return value !== null && /^[0-9]{1,6}$/.test(value) ? Number(value) * 1_000 : undefined
}

/** Reads a body, decompressed, while it stays within its bound. */
async function readBounded(response: Response, path: string, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  if (response.body !== null) {
    // Leaving the loop cancels the stream.
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
      bytes += chunk.length
      if (bytes > maxBytes) {
        throw new AuditError('AUDIT_SOURCE_FAILED', `${path} has more than ${maxBytes} bytes`)
      }
      chunks.push(chunk)
    }
  }
  return Buffer.concat(chunks, bytes)
}
