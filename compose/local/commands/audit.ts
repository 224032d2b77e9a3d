/** `audit verify|export`: the ledger's own command, given the operator's token and the door of this house. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { nodeEnvironment } from '../components/environment.ts'
import { homeAt } from '../home.ts'
import { tokenFile } from '../secrets/tokens.ts'
import type { Settings } from '../settings.ts'
import type { ExitCode } from './output.ts'

/** Runs `node audit/main.ts <args>` with this terminal and answers with its exit code. */
export async function audit(settings: Settings, args: readonly string[]): Promise<ExitCode> {
  const home = homeAt(settings.home)
  const token = tokenFile(home.secrets, 'operator')
  const child = spawn(process.execPath, [join(settings.checkout, 'audit/main.ts'), ...args], {
    // Paths in the arguments are relative to where the command was typed.
    cwd: process.cwd(),
    stdio: 'inherit',
    env: {
      ...nodeEnvironment({ settings, home, demo: false }),
      // An auditor's machine has no house and no token; verifying needs neither.
      ...(existsSync(token) ? { CAMPANILE_TOKEN_FILE: token } : {}),
    },
  })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('exit', resolve)
    child.once('error', reject)
  })
  return code === 0 ? 0 : code === 2 ? 2 : 1
}
