/** Folders that are still there after the power was cut: a name is on disk only once its own folder was synced. */
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { syncFolder } from './sync-files.ts'
import { systemCodeOf } from './errors.ts'

/**
 * Makes a folder of mode 0700 and every missing one above it. The names of all that were made, and of those from
 * the folder up to `root`, are durable when it resolves: a process before this one may have made them and ended.
 *
 * @param root the folder itself or one above it
 */
export async function makeDurableFolder(path: string, root = path): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode: 0o700 })
  const end = Math.min(dirname(first ?? root).length, dirname(root).length)
  for (let at = dirname(path); at.length >= end; at = dirname(at)) {
    await syncFolder(at).catch((error: unknown) => {
      // Somebody else's folder: whoever made what is in it saw to it.
      if (systemCodeOf(error) !== 'EACCES') throw error
    })
    if (at === dirname(at)) return
  }
}
