/** Sends ten times what a collector takes at its best, and holds its memory, its answers and its speed against it. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startCollectorProcess } from '../process-under-test.ts'
import { GrpcSender, HttpSender, NumberedRequest, residentMiB, type Answered } from './traffic.ts'

export interface OverloadOptions {
  readonly transport: 'http' | 'grpc'
  /** Spans of a request. */
  readonly spans: number
  /** Length of each of the two parts. */
  readonly millis: number
}

export interface OverloadResult {
  readonly peakPerSecond: number
  readonly overloadedPerSecond: number
  /** Of the peak that is still taken. */
  readonly goodput: number
  readonly mostMiB: number
  /** Requests by the status they were answered with; 0 where the connection broke. */
  readonly statuses: Readonly<Record<string, number>>
  /** Refusals that do not say when to come again. */
  readonly withoutRetryAfter: number
}

const peakConnections = 8
const limitMiB = 256

/** Drives a real collector with a memory limit of 256 MiB. */
export async function overload({ transport, spans, millis }: OverloadOptions): Promise<OverloadResult> {
  const home = await mkdtemp(join(tmpdir(), 'campanile-overload-'))
  const collector = await startCollectorProcess(home, ['--config', await limitedConfig(home)])
  const body = new NumberedRequest(spans, (span) => span).numbered(1)
  const url = collector.url(transport === 'http' ? 'otlp' : 'otlpGrpc')
  const offer = (connections: number, offerMillis: number) =>
    offerLoad({
      senders: transport === 'http' ? overHttp(url, connections) : overGrpc(url, connections),
      pid: collector.child.pid,
      body,
      millis: offerMillis,
    })
  try {
    await offer(peakConnections, 2_000)
    const peak = await offer(peakConnections, millis)
    const over = await offer(10 * peakConnections, millis)
    const perSecond = (taken: number) => Math.round((taken * spans * 1_000) / millis)
    return {
      peakPerSecond: perSecond(peak.statuses[200] ?? 0),
      overloadedPerSecond: perSecond(over.statuses[200] ?? 0),
      goodput: Number(((over.statuses[200] ?? 0) / (peak.statuses[200] ?? 1)).toFixed(3)),
      mostMiB: Math.max(peak.mostMiB, over.mostMiB),
      statuses: over.statuses,
      withoutRetryAfter: over.withoutRetryAfter,
    }
  } finally {
    await collector.kill('SIGTERM')
    await rm(home, { recursive: true })
  }
}

async function limitedConfig(home: string): Promise<string> {
  const path = join(home, 'collector.yaml')
  const text = await readFile('compose/collector.yaml', 'utf8')
  await writeFile(
    path,
    text
      .replace('limit_mib: 384', `limit_mib: ${limitMiB}`)
      .replace('spike_limit_mib: 96', `spike_limit_mib: ${limitMiB / 4}`),
  )
  return path
}

interface Senders {
  /** One for each connection; status as of HTTP. */
  readonly each: readonly ((body: Buffer) => Promise<Answered>)[]
  readonly close: () => void
}

function overHttp(url: string, connections: number): Senders {
  const sender = new HttpSender(url, connections)
  const send = (body: Buffer) => sender.send(body)
  return { each: Array.from({ length: connections }, () => send), close: () => sender.close() }
}

/** UNAVAILABLE is the 503 of gRPC, and when to come again is for the client to know there. */
function overGrpc(url: string, connections: number): Senders {
  const senders = Array.from({ length: connections }, () => new GrpcSender(url))
  return {
    each: senders.map((sender) => async (body: Buffer) => {
      const status = await sender.send(body)
      const same = { '0': 200, '14': 503 }[status ?? ''] ?? 0
      return { status: same, retryAfter: same === 503 ? 'said' : undefined }
    }),
    close: () => senders.forEach((sender) => sender.close()),
  }
}

interface Offer {
  readonly senders: Senders
  readonly pid: number | undefined
  readonly body: Buffer
  readonly millis: number
}

/**
 * Every connection sends its next request once it has the answer, whatever that was, for so long and until one was
 * taken: a machine that stands still for a while stops no collector.
 */
async function offerLoad({ senders, pid, body, millis }: Offer) {
  const statuses: Record<string, number> = {}
  let withoutRetryAfter = 0
  let mostMiB = 0
  const end = performance.now() + millis
  const look = setInterval(() => (mostMiB = Math.max(mostMiB, residentMiB(pid))), 100)
  const one = async (send: (body: Buffer) => Promise<Answered>) => {
    while (performance.now() < end || statuses[200] === undefined) {
      const { status, retryAfter } = await send(body)
      // What is answered late belongs to the time in which it was taken.
      statuses[status] = (statuses[status] ?? 0) + 1
      if (status !== 200 && retryAfter === undefined) withoutRetryAfter++
      // A connection that is gone answers at once, and would let nothing else happen.
      if (status === 0) await new Promise((resolve) => setImmediate(resolve))
    }
  }
  await Promise.all(senders.each.map(one))
  clearInterval(look)
  senders.close()
  return { statuses, withoutRetryAfter, mostMiB }
}
