/** Files that are whole or not there: written beside their place, synced, and moved to it. */
import { open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Writes a file so that after a crash the old or the new content stands there, never a part; only we can read it. */
export async function writeDurably(path: string, content: string | Uint8Array): Promise<void> {
  const draft = `${path}.part`
  const file = await open(draft, 'w', 0o600)
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(draft, path)
  await syncFolder(dirname(path))
}

/** A file's name is durable only when its folder is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
