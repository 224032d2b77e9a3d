/**
 * Leaves as the database keeps them: their members packed, some 55 bytes each in place of 220. A leaf is written
 * from its members in one way only, so that the packed form stands for exactly the bytes the tree hashes; what does
 * not unpack to a leaf and back to the same bytes is refused.
 *
 * A byte for the version, then the names of the producers, then the leaves: each a byte of flags, the commitment, the
 * id, the producer's place in the list, the difference of its time to that of the leaf before, the difference of the
 * event's own time to that, and the producer's count where there is one. Numbers are LEB128, differences zigzag.
 */
import { splitBundle } from './bundle.ts'
import { AuditError } from './errors.ts'
import { encodeLeaf, type LeafParts } from './leaf.ts'
import { PackedReader, PackedWriter } from './packed.ts'

const version = 2
const hasSequence = 1
const isSynthetic = 2
const commitmentBytes = 32
const idBytes = 16

/**
 * Packs leaves.
 *
 * @param leaves commitments of 43 characters base64url, ids as lower-case UUIDs
 */
export function packLeaves(leaves: readonly LeafParts[]): Buffer {
  const producers = [...new Set(leaves.map(({ producer }) => producer))]
  const places = new Map(producers.map((name, place) => [name, place]))
  const writer = new PackedWriter(64 * leaves.length + 256)
  writer.byte(version)
  writer.count(producers.length)
  for (const name of producers) writer.text(name)
  let before = 0
  for (const leaf of leaves) {
    writer.byte((leaf.sequence === undefined ? 0 : hasSequence) | (leaf.synthetic === true ? isSynthetic : 0))
    writer.encoded(leaf.commitment, 'base64url', commitmentBytes)
    writer.encoded(leaf.id.replaceAll('-', ''), 'hex', idBytes)
    writer.count(places.get(leaf.producer) ?? 0)
    writer.difference(leaf.time - before)
    writer.difference(leaf.eventTime - leaf.time)
    if (leaf.sequence !== undefined) writer.count(leaf.sequence)
    before = leaf.time
  }
  return writer.bytes()
}

/**
 * Writes the leaves again: canonical JSON each, the bytes the tree hashes.
 *
 * @param packed attacker-controlled
 * @throws AuditError AUDIT_LOG_CORRUPT when they are no leaves, packed in the one way there is
 */
export function unpackLeaves(packed: Buffer): Buffer[] {
  // An entry bundle begins with a length below 256 in two bytes: so leaves were kept before they were packed.
  if (packed[0] === 0) return splitBundle(packed)
  const parts = readParts(new PackedReader(packed))
  if (!packLeaves(parts).equals(packed)) throw corrupt('leaves are packed in another way than they should be')
  return parts.map((leaf) => Buffer.from(encodeLeaf(leaf)))
}

function readParts(reader: PackedReader): LeafParts[] {
  if (reader.byte() !== version) throw corrupt('found leaves of another version')
  const producers: string[] = []
  for (let left = reader.count(); left > 0; left--) producers.push(reader.text())
  const leaves: LeafParts[] = []
  let time = 0
  while (!reader.isAtEnd) {
    const flags = reader.byte()
    const commitment = reader.encoded('base64url', commitmentBytes)
    const id = reader.encoded('hex', idBytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
    const producer = producers[reader.count()]
    time += reader.difference()
    const eventTime = time + reader.difference()
    const sequence = (flags & hasSequence) === 0 ? undefined : reader.count()
    if (producer === undefined || flags > (hasSequence | isSynthetic)) throw corrupt('found no leaf')
    leaves.push({
      commitment,
      eventTime,
      id,
      producer,
      ...(sequence === undefined ? {} : { sequence }),
      ...((flags & isSynthetic) === 0 ? {} : { synthetic: true }),
      time,
    })
  }
  return leaves
}

function corrupt(message: string): AuditError {
  return new AuditError('AUDIT_LOG_CORRUPT', message)
}
