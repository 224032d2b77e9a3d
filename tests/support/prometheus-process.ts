/** A real Prometheus that scrapes what it is told to and takes remote writes, with a data folder of its own. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { locateEngine } from './engine-tools.ts'
import { freePort } from './free-port.ts'
import { eventually } from './poll.ts'

export interface PromSample {
  readonly metric: Readonly<Record<string, string>>
  readonly value: string
}

export interface RunningPrometheus {
  readonly url: string
  /** Runs an instant query; a native histogram's value is its count. */
  readonly query: (text: string) => Promise<readonly PromSample[]>
  /** Asks any path of the API and returns its data. */
  readonly api: (path: string) => Promise<unknown>
  readonly stop: () => Promise<void>
}

/** Starts it on a configuration of one global second, with these targets to scrape. */
export async function startPrometheus(targets: readonly string[] = []): Promise<RunningPrometheus> {
  const folder = mkdtempSync(join(tmpdir(), 'campanile-prometheus-'))
  const scrape = `{job_name: collector, honor_labels: true, static_configs: [{targets: ${JSON.stringify(targets)}}]}`
  const config = join(folder, 'prometheus.yml')
  writeFileSync(
    config,
    `global: {scrape_interval: 1s}\nscrape_configs: [${targets.length === 0 ? '' : scrape}]\n`,
  )
  const port = await freePort()
  const { file, cwd } = await locateEngine('prometheus')
  const child = spawn(
    file,
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--web.enable-remote-write-receiver',
      '--enable-feature=native-histograms,exemplar-storage',
    ],
    { cwd, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const errors: string[] = []
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => errors.push(chunk))
  const url = `http://127.0.0.1:${port}`
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
    }
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await eventually('prometheus is ready', async () => (await fetch(`${url}/-/ready`)).ok)
  } catch (cause) {
    await stop()
    throw new Error(`prometheus did not start: ${errors.join('')}`, { cause })
  }
  const api = async (path: string) => {
    const response = await fetch(`${url}/api/v1/${path}`)
    return ((await response.json()) as { data: unknown }).data
  }
  const query = async (text: string) => {
    const data = (await api(`query?${new URLSearchParams({ query: text }).toString()}`)) as QueryData
    return data.result.map(({ metric, value, histogram }) => ({
      metric,
      value: value?.[1] ?? histogram?.[1].count ?? '',
    }))
  }
  return { url, query, api, stop }
}

interface QueryData {
  readonly result: readonly {
    readonly metric: Readonly<Record<string, string>>
    readonly value?: readonly [number, string]
    readonly histogram?: readonly [number, { readonly count: string }]
  }[]
}
