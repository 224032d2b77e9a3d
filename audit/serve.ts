/** Puts the ledger together: writer's lock, telemetry, keys, two database roles, appender, publisher, door. */
import { readFile } from 'node:fs/promises'
import { startSdk, type Sdk } from '#sdk'
import { openCustody, refuseCrowdedToken, type Custody } from '../lib/custody.ts'
import { systemCodeOf } from '../lib/errors.ts'
import type { Health } from '../lib/http.ts'
import type { Running } from '../lib/lifecycle.ts'
import { ExportGuard } from './erasure/export-guard.ts'
import { openEraser } from './erasure/open-eraser.ts'
import { startRetention } from './erasure/start-retention.ts'
import { Appender } from './append/appender.ts'
import { startQuarantine } from './quarantine/start-quarantine.ts'
import type { Publisher } from './publish/publisher.ts'
import { lockKeystore } from './keys/keystore-lock.ts'
import { startSealed, type SealedLogs } from './sealed/start-sealed.ts'
import { startRecord } from './record/start-record.ts'
import type { ServeSettings } from './settings.ts'
import { startAnchor, type RunningAnchor } from './start-anchor.ts'
import { startPublisher, startSelfCheck } from './start-background.ts'
import { startDoor } from './start-door.ts'
import { startSearch } from './search/start-search.ts'
import { preparedStatements } from './store/append-batches.ts'
import { CheckpointFiles, checkpointFolder } from './store/checkpoint-files.ts'
import { FileTiles } from './store/file-tiles.ts'
import { KeyRing } from './store/log-keys.ts'
import { LogTiles } from './store/log-tiles.ts'
import { Logs } from './store/logs.ts'
import { Reader } from './store/reader.ts'
import type { EntryTokens } from './search/posting-pages.ts'
import { SignedNotes } from './store/signed-notes.ts'
import { SubjectReader } from './store/subject-reader.ts'
import { WalkReader } from './store/walk-reader.ts'
import { takeWriterLock } from './store/writer-lock.ts'

/**
 * Starts the ledger. It answers once no other process writes this database, its keystore is open and every log
 * has been held against what was signed; logs whose database contradicts that are refused.
 */
export async function startLedger(settings: ServeSettings): Promise<Running & { readonly port: number }> {
  const lock = await takeWriterLock({ url: settings.databaseUrl, waitMillis: settings.writerWaitMillis })
  const keystoreLock = await lockKeystore(settings.keystore, settings.writerWaitMillis)
  const sdk = await startTelemetry(settings)
  const stores = await openStores(sdk, settings)
  const { custody, pool, appendPool, readPool, notes, tiles, logs } = stores
  const { epoch, assertHeld } = lock
  const search = startSearch(sdk, { pool, readPool, logs })
  const onAppended = (page: EntryTokens) => {
    search.offer(page)
    publisher.noteGrown(page.tenant)
  }
  const writing = { pool, appendPool, logs, epoch, room: search.room }
  const appender = startAppender(sdk, { ...writing, assertWriter: assertHeld, onAppended })
  await appender.indexer.catchUpAll()
  const indexed = appender.indexer.settled.bind(appender.indexer)
  const reader = new Reader({ pool: readPool, tiles, indexed })
  const signing = { pool: stores.signingPool, logs, notes, tiles, indexed, assertWriter: assertHeld }
  const publisher = await startPublisher(sdk, { ...signing, everyMillis: settings.checkpointMillis })
  const anchoring = await startAnchor(sdk, { settings, custody, notes, assertWriter: assertHeld })
  const health = () => healthOf(reader, publisher, anchoring.trouble)
  const record = startRecord(sdk, { pool, readPool, logs, appender })
  const sealed = await openSealedLogs(custody, settings)
  const inTurn = record.registers.inTurn.bind(record.registers)
  const emptying = { pool, readPool, logs, appender, indexed, inTurn }
  const eraser = await openEraser({ ...emptying, keystore: settings.keystore })
  const guard = new ExportGuard(() => performance.now())
  const sign = publisher.signNow.bind(publisher)
  const retention = startRetention(sdk, { ...emptying, guard, sign, everyMillis: settings.retentionMillis })
  const subjects = new SubjectReader(readPool, tiles)
  const { anchor, witness } = anchoring
  const read = { reader, subjects, tiles, logs, search: search.store }
  const refusals = startQuarantine(sdk, { pool, logs, reader })
  const routes = { sdk, ...read, ...refusals, guard, appender, record, eraser, anchor, witness, health }
  const door = await startDoor({ settings, custody, sealed, routes })
  const walkReader = new WalkReader(readPool)
  const check = startSelfCheck(sdk, {
    logs,
    tiles,
    notes,
    reader: walkReader,
    everyMillis: settings.selfCheckMillis,
  })
  sdk.log.info('service started', { port: door.port })
  return {
    port: door.port,
    failed: sealed === undefined ? lock.lost : Promise.race([lock.lost, sealed.failed]),
    close: async () => {
      await door.close()
      // Whoever appends before the appender, and whoever reads what it wrote after it.
      const parts = [sealed, eraser, retention, record, search, anchoring, appender, check, publisher]
      for (const part of parts) await part?.stop()
      await publisher.publishAll()
      await stores.end()
      await keystoreLock.release()
      await lock.release()
      await sdk.shutdown()
    },
  }
}

