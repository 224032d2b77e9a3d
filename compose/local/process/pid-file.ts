/** Remembers processes across a crash of the supervisor: pid with start time, so that a reused pid is not ours. */
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { link, rename, rm, writeFile } from 'node:fs/promises'
import Type, { type Static } from 'typebox'
import { systemCodeOf } from '../../../lib/errors.ts'
import { validator } from '../../../lib/validate.ts'
import { startTimeOf } from './proc.ts'

const PidRecord = Type.Object({ pid: Type.Integer({ minimum: 2 }), startTime: Type.String({ minLength: 1 }) })
export type PidRecord = Static<typeof PidRecord>

const checkRecord = validator(PidRecord)

/** Describes a live process; undefined when it is gone already. */
export function recordOf(pid: number): PidRecord | undefined {
  const startTime = startTimeOf(pid)
  return startTime === undefined ? undefined : { pid, startTime }
}

/** Reads the record of a process that is still the same one and alive. */
export function readLiving(path: string): PidRecord | undefined {
  const record = readRecord(path)
  return record !== undefined && isAlive(record) ? record : undefined
}

/** Tells whether the process of a record still lives. */
export function isAlive({ pid, startTime }: PidRecord): boolean {
  return startTimeOf(pid) === startTime
}

function readRecord(path: string): PidRecord | undefined {
  try {
    const outcome = checkRecord(JSON.parse(readFileSync(path, 'utf8')))
    return outcome.valid ? outcome.value : undefined
  } catch {
    // No file, or one that a crash cut short: nothing is known.
    return undefined
  }
}

/** Writes the record of a process that has just been started. */
export async function writeRecord(path: string, record: PidRecord): Promise<void> {
  await writeFile(path, JSON.stringify(record))
}

/**
 * Takes a lock for this process.
 *
 * @returns undefined when it is taken, else the record of the living process that has it
 */
export async function takeLock(path: string, pid: number = process.pid): Promise<PidRecord | undefined> {
  const own = recordOf(pid)
  if (own === undefined) throw new TypeError(`process ${pid} does not exist`)
  const temporary = `${path}.${randomBytes(6).toString('hex')}`
  await writeRecord(temporary, own)
  try {
    for (;;) {
      if (await linkNew(temporary, path)) return undefined
      const holder = readLiving(path)
      if (holder !== undefined) return holder
      await removeStale(path)
    }
  } finally {
    await rm(temporary, { force: true })
  }
}

async function linkNew(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
    return true
  } catch (error) {
    if (systemCodeOf(error) === 'EEXIST') return false
    throw error
  }
}

/** Takes a stale lock away; one that somebody took in between is put back. */
async function removeStale(path: string): Promise<void> {
  const aside = `${path}.${randomBytes(6).toString('hex')}`
  try {
    await rename(path, aside)
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return
    throw error
  }
  if (readLiving(aside) !== undefined) await linkNew(aside, path)
  await rm(aside)
}
