/** A process that signs a log in memory, with keystore and tiles on a disk whose power can be cut. */
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import type { Pool } from '#sdk'
import { encodeVerifierKey, parseVerifierKey } from '../../../audit/log/note.ts'
import { Publisher } from '../../../audit/publish/publisher.ts'
import { CheckpointFiles, checkpointFolder } from '../../../audit/store/checkpoint-files.ts'
import { FileTiles } from '../../../audit/store/file-tiles.ts'
import { KeyRing } from '../../../audit/store/log-keys.ts'
import { LogTiles } from '../../../audit/store/log-tiles.ts'
import { Logs } from '../../../audit/store/logs.ts'
import { SignedNotes } from '../../../audit/store/signed-notes.ts'
import type { Custody } from '../../../lib/custody.ts'
import { mountPoint } from './cut-disk.ts'
import { origin } from './memory-log.ts'

export const keystore = `${mountPoint}/home/keystore`
export const tilesFolder = `${mountPoint}/home/ledger/tiles`
const { publicKey, privateKey } = generateKeyPairSync('ed25519')
export const vkey = parseVerifierKey(encodeVerifierKey(origin, publicKey))

const refuse = () => Promise.reject(new Error('nobody asks for it'))
const custody: Custody = {
  signingKeys: async () => [
    {
      publicKey,
      keyId: '0000000000000000',
      version: 1,
      state: 'active',
      sign: (bytes) => sign(null, bytes, privateKey),
    },
  ],
  secrets: async (_, length) => [{ version: 1, bytes: randomBytes(length) }],
  signingKey: refuse,
  secret: refuse,
  rsaKey: refuse,
}

export interface SigningProcess {
  readonly publisher: Publisher
  readonly logs: Logs
  readonly tiles: LogTiles
  readonly checkpoints: CheckpointFiles
  readonly notes: SignedNotes
  readonly failures: unknown[]
}

/** What was shown to the world: a size whose checkpoint was published. */
export interface Shown {
  size: number
}

/** Starts what signs, on the disk of this moment. */
export function startSigning(pool: Pool, shown: Shown): SigningProcess {
  const tiles = new LogTiles(new FileTiles(tilesFolder))
  const checkpoints = new CheckpointFiles(checkpointFolder(keystore))
  const notes = new SignedNotes(checkpoints, tiles)
  const keyRing = new KeyRing({ custody, directory: keystore })
  const logs = new Logs({ pool, keyRing, notes, originOf: () => origin })
  const failures: unknown[] = []
  const publisher = new Publisher({
    pool,
    logs,
    notes,
    tiles,
    indexed: () => Promise.resolve(),
    assertWriter: () => undefined,
    everyMillis: 1_000,
    onRead: () => undefined,
    onPublished: (_, size) => (shown.size = size),
    onFailed: (_, error) => failures.push(error),
    onRebuilding: () => undefined,
  })
  return { publisher, logs, tiles, checkpoints, notes, failures }
}
