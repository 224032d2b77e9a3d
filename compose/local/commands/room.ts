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

/** Runs `node <main> <args>` with this terminal and answers with its exit code. */
export async function runRoom(
  settings: Settings,
  { main, args, holder, environment = {} }: RoomCommand,
): Promise<ExitCode> {
  const home = homeAt(settings.home)
  const token = holder === undefined ? undefined : tokenFile(home.secrets, holder)
  const child = spawn(process.execPath, [join(settings.checkout, main), ...args], {
    // Paths in the arguments are relative to where the command was typed.
    cwd: process.cwd(),
    stdio: 'inherit',
    env: {
      ...nodeEnvironment({ settings, home, demo: false }),
      ...(token !== undefined && existsSync(token) ? { CAMPANILE_TOKEN_FILE: token } : {}),
      ...environment,
    },
  })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('exit', resolve)
    child.once('error', reject)
  })
  return code === 0 ? 0 : code === 2 ? 2 : 1
}
