/** The few file operations the spool stands on, so that tests can cut the power between any two of them. */
import { open, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises'

export interface SpoolFile {
  /** Writes all of `bytes` at a position. */
  readonly write: (bytes: Uint8Array, position: number) => Promise<void>
  /** What was written stays, also without power, once this resolves. */
  readonly sync: () => Promise<void>
  readonly truncate: (bytes: number) => Promise<void>
  readonly close: () => Promise<void>
}

export interface SpoolFiles {
  readonly makeFolder: (path: string) => Promise<void>
  /** Names in a folder, in no order. */
  readonly list: (folder: string) => Promise<readonly string[]>
  readonly read: (path: string) => Promise<Buffer>
  /** Opens a new file that only its owner can read; fails where there is one. */
  readonly create: (path: string) => Promise<SpoolFile>
  readonly rename: (from: string, to: string) => Promise<void>
  /** Removes a file; one that is not there is removed. */
  readonly remove: (path: string) => Promise<void>
  /** Makes what happened to the names of a folder stay. */
  readonly syncFolder: (path: string) => Promise<void>
}

/** The machine's own files. */
export const diskFiles: SpoolFiles = {
  makeFolder: async (path) => {
    await mkdir(path, { recursive: true, mode: 0o700 })
  },
  list: (folder) => readdir(folder),
  read: (path) => readFile(path),
  create: async (path) => {
    const handle = await open(path, 'wx', 0o600)
    return {
      write: async (bytes, position) => {
        let done = 0
        while (done < bytes.length) {
          const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done)
          done += bytesWritten
        }
      },
      // The length of the file is synced with its data; times are not needed.
      sync: () => handle.datasync(),
      truncate: (bytes) => handle.truncate(bytes),
      close: () => handle.close(),
    }
  },
  rename,
  remove: (path) => rm(path, { force: true }),
  syncFolder: async (path) => {
    const folder = await open(path, 'r')
    try {
      await folder.sync()
    } finally {
      await folder.close()
    }
  },
}

/** Writes a whole file so that after a crash the old or the new content stands there, never a part. */
export async function writeWhole(
  files: SpoolFiles,
  { folder, name }: { readonly folder: string; readonly name: string },
  content: string | Uint8Array,
): Promise<void> {
  const draft = `${folder}/${name}.part`
  await files.remove(draft)
  const file = await files.create(draft)
  try {
    await file.write(typeof content === 'string' ? Buffer.from(content) : content, 0)
    await file.sync()
  } finally {
    await file.close()
  }
  await files.rename(draft, `${folder}/${name}`)
  await files.syncFolder(folder)
}
