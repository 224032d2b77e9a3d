/**
 * What the rules of one objective cost Prometheus with twenty tenants and three days of history, against the usual
 * generated ones (one rule set for each tenant, every window a rate over raw series, after slok/sloth). Each
 * expression is asked for again and again, in turn with the baseline's; its CPU time over its interval is its share
 * of a core. What an empty query costs is taken off. The last line is JSON.
 */
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'yaml'
import { locateEngine } from '../../tests/support/engine-tools.ts'
import { freePort } from '../../tests/support/free-port.ts'
import { eventually } from '../../tests/support/poll.ts'
import { metric, slo, tenantName, tenants, writeHistory } from './history.ts'

const rounds = 5
const clockTicksPerSecond = 100 // USER_HZ of Linux
/** Queries of one measurement, so that ticks of 10 ms are fine enough. */
const leastTicks = 20

interface Costed {
  readonly expr: string
  readonly intervalSeconds: number
}

const ours: readonly Costed[] = (
  parse(readFileSync(join(import.meta.dirname, `../../compose/generated/rules/slo-${slo}.yaml`), 'utf8')) as {
    groups: readonly { interval: string; rules: readonly { expr: string }[] }[]
  }
).groups.flatMap(({ interval, rules }) =>
  rules.map(({ expr }) => ({ expr, intervalSeconds: secondsOf(interval) })),
)

/** The ratios of one tenant, in all windows; metadata and alerts, which are cheap, are left out. */
const usual: readonly Costed[] = ['5m', '30m', '1h', '2h', '6h', '1d', '3d']
  .map((window) => {
    const of = (status: string) => `sum(rate(${metric}{tenant="TENANT"${status}}[${window}]))`
    return { expr: `${of(', status="5xx"')} / ${of('')}`, intervalSeconds: 30 }
  })
  .concat({
    expr: 'sum_over_time(slo:sli_error:ratio_rate5m{tenant="TENANT"}[30d]) / count_over_time(slo:sli_error:ratio_rate5m{tenant="TENANT"}[30d])',
    intervalSeconds: 30,
  })

function secondsOf(duration: string): number {
  return Number.parseInt(duration, 10) * (duration.endsWith('m') ? 60 : 1)
}

const folder = mkdtempSync(join(tmpdir(), 'campanile-rules-eval-'))
const endSeconds = Math.floor((Date.now() - 4 * 3_600_000) / 3_600_000) * 3_600
const [promtool, engine] = [await locateEngine('promtool'), await locateEngine('prometheus')]
mkdirSync(join(folder, 'data'))
const samples = await writeHistory(folder, promtool.file, endSeconds)
writeFileSync(join(folder, 'prometheus.yml'), '')
const port = await freePort()
const prometheus = spawn(
  engine.file,
  [
    `--config.file=${folder}/prometheus.yml`,
    `--storage.tsdb.path=${folder}/data`,
    '--storage.tsdb.retention.time=900d',
    `--web.listen-address=127.0.0.1:${port}`,
  ],
  { cwd: engine.cwd, stdio: 'ignore' },
)

async function ask(expr: string): Promise<number> {
  const body = new URLSearchParams({ query: expr, time: String(endSeconds) })
  const response = await fetch(`http://127.0.0.1:${port}/api/v1/query`, { method: 'POST', body })
  const answer = (await response.json()) as { status: string; data: { result: readonly unknown[] } }
  if (answer.status !== 'success') throw new Error(`refused: ${expr}`)
  return answer.data.result.length
}

/** CPU ticks of Prometheus so far. */
function ticks(): number {
  const [, fields = ''] = readFileSync(`/proc/${prometheus.pid}/stat`, 'utf8').split(') ')
  const [user, system] = fields.split(' ').slice(11, 13)
  return Number(user) + Number(system)
}

/** CPU seconds of one evaluation. */
async function cost(expr: string): Promise<number> {
  const from = ticks()
  let times = 0
  do {
    for (let each = 0; each < 5; each++) await ask(expr)
    times += 5
  } while (ticks() - from < leastTicks && times < 500)
  return (ticks() - from) / clockTicksPerSecond / times
}

/** Shares of a core. */
async function cores(rules: readonly Costed[], nothing: number): Promise<number> {
  let sum = 0
  for (const { expr, intervalSeconds } of rules) {
    sum += Math.max(0, (await cost(expr)) - nothing) / intervalSeconds
  }
  return sum
}

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

try {
  await eventually('Prometheus with its history', async () => (await ask('up')) === 1, {
    withinMillis: 60_000,
  })
  const counted = ours.find(({ expr }) => expr.includes('[259199s]'))?.expr ?? ''
  if ((await ask(counted)) !== tenants)
    throw new Error('not every tenant has a burn rate: nothing was measured')
  const grouped: number[] = []
  const separate: number[] = []
  for (let round = 0; round < rounds; round++) {
    const nothing = await cost('vector(0)')
    grouped.push(await cores(ours, nothing))
    // One tenant stands for the others, whose rules are the same.
    const one = usual.map((rule) => ({ ...rule, expr: rule.expr.replaceAll('TENANT', tenantName(round)) }))
    separate.push(tenants * (await cores(one, nothing)))
    console.log(
      `round ${round + 1}: ${grouped.at(-1)?.toFixed(5)} against ${separate.at(-1)?.toFixed(5)} of a core`,
    )
  }
  const [value, baseline] = [median(grouped), median(separate)]
  console.log(
    JSON.stringify({
      name: 'rules-eval',
      ratio: Math.round((value / baseline) * 100) / 100,
      baseline: Number(baseline.toPrecision(3)),
      value: Number(value.toPrecision(3)),
      unit: 'shares of a core for one objective',
      tenants,
      samples,
      rules: ours.length,
      usualRules: usual.length * tenants,
    }),
  )
} finally {
  prometheus.kill('SIGTERM')
  await new Promise((resolve) => prometheus.once('exit', resolve))
  rmSync(folder, { recursive: true, force: true })
}
