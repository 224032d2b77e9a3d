/**
 * Log files of components. Children write straight into them, so that none stops when the supervisor does;
 * rotation copies and truncates, and a line written in the instant between the two is lost.
 */
import { closeSync, openSync, readSync, fstatSync, statSync } from 'node:fs'
import { copyFile, rename, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { systemCodeOf } from '../../../lib/errors.ts'

/** Size above which a file is rotated. */
export const rotateBytes = 10 * 2 ** 20
/** Rotated files kept beside the current one. */
const keptFiles = 2

/** Names the log file of a component. */
export function logFile(logs: string, component: string): string {
  return join(logs, `${component}.log`)
}

/** Rotates a log file that has grown beyond `limit` bytes. */
export async function rotate(path: string, limit = rotateBytes): Promise<boolean> {
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  )
  if (size <= limit) return false
  for (let number = keptFiles; number > 1; number--) {
    await rename(`${path}.${number - 1}`, `${path}.${number}`).catch(ignoreMissing)
  }
  await copyFile(path, `${path}.1`)
  await truncate(path, 0)
  return true
}

function ignoreMissing(error: unknown): void {
  if (systemCodeOf(error) !== 'ENOENT') throw error
}

/** Tells how long a log file is; 0 when there is none. */
export function logBytes(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}

/** Reads the last lines of a file, at most 64 KiB of it and nothing before the byte `from`. */
export function tail(path: string, lines: number, from = 0): string[] {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch {
    // A component that never started has no log.
    return []
  }
  try {
    const { size } = fstatSync(file)
    const buffer = Buffer.alloc(Math.min(Math.max(size - from, 0), 65_536))
    readSync(file, buffer, 0, buffer.length, size - buffer.length)
    return buffer.toString('utf8').split('\n').filter(Boolean).slice(-lines)
  } finally {
    closeSync(file)
  }
}
