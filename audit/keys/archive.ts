/** Files in one run of bytes: for each its name's length and its own, then both; names are relative and checked. */
import { AuditError } from '../log/errors.ts'

export interface ArchivedFile {
  /** Relative, its parts joined by `/`. */
  readonly name: string
  readonly content: Buffer
}

const headLength = 6
const namePattern = /^(?:[a-z0-9][A-Za-z0-9._~-]{0,199}\/){0,4}[a-z0-9][A-Za-z0-9._~-]{0,199}$/

/** Tells whether a file may stand in an archive: temporary files and hidden ones may not. */
export function isArchivable(name: string): boolean {
  return namePattern.test(name) && !/[.][0-9a-f]{12}$/.test(name)
}

export function packFiles(files: readonly ArchivedFile[]): Buffer {
  return Buffer.concat(
    files.flatMap(({ name, content }) => {
      const head = Buffer.alloc(headLength)
      head.writeUInt16BE(Buffer.byteLength(name), 0)
      head.writeUInt32BE(content.length, 2)
      return [head, Buffer.from(name), content]
    }),
  )
}

/** @throws AuditError AUDIT_BACKUP_CORRUPT */
export function unpackFiles(bytes: Buffer): ArchivedFile[] {
  const files: ArchivedFile[] = []
  for (let at = 0; at < bytes.length;) {
    const head = bytes.subarray(at, at + headLength)
    const nameEnd = at + headLength + (head.length === headLength ? head.readUInt16BE(0) : 0)
    const end = nameEnd + (head.length === headLength ? head.readUInt32BE(2) : 0)
    const name = bytes.subarray(at + headLength, nameEnd).toString()
    if (head.length < headLength || end > bytes.length || !isArchivable(name)) {
      throw new AuditError('AUDIT_BACKUP_CORRUPT', 'the archive does not unpack')
    }
    files.push({ name, content: Buffer.from(bytes.subarray(nameEnd, end)) })
    at = end
  }
  return files
}
