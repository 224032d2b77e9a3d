/** Writes a file that was mended: only inside the scanned folders, never through a link, whole or not at all. */
import { constants } from 'node:fs'
import { lstat, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { systemCodeOf } from '../../lib/errors.ts'
import { FixStop } from './edit.ts'

export interface Replacement {
  readonly file: string
  readonly before: string
  readonly after: string
}

export interface Bounds {
  /** Folders and files that were scanned. */
  readonly paths: readonly string[]
  /** When the scan began: a file that was written later is another one. */
  readonly startedMillis: number
}

/**
 * Replaces the content of a file.
 *
 * @throws FixStop when it is outside, a link, or not what was scanned any more
 */
export async function replaceFile({ file, before, after }: Replacement, bounds: Bounds): Promise<void> {
  const draft = `${file}.${process.pid}.part`
  try {
    await refuseOutside(file, bounds.paths)
    const stats = await lstat(file)
    if (!stats.isFile()) throw new FixStop('it is a link, or no regular file')
    if (Math.floor(stats.mtimeMs) > bounds.startedMillis) throw new FixStop('it changed since it was read')
    await writeDraft(draft, after, stats.mode)
    const now = await readFile(file, 'utf8')
    if (now !== before) throw new FixStop('it changed since it was read')
    await rename(draft, file)
    await syncFolder(dirname(file))
  } catch (error) {
    await rm(draft, { force: true })
    if (error instanceof FixStop) throw error
    throw new FixStop(`it cannot be written: ${systemCodeOf(error) ?? 'unknown error'}`)
  }
}

/** A link on the way would lead the write to where nobody scanned. */
async function refuseOutside(file: string, paths: readonly string[]): Promise<void> {
  const real = await realpath(file)
  for (const path of paths) {
    const root = await realpath(path)
    const inside = join(root, relative(resolve(path), resolve(file)))
    const isBelow = real === root || real.startsWith(root.endsWith(sep) ? root : root + sep)
    if (isBelow && real === inside) return
  }
  throw new FixStop('it is a link, or outside of what was scanned')
}

async function writeDraft(path: string, text: string, mode: number): Promise<void> {
  const file = await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600)
  try {
    await file.writeFile(text)
    await file.chmod(mode & 0o7777)
    await file.sync()
  } finally {
    await file.close()
  }
}

async function syncFolder(path: string): Promise<void> {
  if (!(await stat(path)).isDirectory()) return
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
