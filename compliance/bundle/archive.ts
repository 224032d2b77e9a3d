/** A gzipped tar whose bytes follow from its entries alone: no time, no owner, the order they were given in. */
import { gunzipSync, gzipSync } from 'node:zlib'
import { packTar, unpackTar } from 'modern-tar'
import { ComplianceError } from '../errors.ts'

/** Most bytes a bundle may unfold to: whoever made it controls every one of them. */
const unpackedLimit = 512 * 2 ** 20
/** Byte of the header that names the system it was made on (RFC 1952 §2.3.1); 255 says nothing. */
const systemByte = 9

/** Packs entries. */
export async function pack(entries: ReadonlyMap<string, string>): Promise<Buffer> {
  const tar = await packTar(
    [...entries].map(([name, text]) => {
      const body = Buffer.from(text)
      return { header: { name, size: body.length, mode: 0o644, mtime: new Date(0), uid: 0, gid: 0 }, body }
    }),
  )
  const packed = gzipSync(tar, { level: 9 })
  packed.writeUInt8(255, systemByte)
  return packed
}

/** Unpacks entries. @throws ComplianceError BUNDLE_INVALID when it is no bundle or too large */
export async function unpack(bytes: Uint8Array): Promise<ReadonlyMap<string, string>> {
  try {
    const tar = gunzipSync(bytes, { maxOutputLength: unpackedLimit })
    const entries = await unpackTar(tar)
    const texts = new Map(
      entries.map(({ header, data }) => [header.name, Buffer.from(data ?? []).toString('utf8')] as const),
    )
    if (texts.size !== entries.length) throw new Error('a name stands twice')
    return texts
  } catch (cause) {
    throw new ComplianceError('BUNDLE_INVALID', 'expected a gzipped tar as bundle makes it', { cause })
  }
}
