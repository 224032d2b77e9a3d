/** Identifiers that follow from names, for formats that want UUIDs. */
import { createHash } from 'node:crypto'

/** Namespace of our identifiers (RFC 9562 §5.5); drawn once. */
const namespace = Buffer.from('3d2f0c7e5b9a4c1888d1e6a7f4905b62', 'hex')

/** Derives a UUID of version 5 from a name: OSCAL knows versions 4 and 5 only. */
export function identifierOf(...names: readonly string[]): string {
  // SHA-1 is what version 5 is made of; nothing rests on it.
  const bytes = createHash('sha1').update(namespace).update(names.join('\n')).digest().subarray(0, 16)
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
