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

/** Of each of the two loads in turn: what the machine itself does meanwhile is the same for both. */
const overloadRounds = 6

/** Sends large requests from ten times the clients that keep a server busy, without a pause after a refusal. */
export async function overload(target: Target, seconds: number): Promise<Overload> {
  const size = 500
  const sending: Sending = { target, transport: 'http', signal: 'traces' }
  const requests = pack(prepare('traces', size), sending)
  const sums = { calm: emptySum(), wild: emptySum() }
  const offer = async (sum: Sum, times: number) => {
    const load = { millis: (2 * seconds * 1_000) / overloadRounds, clients: times * clients }
    const began = performance.now()
    const cpu = cpuSeconds(target)
    const { taken, refused } = await send(sending, requests, load)
    sum.seconds += (performance.now() - began) / 1_000
    sum.cpu += cpuSeconds(target) - cpu
    sum.items += taken * size
    sum.refused += refused
  }
  let largestMiB = 0
  const sampling = setInterval(() => (largestMiB = Math.max(largestMiB, residentMiB(target))), 100)
  await send(sending, requests, { millis: 6 * warmUpMillis, clients })
  for (let round = 0; round < overloadRounds; round++) {
    await offer(sums.calm, 1)
    await offer(sums.wild, 10)
  }
  clearInterval(sampling)
  const calm = goodputOf(sums.calm)
  const wild = goodputOf(sums.wild)
  return {
    calm,
    wild,
    ratio: Number((wild.perSecond / calm.perSecond).toFixed(2)),
    cpuRatio: Number((wild.perCpuSecond / calm.perCpuSecond).toFixed(2)),
    largestMiB,
  }
}

interface Sum {
  items: number
  refused: number
  seconds: number
  /** Seconds of CPU of the server. */
  cpu: number
}

function emptySum(): Sum {
  return { items: 0, refused: 0, seconds: 0, cpu: 0 }
}

function goodputOf({ items, refused, seconds, cpu }: Sum): Goodput {
  return { perSecond: Math.round(items / seconds), perCpuSecond: Math.round(items / cpu), refused }
}
