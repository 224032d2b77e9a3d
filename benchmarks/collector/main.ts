/**
 * The collector process, whole pipeline (fence, store, span metrics), against a baseline process in the same run. The
 * baseline takes HTTP, decodes with protobufjs as a stock JavaScript receiver would, counts spans by service, name, kind
 * and status, encodes again and appends to a file: no fence, no index, no compression. Over gRPC and with gzip the same
 * baseline, fed without either, is what the figures are held against. `full` sends on what it took to a server that
 * takes everything, by way of `batch` and a queue on the disk. Servers have one core, the clients the others; figures
 * are items per second of CPU of the serving process, rounds of each in turn. `overload` is a collector with a limit of
 * 256 MiB and ten times the clients that keep it busy. The last line is JSON; its ratio is that of 50 spans a request
 * over HTTP, uncompressed.
 */
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeForwarding, writeLimited } from './configs.ts'
import { measure, overload, type Case } from './measure.ts'
import { closeConnections, transports } from './send.ts'
import { isPinned, leaveServerCore, residentMiB, start, type Target } from './target.ts'

const seconds = Number(process.argv[2] ?? 5)
const measuring = { seconds, rounds: 5 }
const sizes = [1, 50, 500] as const
/** Size of the figure in the last line: what an exporter with a batch of a second or two sends. */
const headline = 50
const home = mkdtempSync(join(tmpdir(), 'campanile-bench-'))

function startCollector(name: string, config?: string): Promise<Target> {
  const named = config === undefined ? [] : ['--config', config]
  return start({ args: ['collector/main.ts', 'serve', ...named], home: join(home, name) })
}

const sink = createServer((request, response) => {
  request.resume().once('end', () => response.writeHead(200).end())
}).listen(0, '127.0.0.1')
await once(sink, 'listening')
// A listening TCP server has an address with a port.
const { port } = sink.address() as AddressInfo
leaveServerCore()
const collector = await startCollector('collector')
const plain = await startCollector('plain', writeForwarding(home, port, 'none'))
const gzipped = await startCollector('gzipped', writeForwarding(home, port, 'gzip'))
const limited = await startCollector('limited', writeLimited(home, 256))
const baseline = await start({
  args: [join(import.meta.dirname, 'baseline.ts')],
  home,
  variables: { CAMPANILE_BENCH_FILE: join(home, 'baseline.bin') },
})

const rows: Record<string, { ratio: number; baseline: number; value: number }> = {}

/** Measures cases beside the baseline with requests of the same size. */
async function compare(cases: readonly (readonly [name: string, Case])[]): Promise<void> {
  const size = cases[0]?.[1].size ?? headline
  const base: Case = { target: baseline, transport: 'http', signal: 'traces', size }
  const [of = Number.NaN, ...values] = await measure([base, ...cases.map(([, each]) => each)], measuring)
  cases.forEach(([name], at) => {
    const value = values[at] ?? Number.NaN
    rows[name] = { ratio: Number((value / of).toFixed(2)), baseline: of, value }
    process.stdout.write(`${name}: ${JSON.stringify(rows[name])}\n`)
  })
}

/** Spans over every transport; a request of one is not worth compressing. */
function spansOf(size: number): (readonly [string, Case])[] {
  return transports
    .filter((transport) => transport === 'http' || size !== 1)
    .map((transport) => [
      `${transport}, ${size} spans`,
      { target: collector, transport, signal: 'traces', size },
    ])
}

function fullOf(target: Target, name: string, size: number): readonly [string, Case] {
  return [`${name}, ${size} spans`, { target, transport: 'http', signal: 'traces', size }]
}

for (const size of sizes) {
  const logs: Case = { target: collector, transport: 'http', signal: 'logs', size }
  await compare([
    ...spansOf(size),
    ...(size === 1 ? [] : [[`http, ${size} log records`, logs] as const]),
    ...(size === 1 ? [] : [fullOf(plain, 'full', size), fullOf(gzipped, 'full, gzip on', size)]),
  ])
}
const overloaded = await overload(limited, seconds)
process.stdout.write(`overload: ${JSON.stringify(overloaded)}\n`)
const result = {
  name: 'collector',
  ...rows[`http, ${headline} spans`],
  unit: `spans per CPU-second, ${headline} a request`,
  isPinned,
  cases: rows,
  overload: overloaded,
  rssMiB: { collector: residentMiB(collector), full: residentMiB(plain), baseline: residentMiB(baseline) },
}
for (const { child } of [collector, plain, gzipped, limited, baseline]) child.kill()
closeConnections()
sink.close()
sink.closeAllConnections()
rmSync(home, { recursive: true, force: true, maxRetries: 5 })
process.stdout.write(`${JSON.stringify(result)}\n`)
