/** Three days of a campus as Prometheus stored them: raw counters, and what each kind of rule recorded from them. */
import { execFile } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { once } from 'node:events'
import { promisify } from 'node:util'

export const tenants = 20
const stepSeconds = 30
const tileSteps = 10
const steps = (3 * 86_400) / stepSeconds

const run = promisify(execFile)

export const tenantName = (at: number): string => `tenant_${at}`
export const metric = 'http_server_request_duration_seconds_count'
export const slo = 'gateway-availability'

/** How a series of a tenant goes: its value at a step, and whether it is written only every five minutes. */
interface Series {
  readonly name: string
  readonly labels: string
  readonly valueAt: (step: number) => number
  readonly isTile?: true
}

function seriesOf(at: number): Series[] {
  const tenant = `tenant="${tenantName(at)}", service="gateway"`
  const raw = (status: string, each: number): Series => ({
    name: metric,
    labels: `${tenant}, method="GET", route="/x", status="${status}", job="gateway", instance="a"`,
    valueAt: (step) => step * each,
  })
  const recorded = (name: string, value: number, isTile?: true): Series => ({
    name: `slo:${name}`,
    labels: `${tenant}, slo="${slo}"`,
    valueAt: () => value,
    ...(isTile === undefined ? {} : { isTile }),
  })
  return [
    raw('2xx', 299),
    raw('5xx', 1),
    recorded('events:count30s', 300),
    recorded('bad_events:count30s', 1),
    recorded('events:count5m', 3_000, true),
    recorded('bad_events:count5m', 10, true),
    { ...recorded('sli_error:ratio_rate5m', 1 / 300), labels: tenant },
  ]
}

/** Writes the history as OpenMetrics, ending at `endSeconds`, and makes blocks of it; answers how many samples. */
export async function writeHistory(folder: string, promtool: string, endSeconds: number): Promise<number> {
  const path = `${folder}/history.om`
  const stream = createWriteStream(path)
  // OpenMetrics allows no space between labels.
  const tight = (labels: string) => labels.replaceAll(', ', ',')
  const start = endSeconds - steps * stepSeconds
  const all = Array.from({ length: tenants }, (_, at) => seriesOf(at)).flat()
  const target = { labels: 'job="gateway", instance="a"' }
  all.push({ ...target, name: 'up', valueAt: () => 1 })
  all.push({ ...target, name: 'process_start_time_seconds', valueAt: () => start - 86_400 })
  let samples = 0
  for (const name of new Set(all.map((series) => series.name))) {
    for (const series of all.filter((one) => one.name === name)) {
      const every = series.isTile === undefined ? 1 : tileSteps
      const lines: string[] = []
      for (let step = 0; step <= steps; step += every) {
        lines.push(`${name}{${tight(series.labels)}} ${series.valueAt(step)} ${start + step * stepSeconds}\n`)
      }
      samples += lines.length
      if (!stream.write(lines.join(''))) await once(stream, 'drain')
    }
  }
  stream.end('# EOF\n')
  await once(stream, 'finish')
  await run(promtool, ['tsdb', 'create-blocks-from', 'openmetrics', path, `${folder}/data`], {
    maxBuffer: 16 * 1_048_576,
  })
  return samples
}
