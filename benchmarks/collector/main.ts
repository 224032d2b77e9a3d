/**
 * The collector process, whole pipeline (fence, store, span metrics), against a baseline process in the same run. The
 * baseline takes HTTP, decodes with protobufjs as a stock JavaScript receiver would, counts spans by service, name, kind
 * and status, encodes again and appends to a file: no fence, no index, no compression. Over gRPC and with gzip the same
 * baseline, fed without either, is what the figures are held against. `forwarding` sends on what it took to a server
 * that takes everything, by way of a queue on the disk. Figures are spans per second of CPU of the serving process,
 * rounds of the two in turn. The last line is JSON; its ratio is that of 50 spans a request over HTTP, uncompressed.
 */
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { closeConnections, pack, send, transports, type Transport } from './send.ts'
import { cpuSeconds, residentMiB, start, type Target } from './target.ts'

const seconds = Number(process.argv[2] ?? 5)
const rounds = 5
const sizes = [1, 50, 500] as const
/** Size of the figure in the last line: what an exporter with a batch of a second or two sends. */
const headline = 50
const home = mkdtempSync(join(tmpdir(), 'campanile-bench-'))

/** Has the requests made by another process: benchmarks import no room. */
function prepare(size: number): Uint8Array[] {
  const bytes = execFileSync(process.execPath, ['tests/collector/write-requests.ts', String(size)], {
    maxBuffer: 256 * 2 ** 20,
  })
  const bodies: Uint8Array[] = []
  for (let at = 0; at < bytes.length;) {
    const length = bytes.readUInt32LE(at)
    bodies.push(bytes.subarray(at + 4, at + 4 + length))
    at += 4 + length
  }
  return bodies
}

interface Case {
  readonly target: Target
  readonly transport: Transport
  readonly size: number
}

/** Sends with eight clients for a time; answers how many requests were taken. */
async function load({ target, transport }: Case, bodies: readonly Buffer[], millis: number): Promise<number> {
  const end = performance.now() + millis
  let sent = 0
  const one = async () => {
    while (performance.now() < end)
      await send(target, bodies[sent++ % bodies.length] ?? Buffer.alloc(0), transport)
  }
  await Promise.all(Array.from({ length: 8 }, one))
  return sent
}

/** Measures servers in turn, round after round; answers the spans a second of CPU of each. */
async function measure(cases: readonly Case[]): Promise<number[]> {
  const requests = prepare(cases[0]?.size ?? headline)
  const measured = cases.map((each) => ({
    each,
    bodies: requests.map((bytes) => pack(bytes, each.transport)),
    spans: 0,
    cpu: 0,
  }))
  for (let round = 0; round < rounds; round++) {
    for (const one of measured) {
      await load(one.each, one.bodies, 300)
      const cpu = cpuSeconds(one.each.target)
      one.spans += (await load(one.each, one.bodies, (seconds * 1_000) / rounds)) * one.each.size
      one.cpu += cpuSeconds(one.each.target) - cpu
    }
  }
  return measured.map(({ spans, cpu }) => Math.round(spans / cpu))
}

/** Starts a collector that sends on everything to a server of this process. */
async function startForwarding(port: number): Promise<Target> {
  const folder = join(home, 'forwarding')
  const exporter = `otlp_http:\n    endpoint: http://127.0.0.1:${port}\n    sending_queue: { storage: file_storage, queue_size: 100000 }`
  const config = readFileSync('compose/collector.yaml', 'utf8')
    .replace('exporters: [span_metrics]', 'exporters: [span_metrics, otlp_http]')
    .replace('  nop:', `  nop:\n  ${exporter}`)
    .replace(
      'extensions:\n',
      `extensions:\n  file_storage: { directory: ${folder}/queues, create_directory: true }\n`,
    )
    .replace('extensions: [health_check]', 'extensions: [health_check, file_storage]')
  writeFileSync(join(home, 'forwarding.yaml'), config)
  return start({
    args: ['collector/main.ts', 'serve', '--config', join(home, 'forwarding.yaml')],
    home: folder,
  })
}

const sink = createServer((request, response) => {
  request.resume().once('end', () => response.writeHead(200).end())
}).listen(0, '127.0.0.1')
await once(sink, 'listening')
const collector = await start({ args: ['collector/main.ts', 'serve'], home: join(home, 'collector') })
// A listening TCP server has an address with a port.
const forwarding = await startForwarding((sink.address() as AddressInfo).port)
const baseline = await start({
  args: [join(import.meta.dirname, 'baseline.ts')],
  home,
  variables: { CAMPANILE_BENCH_FILE: join(home, 'baseline.bin') },
})

const rows: Record<string, { ratio: number; baseline: number; value: number }> = {}
function tell(name: string, value: number, base: number): void {
  rows[name] = { ratio: Number((value / base).toFixed(2)), baseline: base, value }
  process.stdout.write(`${name}: ${JSON.stringify(rows[name])}\n`)
}
for (const size of sizes) {
  const cases = transports
    .filter((transport) => transport === 'http' || size !== 1)
    .map((transport) => ({ target: collector, transport, size }))
  const [base = Number.NaN, ...values] = await measure([
    { target: baseline, transport: 'http', size },
    ...cases,
  ])
  cases.forEach(({ transport }, at) => tell(`${transport}, ${size} spans`, values[at] ?? Number.NaN, base))
}
const [base = Number.NaN, forwarded = Number.NaN] = await measure([
  { target: baseline, transport: 'http', size: headline },
  { target: forwarding, transport: 'http', size: headline },
])
tell(`forwarding, ${headline} spans`, forwarded, base)
const result = {
  name: 'collector',
  ...rows[`http, ${headline} spans`],
  unit: `spans per CPU-second, ${headline} a request`,
  cases: rows,
  rssMiB: { collector: residentMiB(collector), baseline: residentMiB(baseline) },
}
for (const { child } of [collector, forwarding, baseline]) child.kill()
closeConnections()
sink.close()
sink.closeAllConnections()
rmSync(home, { recursive: true, force: true })
process.stdout.write(`${JSON.stringify(result)}\n`)
