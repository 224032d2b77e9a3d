/**
 * A running door as one resource `door`: what it answers without credentials. Every answer `PROBE` has
 * `PROBE.status`, `PROBE.header.NAME` and `PROBE.cookie.N.{name,secure,http_only,same_site,path,domain}`; probes are
 * `page`, `unknown_path`, `trace`, `foreign_origin` and `protected.N` (with `path`). Values of cookies and bodies of
 * answers are not kept. Whoever runs the door controls the answer.
 */
import { request as plainRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import { request as tlsRequest } from 'node:https'
import { TLSSocket } from 'node:tls'
import { systemCodeOf } from '../../lib/errors.ts'
import type { Json, Position, Resource } from '../evidence.ts'
import type { Gathered } from './terraform.ts'
import { flatten, type Value, valueOfJson } from './value.ts'

export interface LiveDoor {
  readonly name: string
  /** Base address, `http:` or `https:`. */
  readonly url: string
  /** Paths that must refuse who shows no credentials. */
  readonly protectedPaths?: readonly string[]
}

interface Probe {
  readonly method: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
}

type Answer = Readonly<Record<string, Json>>
type Outcome = { readonly answer: Answer } | { readonly why: string }

/** An origin nobody owns, for which no door may open. */
const stranger = 'https://stranger.example'
const headerBytesLimit = 16_384
const headerLimit = 100
const protectedLimit = 50

/** Asks one door; never throws. Redirects are answers, not followed. */
export async function gatherHttp(door: LiveDoor, timeoutMillis: number): Promise<Gathered> {
  const position: Position = { file: door.url, startLine: 1, endLine: 1 }
  const ask = (probe: Probe) => askDoor(new URL(probe.path, door.url), probe, timeoutMillis)
  const page = await ask({ method: 'GET', path: '/' })
  if ('why' in page) return unreachable(door, position, page.why)
  const entries: [string, Value][] = [
    ['url', valueOfJson(door.url)],
    ['scheme', valueOfJson(new URL(door.url).protocol.slice(0, -1))],
    ['page', valueOf(page)],
    ['unknown_path', valueOf(await ask({ method: 'GET', path: '/no-such-path-of-this-door' }))],
    ['trace', valueOf(await ask({ method: 'TRACE', path: '/' }))],
    ['foreign_origin', valueOf(await ask(preflight(door)))],
  ]
  const refused: Value[] = []
  for (const path of (door.protectedPaths ?? []).slice(0, protectedLimit)) {
    refused.push(withPath(valueOf(await ask({ method: 'GET', path })), path))
  }
  entries.push(['protected', { kind: 'list', items: refused }])
  return { resources: [resourceOf(door, position, { kind: 'map', entries: new Map(entries) })], faults: [] }
}

function preflight({ protectedPaths = [] }: LiveDoor): Probe {
  const headers = {
    origin: stranger,
    'access-control-request-method': 'GET',
    'access-control-request-headers': 'authorization',
  }
  return { method: 'OPTIONS', path: protectedPaths[0] ?? '/', headers }
}

function unreachable(door: LiveDoor, position: Position, why: string): Gathered {
  const resource = resourceOf(door, position, { kind: 'unknown', why })
  return { resources: [resource], faults: [{ code: 'GATHER_UNREACHABLE', message: why, ...position }] }
}

function askDoor(url: URL, { method, headers = {} }: Probe, timeoutMillis: number): Promise<Outcome> {
  const options: RequestOptions = {
    method,
    headers: { ...headers, 'user-agent': 'campanile-compliance', accept: '*/*' },
    maxHeaderSize: headerBytesLimit,
    agent: false,
    signal: AbortSignal.timeout(timeoutMillis),
  }
  return new Promise((resolve) => {
    try {
      // A certificate that proves nothing is a finding, not a reason to see nothing.
      const request =
        url.protocol === 'https:'
          ? tlsRequest(url, { ...options, rejectUnauthorized: false })
          : plainRequest(url, options)
      request.once('response', (response) => {
        resolve({ answer: answerOf(response) })
        response.destroy()
      })
      request.on('error', (error) =>
        resolve({ why: `does not answer: ${systemCodeOf(error) ?? error.name}` }),
      )
      request.end()
    } catch (error) {
      resolve({ why: `cannot be asked: ${systemCodeOf(error) ?? 'unknown error'}` })
    }
  })
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
  }
}

function valueOf(outcome: Outcome): Value {
  return 'why' in outcome ? { kind: 'unknown', why: outcome.why } : valueOfJson(outcome.answer)
}

function withPath(value: Value, path: string): Value {
  const answer = value.kind === 'map' ? value.entries : new Map([['status', value]])
  return { kind: 'map', entries: new Map([...answer, ['path', valueOfJson(path)]]) }
}

function resourceOf({ name }: LiveDoor, position: Position, value: Value): Resource {
  const identity = { kind: 'http', type: 'door', name, address: `door.${name}`, position } as const
  return { ...identity, attributes: flatten(value, position) }
}
