/** Stops what a crash of the supervisor left behind; nothing of it is adopted, so that every state is known. */
import { readdirSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { systemCodeOf } from '../../../lib/errors.ts'
import type { Home } from '../home.ts'
import { isAlive, readLiving, recordOf, type PidRecord } from './pid-file.ts'
import { commandLineOf, listProcesses, workingFolderOf } from './proc.ts'

interface Leftover {
  readonly name: string
  readonly record: PidRecord
}

/** How long a leftover may take to stop before it is killed. */
const graceMillis = 10_000

/** Stops all leftovers of a home, the database last; returns their names. */
export async function stopLeftovers(home: Home): Promise<readonly string[]> {
  const processes = findLeftovers(home)
  await Promise.all(
    processes.filter(({ name }) => name !== 'postgres').map(({ record }) => end(record, 'SIGTERM')),
  )
  const database = findDatabase(join(home.postgres, 'data'))
  if (database !== undefined) await end(database, 'SIGINT')
  for (const name of pidFiles(home)) await rm(join(home.pids, name), { force: true })
  return [
    ...processes.map(({ name }) => name).filter((name) => name !== 'postgres'),
    ...(database === undefined ? [] : ['postgres']),
  ]
}

/** Lists the components whose process still lives. */
export function findLeftovers(home: Home): Leftover[] {
  return pidFiles(home).flatMap((file) => {
    const record = readLiving(join(home.pids, file))
    return record === undefined ? [] : [{ name: file.replace(/\.json$/, ''), record }]
  })
}

function pidFiles(home: Home): string[] {
  try {
    return readdirSync(home.pids).filter((name) => name.endsWith('.json'))
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return []
    throw error
  }
}

/** Finds the server of a data directory by its postmaster.pid; a reused pid has another command line. */
export function findDatabase(dataDirectory: string): PidRecord | undefined {
  let pid: number
  try {
    pid = Number.parseInt(readFileSync(join(dataDirectory, 'postmaster.pid'), 'utf8'), 10)
  } catch {
    // No file: no server, or one that stopped as it should.
    return undefined
  }
  if (!Number.isInteger(pid) || pid < 2 || !commandLineOf(pid).includes(dataDirectory)) return undefined
  return recordOf(pid)
}

/** Waits until no process works in a folder, and kills those that still do after `patienceMillis`. */
export async function endProcessesIn(folder: string, patienceMillis: number): Promise<void> {
  const deadline = Date.now() + patienceMillis
  for (let pids = processesIn(folder); pids.length > 0; pids = processesIn(folder)) {
    if (Date.now() > deadline) for (const pid of pids) send(pid, 'SIGKILL')
    await delay(50)
  }
}

function processesIn(folder: string): number[] {
  return listProcesses()
    .filter(({ pid, state }) => state !== 'Z' && workingFolderOf(pid) === folder)
    .map(({ pid }) => pid)
}

async function end(record: PidRecord, signal: NodeJS.Signals): Promise<void> {
  send(record.pid, signal)
  const deadline = Date.now() + graceMillis
  while (isAlive(record) && Date.now() < deadline) await delay(50)
  if (!isAlive(record)) return
  send(record.pid, 'SIGKILL')
  while (isAlive(record)) await delay(50)
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if (systemCodeOf(error) !== 'ESRCH') throw error
  }
}
