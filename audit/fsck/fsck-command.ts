/**
 * `fsck`: derives every log again from database and files, read-only, beside the running ledger or without it. It
 * says what it looked at; what it could not read is a failure, never a pass.
 */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { startSdk } from '#sdk'
import { environment, optionalText, text, url } from '../../lib/config.ts'
import { openCustody } from '../../lib/custody.ts'
import { backendOf, custodySettings } from '../../lib/custody-settings.ts'
import { AuditError } from '../log/errors.ts'
import { CheckpointFiles, checkpointFolder } from '../store/checkpoint-files.ts'
import { FileTiles } from '../store/file-tiles.ts'
import { KeyRing } from '../store/log-keys.ts'
import { LogTiles } from '../store/log-tiles.ts'
import { Logs } from '../store/logs.ts'
import { SignedNotes } from '../store/signed-notes.ts'
import { WalkReader } from '../store/walk-reader.ts'
import { checkLog, describeUnread, type LogFinding, type LogReport } from './check-log.ts'

/** Reads the settings of `fsck`, those of `serve` that it needs. @throws ConfigError with every fault */
export function readFsckSettings() {
  const { home, tiles, ...settings } = environment({
    ...custodySettings,
    readDatabaseUrl: url('CAMPANILE_READ_DATABASE_URL', ['postgres:', 'postgresql:']),
    keystore: text('CAMPANILE_KEYSTORE_DIR'),
    passphraseFile: text('CAMPANILE_PASSPHRASE_FILE'),
    origin: text('CAMPANILE_LOG_ORIGIN', 'campanile.local'),
    home: optionalText('CAMPANILE_HOME'),
    tiles: optionalText('CAMPANILE_TILES_DIR'),
    otlpEndpoint: url('OTEL_EXPORTER_OTLP_ENDPOINT', ['http:', 'https:'], 'http://127.0.0.1:4318'),
  })
  const folder = join(home ?? dirname(settings.keystore), 'ledger')
  return { ...settings, ...backendOf(settings), tilesFolder: tiles ?? join(folder, 'tiles') }
}

type FsckSettings = ReturnType<typeof readFsckSettings>

/**
 * Checks every log, or one, and tells about each as soon as it is done.
 *
 * @returns true when nothing was found and everything was read
 * @throws AuditError AUDIT_KEY_LOST when there is no keystore: none is made
 */
export async function checkAll(
  settings: FsckSettings,
  tenant: string | undefined,
  print: (line: string) => void,
): Promise<boolean> {
  const { keystore: directory, tilesFolder } = settings
  // Opening custody makes what is missing; here nothing may be made.
  if (!existsSync(directory)) throw new AuditError('AUDIT_KEY_LOST', `found no keystore at ${directory}`)
  const { otlpEndpoint } = settings
  const sdk = startSdk({ service: 'ledger', environment: 'check', otlpEndpoint, logLevel: 'error' })
  const pool = sdk.pool({ url: settings.readDatabaseUrl, max: 2 })
  const keyRing = new KeyRing({ custody: await openCustody({ ...settings, directory }), directory })
  const tiles = new LogTiles(new FileTiles(tilesFolder))
  const notes = new SignedNotes(new CheckpointFiles(checkpointFolder(directory)), tiles)
  const logs = new Logs({ pool, keyRing, notes, originOf: (name) => `${settings.origin}/logs/${name}` })
  try {
    const known = await logs.list()
    if (tenant !== undefined && !known.includes(tenant)) {
      throw new AuditError('AUDIT_SOURCE_FAILED', 'found no log of this tenant')
    }
    const parts = { logs, notes, tiles, tilesFolder, reader: new WalkReader(pool) }
    return await checkEach(tenant === undefined ? known : [tenant], print, (name) => checkLog(name, parts))
  } finally {
    await keyRing.close()
    await pool.end()
    await sdk.shutdown()
  }
}

async function checkEach(
  tenants: readonly string[],
  print: (line: string) => void,
  check: (tenant: string) => Promise<LogReport>,
): Promise<boolean> {
  const sum = { logs: 0, entries: 0, files: 0, findings: 0, unread: 0 }
  for (const tenant of tenants) {
    sum.logs++
    try {
      const report = await check(tenant)
      sum.entries += report.entries
      sum.files += report.files
      sum.findings += report.findings.length
      describeLog(report).forEach(print)
    } catch (error) {
      sum.unread++
      print(`${tenant}: COULD NOT BE READ: ${describeUnread(error)}`)
    }
  }
  const { logs, entries, files, findings, unread } = sum
  print(
    `${logs} logs, ${entries} entries, ${files} tiles and bundles looked at; ${findings} findings, ${unread} logs not read`,
  )
  return findings + unread === 0
}

function describeLog({ tenant, entries, files, signed, findings }: LogReport): string[] {
  const size = signed === undefined ? 'nothing signed yet' : `signed size ${signed}`
  return [
    `${tenant}: ${size}, ${entries} entries derived from the database, ${files} tiles and bundles from the files`,
    ...findings.map((finding) => `${tenant}: FOUND ${describeFinding(finding)}`),
  ]
}

function describeFinding({ code, from, before, detail }: LogFinding): string {
  if (from === undefined || before === undefined) return `${code}: ${detail}`
  return before <= from + 1
    ? `${code} at entry ${from}: ${detail}`
    : `${code} in entries ${from} to ${before - 1}: ${detail}`
}
