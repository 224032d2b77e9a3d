/**
 * Reads files that scanned files name (`file("policy.json")`): texts inside the scanned folders, and no others. Whoever
 * wrote the names may have meant `/etc/shadow`.
 */
import { isUtf8 } from 'node:buffer'
import { readFileSync, realpathSync, statSync } from 'node:fs'
import { isAbsolute, join, sep } from 'node:path'

/** Largest file that a value is made of, in bytes; longer texts are no values anyway. */
const fileBytes = 1_000_000
/** Most bytes of all of them. */
const totalBytes = 16_000_000

export class InsideReader {
  /** Texts of the files that were read, by their paths. */
  readonly sources = new Map<string, string>()
  private readonly roots: readonly string[]
  private readonly kept = new Map<string, string | undefined>()
  private left = totalBytes

  /** @param paths the scanned folders and files */
  constructor(paths: readonly string[]) {
    this.roots = paths.flatMap((path) => {
      const real = realPath(path)
      return real === undefined ? [] : [real]
    })
  }

  /** Reads a text named in a folder; undefined for what is outside, no text, too large or not there. */
  read(folder: string, name: string): string | undefined {
    if (name.includes('\0')) return undefined
    const path = isAbsolute(name) ? name : join(folder === '' ? '.' : folder, name)
    if (!this.kept.has(path)) this.kept.set(path, this.readOnce(path))
    return this.kept.get(path)
  }

  private readOnce(path: string): string | undefined {
    const real = realPath(path)
    if (
      real === undefined ||
      !this.roots.some((root) => real.startsWith(root.endsWith(sep) ? root : root + sep))
    ) {
      return undefined
    }
    try {
      const stats = statSync(real)
      if (!stats.isFile() || stats.size > Math.min(fileBytes, this.left)) return undefined
      const bytes = readFileSync(real)
      if (bytes.length > this.left || bytes.includes(0) || !isUtf8(bytes)) return undefined
      this.left -= bytes.length
      const text = bytes.toString()
      this.sources.set(path, text)
      return text
    } catch {
      // It is gone or not to be read: what is made of it is not known, and the value says so.
      return undefined
    }
  }
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch {
    return undefined
  }
}