/** Starts the sealed logs where there are any. */
async function openSealedLogs(custody: Custody, settings: ServeSettings): Promise<SealedLogs | undefined> {
  const { sealedDirectory: directory, sealedTenants, origin } = settings
  if (directory === undefined) return undefined
  return startSealed(custody, {
    directory,
    origin,
    tenants: sealedTenants.split(',').filter((tenant) => tenant !== ''),
    counselFile: settings.sealedCounselFile,
    secondFile: settings.sealedSecondFile,
    everyMillis: settings.sealedMillis,
  })
}

async function startTelemetry({ environment, otlpEndpoint, hmacKeyFile }: ServeSettings): Promise<Sdk> {
  const hmacKey = hmacKeyFile === undefined ? undefined : await readFile(hmacKeyFile, 'utf8')
  return startSdk({
    service: 'ledger',
    environment,
    otlpEndpoint,
    ...(hmacKey === undefined ? {} : { hmacKey: Buffer.from(hmacKey.trim(), 'hex') }),
  })
}

async function openStores(sdk: Sdk, settings: ServeSettings) {
  const { keystore, passphraseFile, databaseUrl, readDatabaseUrl, origin, tilesFolder } = settings
  const { backend } = settings
  const options = { directory: keystore, passphraseFile, ...(backend === undefined ? {} : { backend }) }
  await refuseCrowdedToken(options)
  const custody = await openCustody(options)
  const pool = sdk.pool({ url: databaseUrl, max: 4, prepared: preparedStatements })
  // One connection runs the commits one after the other, in the order they are sent in.
  const appendPool = sdk.pool({ url: databaseUrl, max: 1, prepared: preparedStatements })
  // Many logs are signed at once: no commit waits behind them.
  const signingPool = sdk.pool({ url: databaseUrl, max: 4 })
  const readPool = sdk.pool({ url: readDatabaseUrl, max: 6 })
  const keyRing = new KeyRing({ custody, directory: keystore })
  const tiles = new LogTiles(new FileTiles(tilesFolder))
  const notes = new SignedNotes(new CheckpointFiles(checkpointFolder(keystore)), tiles)
  const originOf = (tenant: string) => `${origin}/logs/${tenant}`
  const logs = new Logs({ pool, keyRing, notes, originOf })
  const end = async () => {
    await keyRing.close()
    await Promise.all([pool, appendPool, signingPool, readPool].map((each) => each.end()))
  }
  return { custody, pool, appendPool, signingPool, readPool, notes, tiles, logs, end }
}

type AppenderParts = Pick<
  ConstructorParameters<typeof Appender>[0],
  'pool' | 'appendPool' | 'logs' | 'epoch' | 'assertWriter' | 'onAppended' | 'room'
>

function startAppender(sdk: Sdk, parts: AppenderParts): Appender {
  const duration = sdk.histogram('ledger_append_duration_seconds')
  const size = sdk.gauge('ledger_entries')
  const skewed = sdk.counter('ledger_clock_skew_total')
  return new Appender({
    ...parts,
    now: () => Date.now(),
    onCommit: (seconds) => duration.observe({}, seconds),
    // Not left to the publisher: a log that grows while nothing is signed is what must be seen.
    onGrown: (tenant, entries) => size.set({ tenant }, entries),
    onSkewed: (producer) => skewed.inc({ producer }),
    onDeferred: (tenant, error) => {
      const reason = (systemCodeOf(error) ?? 'unknown').toLowerCase()
      sdk.log.warn('event refused', { tenant, outcome: 'retried', reason })
    },
    onUnindexed: (error) => sdk.log.warn('index lags', { error, ...reasonOf(error) }),
  })
}

function reasonOf(error: unknown): { readonly reason?: string } {
  const reason = systemCodeOf(error)?.toLowerCase()
  return reason === undefined ? {} : { reason }
}

async function healthOf(
  reader: Reader,
  publisher: Publisher,
  trouble: RunningAnchor['trouble'],
): Promise<Health> {
  const refused = [...publisher.refused].map(([tenant, code]) => `log ${tenant}: ${code}`)
  if (refused.length > 0) return refused.join(', ')
  try {
    await reader.isAlive()
  } catch {
    return 'the database does not answer'
  }
  // Logs are written and served without it: what is missing is that somebody else has seen them.
  const anchor = trouble()
  return anchor === undefined ? undefined : { degraded: `anchor: ${anchor}` }
}
