/** Files of a keystore: whole, durable, and readable by their owner only. */
import { randomBytes } from 'node:crypto'
import { link, open, readFile, rename, rm, stat, utimes } from 'node:fs/promises'
import { dirname } from 'node:path'
import { CustodyError } from './custody-errors.ts'
import { systemCodeOf } from './errors.ts'
import { syncFile, syncFolder } from './sync-files.ts'

/** @throws CustodyError CUSTODY_TOO_OPEN when others than the owner have any access */
export async function refuseOpenMode(path: string): Promise<void> {
  const { mode } = await stat(path)
  if ((mode & 0o077) !== 0) {
    const found = (mode & 0o777).toString(8)
    throw new CustodyError('CUSTODY_TOO_OPEN', `${path} has mode ${found}, expected no access for others`)
  }
}

/** Reads a file; undefined when there is none. */
export async function readIfPresent(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path)
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

/** Writes a file whole and durable, or leaves the one that is there: a hard link never replaces. */
export async function writeOnce(path: string, content: Buffer): Promise<boolean> {
  const temporary = await writeBeside(path, content)
  try {
    await link(temporary, path)
    return true
  } catch (error) {
    if (systemCodeOf(error) !== 'EEXIST') throw error
    return false
  } finally {
    await rm(temporary)
    await syncFolder(dirname(path))
  }
}

/** Replaces a file, whole and durable; keeps the time of the old one where asked. */
export async function replaceFile(path: string, content: Uint8Array, keepsTime = false): Promise<void> {
  const temporary = await writeBeside(path, content)
  if (keepsTime) {
    const { atime, mtime } = await stat(path)
    await utimes(temporary, atime, mtime)
  }
  try {
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined)
    throw error
  }
  await syncFolder(dirname(path))
}

async function writeBeside(path: string, content: Uint8Array): Promise<string> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}`
  try {
    const handle = await open(temporary, 'wx', 0o600)
    try {
      await handle.writeFile(content)
      await syncFile(handle, temporary)
    } finally {
      await handle.close()
    }
    return temporary
  } catch (error) {
    // What could not be written must not take the room from the next attempt.
    await rm(temporary, { force: true }).catch(() => undefined)
    throw error
  }
}
