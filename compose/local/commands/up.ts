/** `up`: checks the machine, makes secrets, starts the house, says where its doors are, and waits. */
import { createWriteStream } from 'node:fs'
import { messageOf } from '../../../lib/errors.ts'
import { createLogger } from '../../../lib/logger.ts'
import { houseComponents } from '../components/table.ts'
import { LocalError } from '../errors.ts'
import { createHome, homeAt } from '../home.ts'
import { choosePostgres } from '../postgres/choose.ts'
import { describeCheck } from '../preflight/check.ts'
import { leaveClockMark } from '../preflight/machine.ts'
import { preflight } from '../preflight/preflight.ts'
import { findLeftovers, findDatabase, stopLeftovers } from '../process/leftovers.ts'
import { findSetpriv } from '../process/confine.ts'
import { logFile } from '../process/log-file.ts'
import { readLiving } from '../process/pid-file.ts'
import { readTokens } from '../secrets/tokens.ts'
import { ensureSecrets } from '../secrets/ensure-secrets.ts'
import type { Settings } from '../settings.ts'
import { lockFile, runAppliance, type ProgressEvent } from '../supervise/run.ts'
import { announceReady, componentLine } from './announce.ts'
import type { ExitCode, Output } from './output.ts'
import { join } from 'node:path'

export interface UpOptions {
  readonly settings: Settings
  readonly demo: boolean
  readonly output: Output
  /** Aborted by the first signal to stop. */
  readonly signal: AbortSignal
  /** Called when everything is ready and announced. */
  readonly onReady?: () => void
}

/** Starts the house and resolves when it has been stopped. */
export async function up(options: UpOptions): Promise<ExitCode> {
  const { settings, demo, output, signal } = options
  const home = homeAt(settings.home)
  await createHome(home)
  const running = readLiving(lockFile(home))
  if (running !== undefined) {
    output.warn(`campanile: one is running already (pid ${running.pid}) in ${home.root}`)
    output.warn('  see it:  ./campanile status      stop it:  ./campanile down')
    return 1
  }
  if (!(await checkBefore(options))) return 1
  const log = createLogger({
    service: 'supervisor',
    stream: createWriteStream(logFile(home.logs, 'supervisor'), { flags: 'a', mode: 0o600 }),
  })
  const mark = setInterval(() => void leaveClockMark(home).catch(() => undefined), 60_000)
  try {
    await runAppliance({
      home,
      doorPort: settings.ports.supervisor,
      setpriv: findSetpriv(settings.path),
      log,
      signal,
      ...(demo ? { drillTokens: () => readTokens(home.secrets, 'supervisor') } : {}),
      components: async () => {
        await leaveClockMark(home)
        const secrets = await ensureSecrets(home, demo)
        return houseComponents({ settings, home, secrets, choice: choosePostgres(settings), demo })
      },
      onProgress: reporter(options),
      stopMillis: settings.stopSeconds * 1_000,
    })
    return 0
  } catch (error) {
    log.error('appliance failed', { error: messageOf(error) })
    output.warn(`\ncampanile: ${messageOf(error)}`)
    if (!(error instanceof LocalError)) throw error
    return 1
  } finally {
    clearInterval(mark)
  }
}

/** Stops leftovers first, since they hold ports, then looks at the machine. */
async function checkBefore({ settings, demo, output }: UpOptions): Promise<boolean> {
  const home = homeAt(settings.home)
  if (findLeftovers(home).length > 0 || findDatabase(join(home.postgres, 'data')) !== undefined) {
    const names = await stopLeftovers(home)
    output.write(`  stopped what an earlier run left: ${names.join(', ')}`)
  }
  const results = await preflight({ settings, home, demo, ports: true })
  const failed = results.filter(({ verdict }) => verdict === 'fail')
  for (const result of results.filter(({ verdict }) => verdict !== 'ok')) output.warn(describeCheck(result))
  if (failed.length === 0) {
    output.write(`  ${results.length} checks passed; starting in ${home.root}`)
    return true
  }
  output.warn(`\ncampanile: ${failed.length} check(s) failed, nothing was started`)
  return false
}

function reporter({ settings, demo, output, onReady }: UpOptions): (event: ProgressEvent) => void {
  return (event) => {
    switch (event.kind) {
      case 'leftovers':
        output.write(`  stopped what an earlier run left: ${event.names.join(', ')}`)
        break
      case 'component':
        output.write(componentLine(event.name, event.sinceStartMillis))
        break
      case 'ready':
        announceReady({ settings, demo, output, status: event.status })
        onReady?.()
        break
      case 'stopping':
        output.write('  stopping …')
        break
      case 'stopped':
        output.write('  stopped')
        break
    }
  }
}
