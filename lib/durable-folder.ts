/** Folders that are still there after the power was cut: a name is on disk only once its own folder was synced. */
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { syncFolder } from './custody-files.ts'

/**
 * Makes a folder of mode 0700 and every missing one above it, durable when it resolves. Those that are there are
 * synced too, from the folder up to `root`: a process before this one may have ended between the two.
 *
 * @param root the folder itself or one above it, with everything below it in the hands of this process
 */
export async function makeDurableFolder(path: string, root = path): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode: 0o700 })
  const top = dirname(first ?? root)
  const end = Math.min(top.length, root === path ? path.length : root.length)
  for (let at = dirname(path); at.length >= end; at = dirname(at)) await syncFolder(at)
}
