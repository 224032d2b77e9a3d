/** Everybody the console asks, on one port: Prometheus, supervisor, collector, ledger and scanner with fixed answers. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pastScans, posture } from './house-posture.ts'

export const traceId = '0af7651916cd43dd8448eb211c80319c'

export interface FakeHouse {
  readonly port: number
  /** Addresses that were asked for, with their query. */
  readonly asked: readonly string[]
  /** Alerts that fire, as labels. */
  alerts: readonly Readonly<Record<string, string>>[]
  /** Whether the scanner has a posture to tell. */
  hasScanned: boolean
  /** Paths that are answered 503 until they are taken out again. */
  readonly broken: Set<string>
  readonly stop: () => Promise<void>
}

/** Starts it on a port the system chooses. */
export async function startFakeHouse(): Promise<FakeHouse> {
  const asked: string[] = []
  const house = {
    alerts: [] as readonly Readonly<Record<string, string>>[],
    broken: new Set<string>(),
    hasScanned: true,
    asked,
  }
  const server = createServer((request, response) => answer(house, request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A server that listens on a port has such an address.
  const { port } = server.address() as AddressInfo
  return Object.assign(house, {
    port,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  })
}

type House = Pick<FakeHouse, 'alerts' | 'broken' | 'hasScanned'> & { readonly asked: string[] }

function answer(house: House, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://house')
  house.asked.push(`${url.pathname}${url.search}`)
  const send = (status: number, body: unknown, type = 'application/json') => {
    response.writeHead(status, { 'content-type': type })
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  }
  if (house.broken.has(url.pathname))
    return send(503, { status: 'unavailable', reason: 'broken by the test' })
  const found = answers(house, url)
  if (found === undefined) return send(404, {})
  return send(200, found, typeof found === 'string' ? 'text/plain; version=0.0.4' : 'application/json')
}

function answers(house: House, url: URL): unknown {
  const { pathname } = url
  if (pathname === '/api/v1/query') return vector(samplesFor(house, url.searchParams.get('query') ?? ''))
  if (pathname === '/api/v1/query_range') return matrix()
  if (pathname.startsWith('/api/v1/')) return { status: 'success', data: ['university_a'] }
  if (pathname === '/status.json') return supervisor
  if (pathname === '/health' || pathname === '/-/ready' || pathname === '/') return { status: 'ok' }
  if (pathname === '/metrics') return metricsPage
  if (pathname === '/privacy/blocked-keys') return { keys: blockedKeys }
  if (pathname === `/api/traces/${traceId}`) return { traceId, spans }
  if (pathname === '/api/search') return { traces: [found] }
  if (pathname === '/api/logs') return { logs: [logLine] }
  if (pathname === '/v1/posture') return house.hasScanned ? posture : undefined
  if (pathname === '/v1/scans') return { scans: pastScans }
  if (/^\/v1\/logs\/\w+\/checkpoint$/.test(pathname)) return checkpoint
  if (/^\/v1\/logs\/\w+\/entries$/.test(pathname)) return { size: 12, entries }
  return undefined
}

type Sample = readonly [Readonly<Record<string, string>>, number]

function samplesFor({ alerts }: House, query: string): readonly Sample[] {
  const ofTenants = (a: number, b: number): readonly Sample[] => [
    [{ tenant: 'university_a' }, a],
    [{ tenant: 'university_b' }, b],
  ]
  if (query === 'up') return ['gateway', 'ledger', 'collector', 'prometheus'].map((job) => [{ job }, 1])
  if (query === 'pg_up') return [[{}, 1]]
  if (query.startsWith('ALERTS')) return alerts.map((labels) => [labels, 1])
  if (query.startsWith('histogram_quantile')) return ofTenants(0.042, 0.61)
  if (query.includes('status="5xx"')) return ofTenants(0, 0.02)
  if (query.includes('_count{tenant')) return ofTenants(4.5, 1.2)
  if (query.includes('ledger_checkpoint')) return ofTenants(Date.now() / 1_000 - 3, Date.now() / 1_000 - 9)
  if (query.includes('ledger_verify_timestamp'))
    return ofTenants(Date.now() / 1_000 - 40, Date.now() / 1_000 - 50)
  if (query.includes('ledger_verify_success')) return ofTenants(1, 1)
  if (query.includes('error_budget_remaining')) return ofTenants(0.97, 0.4)
  if (query.includes('privacy_items_checked')) return [[{ signal: 'traces' }, 60_431]]
  if (query.includes('privacy_redactions') && query.includes('by (rule)')) return [[{ rule: 'email' }, 37]]
  if (query.includes('privacy_redactions')) return [[{ place: 'span_attribute' }, 37]]
  if (query.includes('privacy_canary')) return [[{ signal: 'traces' }, 0]]
  return []
}

function vector(samples: readonly Sample[]) {
  const result = samples.map(([metric, value]) => ({ metric, value: [Date.now() / 1_000, String(value)] }))
  return { status: 'success', data: { resultType: 'vector', result } }
}

function matrix() {
  return { status: 'success', data: { resultType: 'matrix', result: [] } }
}

const supervisor = {
  state: 'ready',
  components: ['postgres', 'ledger', 'collector', 'gateway', 'prometheus'].map((name) => ({
    name,
    state: 'ready',
    restarts: 0,
  })),
}

const metricsPage = `ledger_entries{tenant="drill"} 12
ledger_entries{tenant="university_a"} 1200
ledger_checkpoint_timestamp_seconds{tenant="drill"} 1795000000
ledger_verify_success{tenant="drill"} 0
ledger_verify_timestamp_seconds{tenant="drill"} 1795000000
ledger_verify_success{tenant="university_a"} 1
privacy_items_checked_total{signal="traces"} 512
privacy_redactions_total{rule="email",place="span_attribute"} 3
`

/** Keys that the collector says it blocked. */
export const blockedKeys = [
  { name: 'enrolment.term', rule: 'key_unlisted', place: 'span.attribute', times: 12 },
  { name: '{a.a9}', rule: 'key_unlisted', place: 'log.attribute', times: 1 },
]

const checkpoint = `campanile.local/logs/drill
12
QrVzl0WOIe3oXZqr7Q0q0Cl3vGZc4qE4zLxvZC2c4Gg=

— campanile.local/logs/drill 8HyP2wAAAAAAAAAAAAAA
`

const start = 1_795_000_000_000_000_000n
const spanOf = (spanId: string, service: string, at: readonly [number, number], more: object = {}) => ({
  spanId,
  name: `GET /${service}`,
  kind: 'SERVER',
  service,
  startTimeUnixNano: String(start + BigInt(at[0]) * 1_000_000n),
  endTimeUnixNano: String(start + BigInt(at[1]) * 1_000_000n),
  status: 'UNSET',
  attributes: { 'campus.tenant': 'university_a', 'http.response.status_code': 200 },
  events: [],
  ...more,
})

const spans = [
  spanOf('00f067aa0ba902b7', 'gateway', [0, 42]),
  spanOf('00f067aa0ba902b8', 'academics', [6, 39], { parentSpanId: '00f067aa0ba902b7' }),
  spanOf('00f067aa0ba902b9', 'academics', [11, 24], {
    parentSpanId: '00f067aa0ba902b8',
    name: 'SELECT academics.grade',
    kind: 'CLIENT',
    status: 'ERROR',
    statusMessage: 'timeout',
  }),
]

const found = {
  traceId,
  spanId: '00f067aa0ba902b7',
  name: 'GET /gateway',
  kind: 'SERVER',
  service: 'gateway',
  startTimeUnixNano: String(start),
  durationMillis: 42,
  status: 'ERROR',
}

const logLine = {
  timeUnixNano: String(start + 20_000_000n),
  severity: 'INFO',
  service: 'academics',
  body: 'transcript read',
  traceId,
  attributes: { 'campus.role': 'faculty' },
}

const entries = [
  {
    index: 11,
    leaf: { time: 1_795_000_000_020 },
    leafHash: 'hdUn8oU3Ykq9GmUPUwLlRMCv7rYxB1PZ0kGpcN1J3aM=',
    facts: { action: 'transcript.read', class: 'access', outcome: 'success', actorRole: 'faculty', traceId },
  },
  { index: 10, leaf: { time: 1_795_000_000_010 }, leafHash: 'x' },
]
