/** `up --detach`: the same command in the background, followed until it is ready or has failed. */
import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { createHome, homeAt } from '../home.ts'
import { logFile } from '../process/log-file.ts'
import type { Settings } from '../settings.ts'
import type { ExitCode, Output } from './output.ts'

/** Message of the background process when it is ready; its channel closes then. */
export const readyMessage = 'ready'

/** Starts `up` in a session of its own and shows what it says until it is ready. */
export async function detach(settings: Settings, args: readonly string[], output: Output): Promise<ExitCode> {
  const home = homeAt(settings.home)
  await createHome(home)
  const log = openSync(logFile(home.logs, 'supervisor'), 'a', 0o600)
  const child = spawn(process.execPath, [...process.execArgv, 'compose/local/main.ts', 'up', ...args], {
    cwd: settings.checkout,
    env: { ...settings.variables, CAMPANILE_HOME: settings.home },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc', log],
  })
  closeSync(log)
  child.stdout?.setEncoding('utf8').on('data', (text: string) => output.write(text.replace(/\n$/, '')))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => output.warn(text.replace(/\n$/, '')))
  const code = await new Promise<ExitCode>((resolve) => {
    child.once('message', () => resolve(0))
    child.once('exit', (exit) => resolve(exit === 2 ? 2 : 1))
    child.once('error', () => resolve(1))
  })
  child.stdout?.destroy()
  child.stderr?.destroy()
  if (child.connected) child.disconnect()
  child.unref()
  return code
}
