/** `down`: stops the house and what a crash left of it; with `--volumes` deletes its data. */
import { rm } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { dataFolders, homeAt, isHome } from '../home.ts'
import { stopLeftovers } from '../process/leftovers.ts'
import { isAlive, readLiving } from '../process/pid-file.ts'
import type { Settings } from '../settings.ts'
import { lockFile } from '../supervise/run.ts'
import type { ExitCode, Output } from './output.ts'

/** The supervisor has its own deadline, and a little more for the last ones. */
const patienceSeconds = 20

/** Stops everything; 0 also when nothing was running. */
export async function down(settings: Settings, volumes: boolean, output: Output): Promise<ExitCode> {
  const home = homeAt(settings.home)
  const running = readLiving(lockFile(home))
  if (running !== undefined) {
    output.write(`  stopping the appliance of ${home.root} (pid ${running.pid}) …`)
    process.kill(running.pid, 'SIGTERM')
    const waitSeconds = settings.stopSeconds + patienceSeconds
    const deadline = Date.now() + waitSeconds * 1_000
    while (isAlive(running) && Date.now() < deadline) await delay(50)
    if (isAlive(running)) {
      output.warn(`campanile: pid ${running.pid} did not stop within ${waitSeconds} s; killing it`)
      process.kill(running.pid, 'SIGKILL')
    }
  }
  const leftovers = await stopLeftovers(home)
  if (leftovers.length > 0) output.write(`  stopped what a crash left: ${leftovers.join(', ')}`)
  output.write(running === undefined && leftovers.length === 0 ? '  nothing was running' : '  stopped')
  if (!volumes) return 0
  if (!isHome(home)) {
    output.warn(`campanile: ${home.root} is no home of campanile; nothing was deleted`)
    return 1
  }
  for (const folder of dataFolders(home)) await rm(folder, { recursive: true, force: true })
  output.write(
    `  deleted the data in ${home.root} (downloaded packages are kept in ${settings.packagesDirectory})`,
  )
  if (settings.databaseUrl !== undefined) {
    output.write('  the database of DATABASE_URL is not ours to delete and was left as it is')
  }
  return 0
}
