/** Measures servers in turn: what they take for a second of their CPU. */
import { execFileSync } from 'node:child_process'
import { pack, send, type Sending, type Signal } from './send.ts'
import { cpuSeconds, residentMiB, type Target } from './target.ts'

export interface Case extends Sending {
  /** Spans or records a request. */
  readonly size: number
}

export interface Measuring {
  readonly seconds: number
  readonly rounds: number
}

/** Requests on their way at a time, as from a few exporters. */
const clients = 8
/** Before each round: what is compiled while it runs is not counted. */
const warmUpMillis = 500

const prepared = new Map<string, Uint8Array[]>()

/** Has the requests made by another process: benchmarks import no room. */
function prepare(signal: Signal, size: number): Uint8Array[] {
  const known = prepared.get(`${signal} ${size}`)
  if (known !== undefined) return known
  const args = ['tests/collector/write-requests.ts', String(size), signal]
  const bytes = execFileSync(process.execPath, args, { maxBuffer: 256 * 2 ** 20 })
  const bodies: Uint8Array[] = []
  for (let at = 0; at < bytes.length;) {
    const length = bytes.readUInt32LE(at)
    bodies.push(bytes.subarray(at + 4, at + 4 + length))
    at += 4 + length
  }
  prepared.set(`${signal} ${size}`, bodies)
  return bodies
}

/** Measures servers in turn, round after round; answers the items a second of CPU of each. */
export async function measure(
  cases: readonly Case[],
  { seconds, rounds }: Measuring,
): Promise<readonly number[]> {
  const measured = cases.map((each) => ({
    each,
    requests: pack(prepare(each.signal, each.size), each),
    items: 0,
    cpu: 0,
  }))
  for (let round = 0; round < rounds; round++) {
    for (const one of measured) {
      const { each, requests } = one
      await send(each, requests, { millis: warmUpMillis, clients })
      const cpu = cpuSeconds(each.target)
      const { taken, refused } = await send(each, requests, { millis: (seconds * 1_000) / rounds, clients })
      if (refused > 0) throw new Error(`found ${refused} requests refused, expected none`)
      one.items += taken * each.size
      one.cpu += cpuSeconds(each.target) - cpu
    }
  }
  return measured.map(({ items, cpu }) => Math.round(items / cpu))
}

/** Spans taken a second of the clock, and a second of the server's CPU: on a core of its own they are the same. */
interface Goodput {
  readonly perSecond: number
  readonly perCpuSecond: number
  readonly refused: number
}

export interface Overload {
  /** With as many clients as keep it busy, and with ten times as many. */
  readonly calm: Goodput
  readonly wild: Goodput
  /** Of wild to calm. */
  readonly ratio: number
  readonly cpuRatio: number
  readonly largestMiB: number
}

/** Sends large requests from ten times the clients that keep a server busy, without a pause after a refusal. */
export async function overload(target: Target, seconds: number): Promise<Overload> {
  const size = 500
  const sending: Sending = { target, transport: 'http', signal: 'traces' }
  const requests = pack(prepare('traces', size), sending)
  const goodputOf = async (times: number): Promise<Goodput> => {
    const load = { millis: Math.min(times, 2) * seconds * 1_000, clients: times * clients }
    await send(sending, requests, { ...load, millis: warmUpMillis })
    const began = performance.now()
    const cpu = cpuSeconds(target)
    const { taken, refused } = await send(sending, requests, load)
    const perSecond = Math.round((taken * size * 1_000) / (performance.now() - began))
    return { perSecond, perCpuSecond: Math.round((taken * size) / (cpuSeconds(target) - cpu)), refused }
  }
  let largestMiB = 0
  const sampling = setInterval(() => (largestMiB = Math.max(largestMiB, residentMiB(target))), 100)
  const calm = await goodputOf(1)
  const wild = await goodputOf(10)
  clearInterval(sampling)
  return {
    calm,
    wild,
    ratio: Number((wild.perSecond / calm.perSecond).toFixed(2)),
    cpuRatio: Number((wild.perCpuSecond / calm.perCpuSecond).toFixed(2)),
    largestMiB,
  }
}
