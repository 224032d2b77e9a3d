/**
 * One process at a time changes a keystore: the ledger holds the lock while it runs, each command that changes keys
 * while it works. Whether the ledger's port answers says less: it may listen elsewhere, or not yet.
 */
import { mkdir } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { lockFolder, type FolderLock } from '../../lib/folder-lock.ts'
import { AuditError } from '../log/errors.ts'

const retryMillis = 250

/**
 * Takes the keystore's folder, which is made where it does not exist.
 *
 * @param waitMillis longest wait for the process that has it
 * @throws AuditError AUDIT_WRITER_TAKEN
 */
export async function lockKeystore(directory: string, waitMillis = 0): Promise<FolderLock> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  for (let left = waitMillis; ; left -= retryMillis) {
    const lock = await lockFolder(directory, 'keystore')
    if (lock !== undefined) return lock
    if (left <= 0) {
      throw new AuditError(
        'AUDIT_WRITER_TAKEN',
        'a ledger or another command has the keystore: stop it first',
      )
    }
    await delay(retryMillis)
  }
}
