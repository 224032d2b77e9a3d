/** Tells an archive from an export by its first bytes; a name says nothing. */
import { closeSync, openSync, readSync } from 'node:fs'

export type FileKind = 'gzip' | 'tar' | 'other'

/** Reads the first bytes of a file and says what it is. */
export function kindOfFile(path: string): FileKind {
  const head = Buffer.alloc(512)
  const file = openSync(path, 'r')
  try {
    readSync(file, head, 0, head.length, 0)
  } finally {
    closeSync(file)
  }
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip'
  return head.subarray(257, 262).toString('latin1') === 'ustar' ? 'tar' : 'other'
}
