/**
 * `fetch` that knows the house's own authority and shows a certificate of its own: the platform's takes neither.
 * Whoever answers is held against the authority and the name in the address before a byte is sent.
 */
import { readFileSync, statSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { Agent, request as requestTls } from 'node:https'
import { Readable } from 'node:stream'

export interface ClientTls {
  /** Authorities of the servers, PEM. */
  readonly caFile: string
  /** Certificate to show, PEM; without it none is shown. */
  readonly certFile?: string
  /** Its private key, PEM. */
  readonly keyFile?: string
}

type Fetch = (url: URL, init: RequestInit) => Promise<Response>

/** Statuses that have no body (Fetch Standard, "null body status"). */
const bodiless: ReadonlySet<number> = new Set([204, 205, 304])

/**
 * Makes a `fetch` for addresses of `https:`; others go through the platform's. Bodies are text or bytes, redirects
 * are not followed. Files that have changed are read again with the next request.
 */
export function createTlsFetch(files: ClientTls): Fetch {
  let agent: Agent | undefined
  let age = ''
  const current = (): Agent => {
    const found = [files.caFile, files.certFile, files.keyFile]
      .map((file) => (file === undefined ? '' : String(statSync(file).mtimeMs)))
      .join(' ')
    if (agent !== undefined && found === age) return agent
    const next = openAgent(files)
    if (agent !== undefined) drain(agent)
    agent = next
    age = found
    return agent
  }
  return createAgentFetch(current)
}

/** Makes a `fetch` that uses connections of its own for addresses of `https:`. */
export function createAgentFetch(agentOf: () => Agent): Fetch {
  return async (url, init) => (url.protocol === 'https:' ? send(url, init, agentOf()) : fetch(url, init))
}

function openAgent({ caFile, certFile, keyFile }: ClientTls): Agent {
  return new Agent({
    keepAlive: true,
    minVersion: 'TLSv1.2',
    ca: readFileSync(caFile),
    ...(certFile === undefined ? {} : { cert: readFileSync(certFile) }),
    ...(keyFile === undefined ? {} : { key: readFileSync(keyFile) }),
  })
}

/** Closes what lies idle at once, and every other connection after its answer: nothing in flight is cut. */
function drain(agent: Agent): void {
  agent.keepSocketAlive = () => false
  for (const sockets of Object.values(agent.freeSockets)) {
    for (const socket of sockets ?? []) socket.destroy()
  }
}

function send(
  url: URL,
  { method = 'GET', headers, body, signal }: RequestInit,
  agent: Agent,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const bytes = typeof body === 'string' || body instanceof Uint8Array ? Buffer.from(body) : undefined
    if (bytes === undefined && body !== undefined && body !== null) {
      throw new TypeError('expected a body of text or bytes')
    }
    const sent = {
      ...Object.fromEntries(new Headers(headers)),
      ...(bytes === undefined ? {} : { 'content-length': String(bytes.length) }),
    }
    const aborting = signal === null || signal === undefined ? {} : { signal }
    const request = requestTls(url, { method, headers: sent, agent, ...aborting })
    // As the platform's does: the caller learns why it gave up, not merely that it did.
    request.once('error', (error) => reject(signal?.aborted === true ? signal.reason : error))
    request.once('response', (incoming) => resolve(responseOf(incoming)))
    request.end(bytes)
  })
}

function responseOf(incoming: IncomingMessage): Response {
  const headers = new Headers()
  for (let at = 0; at + 1 < incoming.rawHeaders.length; at += 2) {
    headers.append(incoming.rawHeaders[at] ?? '', incoming.rawHeaders[at + 1] ?? '')
  }
  const status = incoming.statusCode ?? 500
  if (bodiless.has(status)) {
    incoming.resume()
    return new Response(null, { status, headers })
  }
  // The two types of web streams, Node's and the platform's, describe the same object.
  return new Response(Readable.toWeb(incoming) as ReadableStream<Uint8Array<ArrayBuffer>>, {
    status,
    headers,
  })
}
