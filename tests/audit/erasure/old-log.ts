/** A ledger without a door, whose clock a test sets: entries of years ago, written as they would have been then. */
import { join } from 'node:path'
import { startSdk, type Pool, type Sdk } from '#sdk'
import { Appender } from '../../../audit/append/appender.ts'
import { CheckpointFiles, checkpointFolder } from '../../../audit/store/checkpoint-files.ts'
import { FileTiles } from '../../../audit/store/file-tiles.ts'
import { KeyRing } from '../../../audit/store/log-keys.ts'
import { LogTiles } from '../../../audit/store/log-tiles.ts'
import { Logs } from '../../../audit/store/logs.ts'
import { SignedNotes } from '../../../audit/store/signed-notes.ts'
import { takeWriterLock } from '../../../audit/store/writer-lock.ts'
import type { AuditEvent } from '../../../contracts/audit-event.ts'
import { openCustody } from '../../../lib/custody.ts'
import type { LedgerHome } from '../ledger-process.ts'

/** Appends events to the logs of a home as if it were another time; each call of the list is one batch. */
export async function appendAt(
  home: LedgerHome,
  now: number,
  batches: readonly (readonly AuditEvent[])[],
): Promise<void> {
  const sdk = startSdk({ service: 'ledger', environment: 'development', otlpEndpoint: 'http://127.0.0.1:9' })
  const url = home.database.url('ledger_append')
  const pool = sdk.pool({ url, max: 2 })
  const lock = await takeWriterLock({ url, waitMillis: 60_000 })
  const { logs, close } = await openLogs(home, pool)
  const appender = new Appender({
    pool,
    logs,
    epoch: lock.epoch,
    now: () => now,
    assertWriter: lock.assertHeld,
    onCommit: () => undefined,
    onGrown: () => undefined,
    onAppended: () => undefined,
    onSkewed: () => undefined,
    onDeferred: () => undefined,
    onUnindexed: () => undefined,
  })
  for (const events of batches) await appender.append(events)
  await appender.stop()
  await close()
  await end(sdk, pool)
  await lock.release()
}

async function openLogs({ folder }: LedgerHome, pool: Pool) {
  const directory = join(folder, 'keystore')
  const custody = await openCustody({ directory, passphraseFile: join(folder, 'passphrase') })
  const keyRing = new KeyRing({ custody, directory })
  const tiles = new LogTiles(new FileTiles(join(folder, 'ledger', 'tiles')))
  const notes = new SignedNotes(new CheckpointFiles(checkpointFolder(directory)), tiles)
  const originOf = (tenant: string) => `campanile.local/logs/${tenant}`
  return { logs: new Logs({ pool, keyRing, notes, originOf }), close: () => keyRing.close() }
}

async function end(sdk: Sdk, pool: Pool): Promise<void> {
  await pool.end()
  await sdk.shutdown()
}
