/**
 * Keeps a second process out of a spool's folder: a name in Linux's abstract socket namespace, which the kernel gives
 * to one process and takes back when that dies, however it dies. A lock file would need somebody to judge a dead
 * holder. Another user of the machine could take the name first: then the spool does not open, and says so.
 */
import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import { systemCodeOf } from '../../lib/errors.ts'
import { SdkError } from '../errors.ts'

export interface Lock {
  readonly release: () => Promise<void>
}

/** @throws SdkError SDK_SPOOL_LOCKED when another process, or this one, has the folder open */
export async function lockFolder(folder: string): Promise<Lock> {
  const { dev, ino } = await stat(folder)
  const digest = createHash('sha256').update(`${dev} ${ino}`).digest('hex').slice(0, 32)
  const server = createServer((socket) => socket.destroy())
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      const isTaken = systemCodeOf(cause) === 'EADDRINUSE'
      const found = isTaken ? 'the spool is open already' : 'the spool could not be locked'
      reject(new SdkError(isTaken ? 'SDK_SPOOL_LOCKED' : 'SDK_SPOOL_UNAVAILABLE', found, { cause }))
    })
    server.listen({ path: `\0campanile-spool-${digest}` }, resolve)
  })
  server.unref()
  return { release: () => new Promise((resolve) => server.close(() => resolve())) }
}
