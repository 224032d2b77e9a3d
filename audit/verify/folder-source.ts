/** A log as a folder of files: as the ledger keeps it, or any mirror of tlog-tiles. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { systemCodeOf } from '../../lib/errors.ts'
import { AuditError } from '../log/errors.ts'
import type { LogSource } from './log-source.ts'

export class FolderSource implements LogSource {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  // Without waiting: half a million small files cost more by way of the thread pool than by reading them here.
  read(path: string, maxBytes: number): Buffer | undefined {
    let file: number
    try {
      file = openSync(join(this.#folder, path), 'r')
    } catch (error) {
      const code = systemCodeOf(error)
      if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
      throw failed(path, error)
    }
    try {
      return readWhole(file, path, maxBytes)
    } finally {
      closeSync(file)
    }
  }
}

function readWhole(file: number, path: string, maxBytes: number): Buffer {
  const stats = fstatSync(file)
  if (!stats.isFile() || stats.size > maxBytes) {
    throw failed(path, new Error(`found ${stats.size} bytes, expected a file of at most ${maxBytes}`))
  }
  const bytes = Buffer.allocUnsafe(stats.size)
  let at = 0
  while (at < bytes.length) {
    const read = readSync(file, bytes, at, bytes.length - at, null)
    if (read === 0) break
    at += read
  }
  return bytes.subarray(0, at)
}

function failed(path: string, cause: unknown): AuditError {
  const why = cause instanceof Error ? cause.message : String(cause)
  return new AuditError('AUDIT_SOURCE_FAILED', `cannot read ${path}: ${why}`, { cause })
}
