/** Puts the eraser together and does again what was erased before, as a restored backup needs it. */
import type { Pool } from '#sdk'
import type { Appender } from '../append/appender.ts'
import type { Logs } from '../store/logs.ts'
import { QuarantineStore } from '../store/quarantine/quarantine-store.ts'
import { RegisterStore } from '../store/record/register-store.ts'
import { SideEraser } from '../store/side-eraser.ts'
import { WalkReader } from '../store/walk-reader.ts'
import { ExpiredReader } from './expired-reader.ts'
import { Eraser, type EraserOptions } from './eraser.ts'
import { tombstoneFolder, TombstoneFiles } from './tombstone-files.ts'

export interface EraserParts {
  /** Of the role that writes. */
  readonly pool: Pool
  readonly readPool: Pool
  readonly logs: Logs
  readonly appender: Appender
  readonly keystore: string
  readonly inTurn: EraserOptions['inTurn']
  readonly indexed: EraserOptions['indexed']
}

/** Resolves once every tombstone holds; the door opens after it. */
export async function openEraser({ keystore, readPool, ...parts }: EraserParts): Promise<Eraser> {
  const eraser = new Eraser({
    ...parts,
    registers: new RegisterStore(parts.pool),
    entries: new ExpiredReader({ pool: readPool, walk: new WalkReader(readPool), indexed: parts.indexed }),
    side: new SideEraser(parts.pool),
    quarantined: new QuarantineStore(parts.pool),
    tombstones: new TombstoneFiles(tombstoneFolder(keystore)),
    retryMillis: 5_000,
    now: () => Date.now(),
  })
  await eraser.reapply()
  return eraser
}
