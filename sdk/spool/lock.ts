/**
 * Keeps a second process out of a spool's folder. Another user of the machine could take the name first: then the
 * spool does not open, and says so.
 */
import { lockFolder as lock, type FolderLock as Lock } from '../../lib/folder-lock.ts'
import { SdkError } from '../errors.ts'

/** @throws SdkError SDK_SPOOL_LOCKED when another process, or this one, has the folder open */
export async function lockFolder(folder: string): Promise<Lock> {
  let held: Lock | undefined
  try {
    held = await lock(folder, 'spool')
  } catch (cause) {
    throw new SdkError('SDK_SPOOL_UNAVAILABLE', 'the spool could not be locked', { cause })
  }
  if (held !== undefined) return held
  throw new SdkError('SDK_SPOOL_LOCKED', 'the spool is open already')
}
