/** The files of the journal in one folder. What is promised here is what a crash cannot take back. */
import { constants } from 'node:fs'
import { mkdir, open, readdir, readFile, rename, rm, truncate } from 'node:fs/promises'
import { join } from 'node:path'

export interface JournalFiles {
  /** Names in the order they were begun. */
  readonly list: () => Promise<readonly string[]>
  readonly read: (name: string) => Promise<Buffer>
  /** Appends; on disk when it resolves. */
  readonly append: (name: string, bytes: Buffer) => Promise<void>
  /** Begins a file with its content: it is there whole, or it is not there; when it rejects, either may be. */
  readonly create: (name: string, bytes: Buffer) => Promise<void>
  readonly truncate: (name: string, bytes: number) => Promise<void>
  /** Removes a file, for good when it resolves; one that is not there is no fault. */
  readonly remove: (name: string) => Promise<void>
}

const fileName = /^\d{8}\.jsonl$/

/** Opens the folder, made where it is missing; nobody else may read it. */
export async function openJournalFolder(folder: string): Promise<JournalFiles> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const path = (name: string) => join(folder, name)
  return {
    list: async () => (await readdir(folder)).filter((name) => fileName.test(name)).sort(),
    read: (name) => readFile(path(name)),
    append: (name, bytes) =>
      withSync(path(name), constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT, bytes),
    create: async (name, bytes) => {
      const draft = path(`${name}.draft`)
      await withSync(draft, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC, bytes)
      await rename(draft, path(name))
      await syncFolder(folder)
    },
    truncate: (name, bytes) => truncate(path(name), bytes),
    remove: async (name) => {
      await rm(path(name), { force: true })
      await syncFolder(folder)
    },
  }
}

async function withSync(path: string, flags: number, bytes: Buffer): Promise<void> {
  const handle = await open(path, flags, 0o600)
  try {
    await handle.writeFile(bytes)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
