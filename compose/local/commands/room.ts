/** Commands of other rooms: `audit`, `rules`, `dashboards`, `compliance`, `drill`, run as their own process. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { nodeEnvironment } from '../components/environment.ts'
import { homeAt } from '../home.ts'
import { tokenFile, type TokenHolder } from '../secrets/tokens.ts'
import type { Settings } from '../settings.ts'
import type { ExitCode } from './output.ts'

export interface RoomCommand {
  /** The room's `main.ts`, below the checkout. */
  readonly main: string
  readonly args: readonly string[]
  /** Whose token it shows; without a house there is none, and some commands need none. */
  readonly holder?: TokenHolder
  /** Given to it besides. */
  readonly environment?: Readonly<Record<string, string>>
}

/**
 * Halves of the space for young objects, in MiB. With what Node takes itself a scan of 10,000 resources grows to 480 MB,
 * with 8 to 370 MB in the same time: less that dies young is kept until the next large collection.
 */
const youngSpace = '--max-semi-space-size=8'

/** Runs `node <main> <args>` with this terminal and answers with its exit code. */
export async function runRoom(
  settings: Settings,
  { main, args, holder, environment = {} }: RoomCommand,
): Promise<ExitCode> {
  const home = homeAt(settings.home)
  const token = holder === undefined ? undefined : tokenFile(home.secrets, holder)
  const child = spawn(process.execPath, [youngSpace, join(settings.checkout, main), ...args], {
    // Paths in the arguments are relative to where the command was typed.
    cwd: process.cwd(),
    stdio: 'inherit',
    env: {
      ...nodeEnvironment({ settings, home, demo: false }),
      ...(settings.databaseUrl === undefined || holder !== 'drills'
        ? {}
        : { DATABASE_URL: settings.databaseUrl }),
      ...(token !== undefined && existsSync(token) ? { CAMPANILE_TOKEN_FILE: token } : {}),
      ...environment,
    },
  })
  // A child may have something to mend: its end is awaited. Ctrl-C reaches it from the terminal; a second signal
  // would end it at once, so only what was meant for this process alone is passed on.
  const ignore = () => undefined
  const pass = (signal: NodeJS.Signals) => void child.kill(signal)
  process.on('SIGINT', ignore).on('SIGTERM', pass).on('SIGHUP', pass)
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('exit', resolve)
    child.once('error', reject)
  })
  process.off('SIGINT', ignore).off('SIGTERM', pass).off('SIGHUP', pass)
  return code === 0 ? 0 : code === 2 ? 2 : 1
}
