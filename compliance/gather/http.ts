/**
 * A running door as one resource `door`: what it answers without credentials. Every answer `PROBE` has
 * `PROBE.status`, `PROBE.header.NAME` and `PROBE.cookie.N.{name,secure,http_only,same_site,path,domain,max_age}`;
 * probes are `page`, `unknown_path`, `trace`, `foreign_origin`, `null_origin`, `strange_host`, `open.N` and
 * `protected.N` (with `path`), and what `http-probes.ts` adds; `security_txt.state` tells of that file. Values of cookies and bodies of answers are not kept.
 * Whoever runs the door controls the answer.
 */
import type { Position, Resource } from '../evidence.ts'
import { askDoor, valueOf, type Probe } from './http-ask.ts'
import { probeActively, probeKeys } from './http-probes.ts'
import { probeSession } from './http-session.ts'
import { askSecurityTxt } from './security-txt.ts'
import type { Gathered } from './terraform.ts'
import { flatten, type Value, valueOfJson } from './value.ts'

export interface LiveDoor {
  readonly name: string
  /** Base address, `http:` or `https:`. */
  readonly url: string
  /** Paths that must refuse who shows no credentials. */
  readonly protectedPaths?: readonly string[]
  /**
   * What may be tried beyond plain questions: forged tokens, bursts, writes without a token against forgery. It is
   * seen in the door's own counters and may raise its alerts.
   */
  readonly active?: ActiveProbes
  /** An account of its own for the scan, without any right that matters. */
  readonly account?: ProbeAccount
  /** Page with the annual notice of FERPA rights. */
  readonly noticePath?: string
}

export interface ActiveProbes {
  /** Path that takes a login; tried with an account that is nobody's. */
  readonly loginPath?: string
  /** Path of the study assistant. */
  readonly assistantPath?: string
  /** Path that changes something, asked by POST without a token against forgery. */
  readonly statePath?: string
}

export interface ProbeAccount {
  readonly loginPath: string
  /** Sent as JSON. */
  readonly body: Readonly<Record<string, string>>
  /** Path that takes a refresh token from a cookie. */
  readonly refreshPath?: string
}

/** An origin nobody owns, for which no door may open. */
const stranger = 'https://stranger.example'
const protectedLimit = 50
/** Pages that tell how a service works, or how it is. */
const telling = ['/docs', '/openapi.json', '/swagger-ui/index.html', '/metrics', '/actuator', '/debug/pprof/']

/** Asks one door; never throws. Redirects are answers, not followed. */
export async function gatherHttp(door: LiveDoor, timeoutMillis: number): Promise<Gathered> {
  const position: Position = { file: door.url, startLine: 1, endLine: 1 }
  const ask = (probe: Probe) => askDoor(door.url, probe, timeoutMillis)
  const page = await ask({ method: 'GET', path: '/' })
  if ('why' in page) return unreachable(door, position, page.why)
  const get = async (path: string, headers = {}) => valueOf(await ask({ method: 'GET', path, headers }))
  const entries: [string, Value][] = [
    ['url', valueOfJson(door.url)],
    ['scheme', valueOfJson(new URL(door.url).protocol.slice(0, -1))],
    ['page', valueOf(page)],
    ['unknown_path', await get('/no-such-path-of-this-door')],
    ['trace', valueOf(await ask({ method: 'TRACE', path: '/' }))],
    ['foreign_origin', valueOf(await ask(preflight(door, stranger)))],
    ['security_txt', await securityTxtOf(door, timeoutMillis)],
    ['null_origin', valueOf(await ask(preflight(door, 'null')))],
    ['strange_host', await get('/', { host: 'stranger.example' })],
    ['open', await listOf(telling, get)],
    ['protected', await listOf((door.protectedPaths ?? []).slice(0, protectedLimit), get)],
    ...(await moreOf(door, ask)),
  ]
  return { resources: [resourceOf(door, position, { kind: 'map', entries: new Map(entries) })], faults: [] }
}

async function securityTxtOf({ url }: LiveDoor, timeoutMillis: number): Promise<Value> {
  const found = await askSecurityTxt(url, { timeoutMillis, nowMillis: Date.now() })
  return 'why' in found ? { kind: 'unknown', why: found.why } : valueOfJson(found.answer)
}

/** What is asked only where somebody said how. */
async function moreOf(door: LiveDoor, ask: Ask): Promise<[string, Value][]> {
  const { keys, entry } = await probeKeys(ask)
  const entries: [string, Value][] = [['jwks', entry]]
  if (door.active !== undefined) {
    entries.push(...(await probeActively(ask, { ...door.active, path: door.protectedPaths?.[0], keys })))
  }
  if (door.account !== undefined) entries.push(['session', await probeSession(ask, door.account)])
  if (door.noticePath !== undefined) {
    const year = String(new Date().getUTCFullYear())
    const found = await ask({ method: 'GET', path: door.noticePath, bodyBytes: 500_000 })
    const notice =
      'why' in found ? found : { status: found.answer['status'] ?? 0, has_year: found.body.includes(year) }
    entries.push(['notice', 'why' in notice ? { kind: 'unknown', why: notice.why } : valueOfJson(notice)])
  }
  return entries
}

type Ask = (probe: Probe) => ReturnType<typeof askDoor>

async function listOf(paths: readonly string[], get: (path: string) => Promise<Value>): Promise<Value> {
  const items: Value[] = []
  for (const path of paths) items.push(withPath(await get(path), path))
  return { kind: 'list', items }
}

function preflight({ protectedPaths = [] }: LiveDoor, origin: string): Probe {
  const headers = {
    origin,
    'access-control-request-method': 'GET',
    'access-control-request-headers': 'authorization',
  }
  return { method: 'OPTIONS', path: protectedPaths[0] ?? '/', headers }
}

function unreachable(door: LiveDoor, position: Position, why: string): Gathered {
  const resource = resourceOf(door, position, { kind: 'unknown', why })
  return {
    resources: [resource],
    faults: [{ code: 'GATHER_UNREACHABLE', message: why, ...position, hides: ['http'] }],
  }
}

function withPath(value: Value, path: string): Value {
  const answer = value.kind === 'map' ? value.entries : new Map([['status', value]])
  return { kind: 'map', entries: new Map([...answer, ['path', valueOfJson(path)]]) }
}

function resourceOf({ name }: LiveDoor, position: Position, value: Value): Resource {
  const identity = { kind: 'http', type: 'door', name, address: `door.${name}`, position } as const
  return { ...identity, attributes: flatten(value, position) }
}
