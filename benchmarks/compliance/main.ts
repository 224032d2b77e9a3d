/**
 * What Terraform costs the checker: processor time to parse, evaluate and judge generated stacks of 1,000 resources and
 * more by every control, one process; the ten controls that cost most; then 10,000 resources from a cold start to a report,
 * and a scan after one file of some has changed. `baseline` is
 * `@cdktn/hcl2json` parsing alone on the same files, where it is installed, else our own parser.
 * Flags: `--largest N` (default 20000 resources). The last line is JSON.
 */
import { scanAgain } from '../../tests/compliance/gather/scan-again.ts'
import { scanCold } from './cold.ts'
import { dearestControls } from '../../tests/compliance/gather/dearest-controls.ts'
import {
  countResources,
  generateStack,
  judgeStack,
  parseAll,
} from '../../tests/compliance/gather/generate-stack.ts'

type Files = ReturnType<typeof generateStack>

const flag = process.argv.indexOf('--largest')
const largest = flag === -1 ? 20_000 : Number(process.argv[flag + 1])
const sizes = [1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000].filter((size) => size <= largest)

type ParseJson = (name: string, text: string) => Promise<unknown>

/** The package is no dependency of the product: it is measured against where somebody has installed it. */
async function otherParser(): Promise<ParseJson | undefined> {
  const name: string = '@cdktn/hcl2json'
  try {
    const { parse } = (await import(name)) as { readonly parse: ParseJson }
    return parse
  } catch {
    return undefined
  }
}

/** Processor time, not the clock: what else the machine does must not count. */
function millisOf(run: () => void): number {
  const from = process.cpuUsage()
  run()
  const { user, system } = process.cpuUsage(from)
  return (user + system) / 1_000
}

interface Row {
  readonly resources: number
  readonly megabytes: number
  readonly parseMillis: number
  readonly evaluateMillis: number
  readonly allMillis: number
  readonly heapMegabytes: number
}

function measure(files: Files, rounds: number): Row {
  const rows = Array.from({ length: rounds }, (): Row => {
    const parseMillis = millisOf(() => parseAll(files))
    let resources = 0
    const evaluateMillis = millisOf(() => countResources(files))
    const before = process.memoryUsage().heapUsed
    const allMillis = millisOf(() => {
      resources = judgeStack(files).resources
    })
    const heapMegabytes = Math.max(0, process.memoryUsage().heapUsed - before) / 1e6
    return {
      resources,
      megabytes: bytesOf(files) / 1e6,
      parseMillis,
      evaluateMillis,
      allMillis,
      heapMegabytes,
    }
  })
  return (
    rows.toSorted((left, right) => left.allMillis - right.allMillis)[0] ?? {
      resources: 0,
      megabytes: 0,
      parseMillis: 0,
      evaluateMillis: 0,
      allMillis: 0,
      heapMegabytes: 0,
    }
  )
}

function bytesOf(files: Files): number {
  return files.reduce((sum, { bytes }) => sum + bytes.length, 0)
}

const rate = (count: number, millis: number) => Math.round((count / millis) * 1_000)

measure(generateStack(1_000), 3)
let last: Row | undefined
for (const size of sizes) {
  const row = measure(generateStack(size), size <= 10_000 ? 3 : 1)
  const growth =
    last === undefined
      ? ''
      : `, ${(row.allMillis / last.allMillis / (row.resources / last.resources)).toFixed(2)} of linear`
  console.log(
    `${row.resources} resources, ${row.megabytes.toFixed(1)} MB: parse ${((row.megabytes / row.parseMillis) * 1_000).toFixed(1)} MB/s ` +
      `(${rate(row.resources, row.parseMillis)}/s), parse and evaluate ${rate(row.resources, row.evaluateMillis)} resources/s, ` +
      `and judge ${rate(row.resources, row.allMillis)} resources/s, ${row.allMillis.toFixed(0)} ms, heap +${row.heapMegabytes.toFixed(0)} MB${growth}`,
  )
  last = row
}

const dearest = dearestControls(generateStack(10_000), 10)
console.log('the ten dearest controls on 10,000 resources:')
for (const { id, resources, millis } of dearest) {
  console.log(`  ${id} ${millis.toFixed(1)} ms on ${resources} resources`)
}

const cold = await scanCold(generateStack(10_000))
console.log(
  `10,000 resources from a cold start to ${cold.format}: ${cold.elapsedMillis.toFixed(0)} ms, ${cold.processorMillis} ms of processor time, at most ${cold.peakMegabytes.toFixed(0)} MB, ` +
    `${(cold.reportBytes / 1e6).toFixed(1)} MB of report`,
)

const again = await scanAgain(generateStack(150), { copies: 1, changes: 9 })
const changedMillis = again.millis[Math.floor(again.millis.length / 2)] ?? Number.NaN
console.log(
  `one changed file of ${again.files} with 150 resources: ${changedMillis.toFixed(0)} ms of processor time until the next posture`,
)

const sample = generateStack(1_000)
const parse = await otherParser()
let baselineMillis = 0
if (parse === undefined) {
  console.log('@cdktn/hcl2json is not installed: the baseline is our own parser alone')
  baselineMillis = measure(sample, 3).parseMillis
} else {
  await parse('warm.tf', 'a = 1')
  const from = process.cpuUsage()
  for (const { file, bytes } of sample) await parse(file, Buffer.from(bytes).toString())
  const { user, system } = process.cpuUsage(from)
  baselineMillis = (user + system) / 1_000
}
const own = measure(sample, 5)
const value = rate(own.resources, own.allMillis)
const baseline = rate(own.resources, baselineMillis)
console.log(
  JSON.stringify({
    name: 'compliance',
    ratio: Math.round((value / baseline) * 100) / 100,
    baseline,
    value,
    unit: 'resources per second',
    changedFileMillis: Math.round(changedMillis),
    baselineIs: parse === undefined ? 'own parser alone' : '@cdktn/hcl2json parsing alone',
  }),
)
