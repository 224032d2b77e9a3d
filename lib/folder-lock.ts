/**
 * Keeps a second process out of a folder: a name in Linux's abstract socket namespace, which the kernel gives to one
 * process and takes back when that dies, however it dies. A lock file would need somebody to judge a dead holder. The
 * name is the folder's on this machine; processes of two network namespaces do not see each other's.
 */
import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import { systemCodeOf } from './errors.ts'

export interface FolderLock {
  readonly release: () => Promise<void>
}

/**
 * Locks a folder that exists.
 *
 * @param kind one word for what the folder is: locks of two kinds do not meet
 * @returns undefined when another process, or this one, has it
 */
export async function lockFolder(folder: string, kind: string): Promise<FolderLock | undefined> {
  const { dev, ino } = await stat(folder)
  const digest = createHash('sha256').update(`${dev} ${ino}`).digest('hex').slice(0, 32)
  const server = createServer((socket) => socket.destroy())
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen({ path: `\0campanile-${kind}-${digest}` }, resolve)
    })
  } catch (error) {
    if (systemCodeOf(error) === 'EADDRINUSE') return undefined
    throw error
  }
  server.unref()
  return { release: () => new Promise((resolve) => server.close(() => resolve())) }
}
