/** Damaged ends of segments, set aside for whoever wants to look, within bounds of size and age of their own. */
import { lstat, open, rename, rm, truncate, type FileHandle } from 'node:fs/promises'
import { readAt } from './read-at.ts'

export interface QuarantineBounds {
  readonly maxBytes: number
  readonly maxAgeMillis: number
}

interface Aside {
  readonly path: string
  /** When its segment was begun, milliseconds since 1970. */
  readonly startedAt: number
  readonly bytes: number
}

const chunkBytes = 2 ** 20

/** Keeps the files set aside; oldest first. */
export class Quarantine {
  readonly #bounds: QuarantineBounds
  #files: Aside[] = []

  constructor(bounds: QuarantineBounds) {
    this.#bounds = bounds
  }

  /** Takes note of a file that an earlier process set aside. */
  async add(path: string, startedAt: number): Promise<void> {
    // Not what it may point to: a name in the folder can be anything.
    this.#files.push({ path, startedAt, bytes: (await lstat(path)).size })
  }

  /** Sets a whole file aside; one whose name cannot be changed stays, and is met again at the next start. */
  async take(path: string, startedAt: number): Promise<void> {
    const aside = `${path}.corrupt`
    try {
      await rename(path, aside)
      await this.add(aside, startedAt)
    } catch {
      return
    }
  }

  /** Unlinks the oldest files until both bounds hold; one that the disk keeps is tried again the next time. */
  async enforceBounds(now: number): Promise<void> {
    const { maxBytes, maxAgeMillis } = this.#bounds
    for (let oldest = this.#files[0]; oldest !== undefined; oldest = this.#files[0]) {
      const bytes = this.#files.reduce((sum, file) => sum + file.bytes, 0)
      if (bytes <= maxBytes && now - oldest.startedAt <= maxAgeMillis) return
      // A segment damaged twice is noted twice; a folder may have had the name of one.
      await rm(oldest.path, { force: true, recursive: true })
      this.#files = this.#files.filter((file) => file !== oldest)
    }
  }
}

/**
 * Cuts a file off after `goodBytes`, having copied what follows to `<path>.corrupt` (the whole file when nothing
 * of it is good).
 *
 * @returns the path of the copy; undefined when there were only zeros, as a power cut leaves them
 */
export async function setTailAside(path: string, goodBytes: number): Promise<string | undefined> {
  const aside = `${path}.corrupt`
  const isKept = await copyTail(path, goodBytes, aside)
  if (goodBytes === 0 && isKept) await rename(path, aside)
  else await truncate(path, goodBytes)
  return isKept ? aside : undefined
}

async function copyTail(path: string, from: number, aside: string): Promise<boolean> {
  const source = await open(path, 'r')
  try {
    const { size } = await source.stat()
    const isZero = await everyChunk(source, from, size, (chunk) => chunk.every((byte) => byte === 0))
    if (isZero || from === 0) return !isZero
    const target = await open(aside, 'w', 0o600)
    try {
      await everyChunk(source, from, size, async (chunk) => {
        await target.appendFile(chunk)
        return true
      })
      await target.datasync()
    } finally {
      await target.close()
    }
    return true
  } finally {
    await source.close()
  }
}

async function everyChunk(
  handle: FileHandle,
  from: number,
  size: number,
  take: (chunk: Buffer) => boolean | Promise<boolean>,
): Promise<boolean> {
  for (let at = from; at < size; at += chunkBytes) {
    if (!(await take(await readAt(handle, at, Math.min(chunkBytes, size - at))))) return false
  }
  return true
}
