/**
 * Leaves per second of the offline verifier over a folder of tiles, against one thread that parses and hashes each leaf
 * for itself. Rounds of both take turns. The last line is JSON; its ratio is all cores against that one thread, and
 * `perCore` is what a second of processor time verifies, whoever else uses the machine.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'

const entries = 1_000_000
const rounds = 3

interface Measured {
  readonly leaves: number
  readonly seconds: number
  readonly cpuSeconds: number
  readonly rssBytes: number
}

// Benchmarks import no room: what is measured runs in processes of its own.
async function run(fixture: string, ...args: readonly string[]): Promise<string> {
  const path = join(import.meta.dirname, '../../tests/audit/fixtures', fixture)
  const child = spawn(process.execPath, [path, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error(`${fixture} exited with ${code}`)
  return output.trim()
}

const middle = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
const perSecond = (all: readonly Measured[]) =>
  Math.round(middle(all.map((each) => each.leaves / each.seconds)))
const perCore = (all: readonly Measured[]) =>
  Math.round(middle(all.map((each) => each.leaves / each.cpuSeconds)))
const mebibytes = (all: readonly Measured[]) =>
  Math.round(Math.max(...all.map((each) => each.rssBytes)) / 2 ** 20)

const folder = mkdtempSync(join(tmpdir(), 'campanile-verify-bench-'))
try {
  const log = join(folder, 'drill')
  const vkey = await run('build-log.ts', log, String(entries))
  const measure = async (way: string) => JSON.parse(await run('verify-once.ts', way, log, vkey)) as Measured
  const cores = availableParallelism()
  const [plain, one, all]: Measured[][] = [[], [], []]
  for (let round = 0; round < rounds; round++) {
    plain?.push(await measure('plain'))
    one?.push(await measure('1'))
    all?.push(await measure(String(cores)))
  }
  const [base, single, every] = [plain ?? [], one ?? [], all ?? []]
  const say = (what: string, of: readonly Measured[]) =>
    console.log(`${what}: ${perSecond(of)} leaves/s, ${perCore(of)} per core, ${mebibytes(of)} MiB`)
  say('plain, one thread', base)
  say('verifier, one thread', single)
  say(`verifier, ${cores} threads`, every)
  console.log(
    JSON.stringify({
      name: 'ledger-verify',
      ratio: Number((perSecond(every) / perSecond(base)).toFixed(2)),
      baseline: perSecond(base),
      value: perSecond(every),
      unit: 'leaves/s of a log of 1,000,000',
      cores,
      perCore: perCore(single),
      perCoreInThreads: perCore(every),
      perCorePlain: perCore(base),
      ratioPerCore: Number((perCore(single) / perCore(base)).toFixed(2)),
      mebibytes: mebibytes(every),
    }),
  )
} finally {
  rmSync(folder, { recursive: true, force: true })
}
