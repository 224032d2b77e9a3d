/** A real Alertmanager on a configuration of ours, with time running faster. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultAlertmanagerOptions, type AlertmanagerOptions } from '../../../rules/alertmanager/options.ts'
import { writeAlertmanager } from '../../../rules/alertmanager/write.ts'
import { locateEngine } from '../../support/engine-tools.ts'
import { freePort } from '../../support/free-port.ts'
import { eventually } from '../../support/poll.ts'

export interface PostedAlert {
  readonly labels: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  /** Resolved when it lies in the past. */
  readonly endsAt?: string
}

export interface KnownAlert {
  readonly fingerprint: string
  readonly labels: Readonly<Record<string, string>>
  readonly status: { readonly state: string; readonly inhibitedBy: readonly string[] }
}

export interface RunningAlertmanager {
  /** Posts alerts as Prometheus does, 64 at a time. */
  readonly post: (alerts: readonly PostedAlert[]) => Promise<void>
  readonly alerts: () => Promise<readonly KnownAlert[]>
  readonly stop: () => Promise<void>
}

const batchSize = 64

/** Writes a configuration, starts Alertmanager on it and waits until it is ready. */
export async function startAlertmanager(
  given: Partial<AlertmanagerOptions>,
  key = '3'.repeat(32),
): Promise<RunningAlertmanager> {
  const folder = mkdtempSync(join(tmpdir(), 'campanile-alertmanager-'))
  const inboxKeyFile = join(folder, 'inbox.key')
  writeFileSync(inboxKeyFile, `${key}\n`, { mode: 0o600 })
  await writeAlertmanager(folder, { ...defaultAlertmanagerOptions, inboxKeyFile, ...given })
  const port = await freePort()
  const { file, cwd } = await locateEngine('alertmanager')
  const child = spawn(
    file,
    [
      `--config.file=${join(folder, 'alertmanager.yml')}`,
      `--storage.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
    ],
    { cwd, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const errors: string[] = []
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => errors.push(chunk))
  const url = `http://127.0.0.1:${port}`
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'exit')
      child.kill('SIGKILL')
      await exited
    }
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await eventually('Alertmanager is ready', async () => (await fetch(`${url}/-/ready`)).ok)
  } catch (cause) {
    await stop()
    throw new Error(errors.join(''), { cause })
  }
  return {
    stop,
    post: async (alerts) => {
      for (let at = 0; at < alerts.length; at += batchSize) {
        await postBatch(`${url}/api/v2/alerts`, alerts.slice(at, at + batchSize))
      }
    },
    alerts: async () => {
      const response = await fetch(`${url}/api/v2/alerts`)
      return (await response.json()) as readonly KnownAlert[]
    },
  }
}

async function postBatch(address: string, alerts: readonly PostedAlert[]): Promise<void> {
  const response = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(alerts),
  })
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
  await response.body?.cancel()
}
