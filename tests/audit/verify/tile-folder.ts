/** Logs as folders of tiles, made by hand. Nothing in them was ever a real event. */
import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { signCheckpoint } from '../../../audit/log/checkpoint.ts'
import { leafHash } from '../../../audit/log/hash.ts'
import { encodeLeaf } from '../../../audit/log/leaf.ts'
import { encodeVerifierKey } from '../../../audit/log/note.ts'
import { TileEdge, type Tile } from '../../../audit/log/tile-edge.ts'
import { tilePath } from '../../../audit/log/tile.ts'

const origin = 'house.example/logs/drill'
const { publicKey, privateKey } = generateKeyPairSync('ed25519')
const start = Date.parse('2026-09-01T08:00:00.000Z')

export interface LogShape {
  /** Writes bundles as a plain mirror has them. Default compressed, as the ledger keeps them. */
  readonly isPlain?: boolean
  /** Time of an entry; default one millisecond after the one before. */
  readonly timeOf?: (index: number) => number
}

/** A key made for this process, and what it signs. */
export const folderKey = encodeVerifierKey(origin, publicKey)

/** Signs a checkpoint as this process's log. */
export function signFolder(size: number, root: Buffer): string {
  const signer = { name: origin, publicKey, sign: (bytes: Uint8Array) => sign(null, bytes, privateKey) }
  return signCheckpoint({ origin, size, root }, signer)
}

/** Makes the text of an entry; the same for the same index. */
export function entryOf(index: number, timeOf: LogShape['timeOf'] = (at) => start + at): Buffer {
  const commitment = createHash('sha256').update(`entry ${index}`).digest('base64url')
  const id = `01990000-0000-7000-8000-${String(index).padStart(12, '0')}`
  const time = timeOf(index)
  return Buffer.from(
    encodeLeaf({ commitment, eventTime: time, id, producer: 'academics', sequence: index, time }),
  )
}

/** Writes a log of so many entries; answers its root. */
export function writeLog(folder: string, size: number, { isPlain = false, timeOf }: LogShape = {}): Buffer {
  const write = (tiles: readonly Tile[]) => {
    for (const { place, bytes } of tiles) {
      const path = join(folder, tilePath(place))
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, place.level === 'entries' && !isPlain ? gzipSync(bytes) : bytes)
    }
  }
  const edge = new TileEdge()
  for (let index = 0; index < size; index++) {
    const leaf = entryOf(index, timeOf)
    write(edge.add(leaf, leafHash(leaf)))
  }
  write(edge.partials())
  const root = edge.root()
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'checkpoint'), signFolder(size, root))
  return root
}
