/** Says of a disk that has no room or fails what the ledger says of all its troubles: a code, to come back later. */
import { systemCodeOf } from '../../lib/errors.ts'
import { AuditError } from '../log/errors.ts'

/** No room, no quota, a limit of the process, a medium that fails or was made read-only. */
const passing: ReadonlySet<string> = new Set([
  'ENOSPC',
  'EDQUOT',
  'EFBIG',
  'EIO',
  'EROFS',
  'EMFILE',
  'ENFILE',
])

/**
 * Does some work with files.
 *
 * @throws AuditError AUDIT_STORAGE_FAILED where the disk is why it failed
 */
export async function orStorageFailed<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    const code = systemCodeOf(cause)
    if (code === undefined || !passing.has(code)) throw cause
    throw new AuditError('AUDIT_STORAGE_FAILED', `a file cannot be written: ${code.toLowerCase()}`, { cause })
  }
}
