/**
 * Makes files and folders durable. A few are synced one by one; where many wait at the same moment, as when a thousand
 * logs are signed in one second, one sync of their file system (syncfs, by `sync -f` of coreutils) serves them all.
 * An error in writing is sure to be told only to a file that is synced for itself: what cannot be derived again, as
 * keys cannot, is not left to this.
 */
import { execFile } from 'node:child_process'
import { open, type FileHandle } from 'node:fs/promises'
import { promisify } from 'node:util'
import { Coalescer } from './coalescer.ts'

/** How long nothing is left to a sync of a file system that has failed: it tells of an error only once. */
const distrustMillis = 60_000
/** Most that are synced one by one. */
const maxSingle = 24

interface Unsynced {
  readonly path: string
  readonly sync: () => Promise<void>
  /** Of its file system. */
  readonly device: () => Promise<number>
  /** What its own sync failed with. */
  failure?: unknown
}

const run = promisify(execFile)
const waiting = new Coalescer<Unsynced>(syncAll)

/** Makes the content of an open file durable. */
export async function syncFile(handle: FileHandle, path: string): Promise<void> {
  const file: Unsynced = {
    path,
    sync: () => handle.sync(),
    device: async () => (await handle.stat()).dev,
  }
  await waiting.add(file)
  if (file.failure !== undefined) throw file.failure
}

/** Makes what was done in a folder durable. */
export async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await syncFile(handle, path)
  } finally {
    await handle.close()
  }
}

let distrustedUntil = 0

async function syncAll(files: readonly Unsynced[]): Promise<void> {
  const isTrusted = performance.now() >= distrustedUntil
  if (files.length > maxSingle && isTrusted && (await syncFileSystems(files))) return
  await Promise.all(
    files.map(async (file) => {
      file.failure = await file.sync().then(
        () => undefined,
        (error: unknown) => error,
      )
    }),
  )
}

/** Syncs the file systems of files; false where that cannot be done or fails, so that each is asked for itself. */
async function syncFileSystems(files: readonly Unsynced[]): Promise<boolean> {
  try {
    const paths = new Map<number, string>()
    for (const { path, device } of files) paths.set(await device(), path)
    await run('sync', ['-f', ...paths.values()])
    return true
  } catch {
    // It may have been told of an error of files that are still to come; those are asked for themselves too.
    distrustedUntil = performance.now() + distrustMillis
    return false
  }
}
