/** Runs the commands that change a keystore, as an operator would. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ask, type LedgerHome, type LedgerProcess } from '../ledger-process.ts'

const main = new URL('../../../audit/main.ts', import.meta.url).pathname

export interface Ended {
  readonly code: number
  readonly output: string
}

/** Runs `node audit/main.ts …` against the keystore of a home. */
export async function runAudit(
  home: LedgerHome,
  args: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const child = spawn(process.execPath, [main, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      // Nobody listens there: no ledger runs.
      CAMPANILE_PORT_LEDGER: '9',
      CAMPANILE_KEYSTORE_DIR: join(home.folder, 'keystore'),
      CAMPANILE_PASSPHRASE_FILE: join(home.folder, 'passphrase'),
      ...variables,
    },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => (output += chunk))
  }
  const [code] = (await once(child, 'close')) as [number]
  return { code, output }
}

/** Fetches the export of a log into a file. */
export async function exportTo(ledger: LedgerProcess, tenant: string, file: string): Promise<string> {
  const response = await ask(ledger, `/v1/logs/${tenant}/export`)
  const text = await response.text()
  const path = join(ledger.home.folder, file)
  writeFileSync(path, text)
  return path
}

/** Fetches the verifier key of a log. */
export async function keyOf(ledger: LedgerProcess, tenant: string): Promise<string> {
  return (await (await ask(ledger, `/v1/logs/${tenant}/key`)).text()).trim()
}
