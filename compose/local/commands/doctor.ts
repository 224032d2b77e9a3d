/** `doctor`: every check of the pre-flight, and how the house is if it runs. */
import { messageOf } from '../../../lib/errors.ts'
import { homeAt } from '../home.ts'
import { migrationFolders, readMigrations } from '../database/migrations.ts'
import { describeCheck, fail, pass, warn, type CheckResult } from '../preflight/check.ts'
import { preflight } from '../preflight/preflight.ts'
import { findLeftovers } from '../process/leftovers.ts'
import { findProgram } from '../packages/tool.ts'
import type { Settings } from '../settings.ts'
import type { ApplianceStatus } from '../supervise/status.ts'
import type { ExitCode, Output } from './output.ts'
import { fetchStatus } from './status-client.ts'

/** Shows every check; 1 when one fails. */
export async function doctor(settings: Settings, output: Output): Promise<ExitCode> {
  const home = homeAt(settings.home)
  const status = await fetchStatus(settings)
  const results = [
    ...(await preflight({ settings, home, demo: true, ports: status === undefined })),
    checkMigrations(settings),
    checkBrowser(settings),
    checkAppliance(status),
    ...(status === undefined
      ? findLeftovers(home).map(({ name, record }) => leftover(name, record.pid))
      : []),
  ]
  for (const result of results) output.write(describeCheck(result))
  const count = (verdict: CheckResult['verdict']) =>
    results.filter((result) => result.verdict === verdict).length
  output.write(`\n  ${count('ok')} ok, ${count('warn')} warnings, ${count('fail')} failed`)
  return count('fail') === 0 ? 0 : 1
}

function checkMigrations({ checkout }: Settings): CheckResult {
  try {
    return pass('migrations', `${readMigrations(migrationFolders(checkout)).length} files`)
  } catch (error) {
    return fail('migrations', messageOf(error), 'restore the files of this checkout: git status')
  }
}

function checkBrowser({ path }: Settings): CheckResult {
  const found = findProgram(['chromium', 'chromium-browser', 'google-chrome'], path)
  if (found !== undefined) return pass('chromium', found)
  return warn(
    'chromium',
    'not found: only the portal test needs it',
    './campanile test installs it where it may',
  )
}

function checkAppliance(status: ApplianceStatus | undefined): CheckResult {
  if (status === undefined) return pass('appliance', 'not running')
  const down = status.components.filter(({ state }) => state !== 'ready' && state !== 'done')
  if (down.length === 0) return pass('appliance', `${status.state}, ${status.components.length} components`)
  const found = down.map(
    ({ name, state, reason }) => `${name} ${state}${reason === undefined ? '' : ` (${reason})`}`,
  )
  return fail('appliance', found.join('; '), `./campanile logs ${down[0]?.name ?? ''}`)
}

function leftover(name: string, pid: number): CheckResult {
  return warn('leftover', `${name} (pid ${pid}) outlived its supervisor`, './campanile down stops it')
}
