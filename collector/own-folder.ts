/** Keeps a second collector out of a folder that this one writes: each would cut off and unlink what the other needs. */
import { mkdir } from 'node:fs/promises'
import { lockFolder, type FolderLock } from '../lib/folder-lock.ts'
import { CollectorError } from './errors.ts'

/**
 * Takes a folder for this process until it is released or the process ends, however it ends; makes it where it is not
 * there.
 *
 * @throws CollectorError FOLDER_IN_USE
 */
export async function ownFolder(folder: string): Promise<FolderLock> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const lock = await lockFolder(folder, 'collector')
  if (lock !== undefined) return lock
  throw new CollectorError('FOLDER_IN_USE', `found another process in ${folder}, expected none`)
}
