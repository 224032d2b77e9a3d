/** What the ledger is given. */
import { dirname, join } from 'node:path'
import {
  choice,
  environment,
  flag,
  integer,
  optionalText,
  optionalUrl,
  portOf,
  text,
  url,
} from '../lib/config.ts'
import { doorPlace, doorSettings } from './door-settings.ts'
import type { BackendName } from '../lib/custody-seal.ts'
import { backendOf, custodySettings } from '../lib/custody-settings.ts'

const sealedSettings = {
  /** Folder of the sealed logs; without it there are none, and then nothing else about them is read. */
  sealedDirectory: optionalText('CAMPANILE_SEALED_DIR'),
  /** Tenants that have a sealed log, by commas: all of them, so that having one says nothing. */
  sealedTenants: text('CAMPANILE_SEALED_TENANTS', ''),
  /** Public X25519 keys, PEM, of counsel and of whoever has to be present when they read. */
  sealedCounselFile: text('CAMPANILE_SEALED_COUNSEL_FILE', ''),
  sealedSecondFile: text('CAMPANILE_SEALED_SECOND_FILE', ''),
  /** Pause between two entries of a sealed log. */
  sealedMillis: integer('CAMPANILE_SEALED_MILLIS', { min: 100, max: 3_600_000, fallback: 300_000 }),
}

/** How many peers have to cosign; 0 for all but one. */
const peerQuorum = { peerQuorum: integer('CAMPANILE_PEERS_QUORUM', { min: 0, max: 30, fallback: 0 }) }

/** Reads the settings of `serve`. @throws ConfigError with every fault */
export function readServeSettings() {
  const databases = ['postgres:', 'postgresql:']
  const { home, tiles, ...settings } = environment({
    ...custodySettings,
    ...peerQuorum,
    ...doorSettings,
    databaseUrl: url('CAMPANILE_DATABASE_URL', databases),
    readDatabaseUrl: url('CAMPANILE_READ_DATABASE_URL', databases),
    /** True while the appliance runs on demo data; drills may then switch faults on. */
    demo: flag('CAMPANILE_DEMO'),
    keystore: text('CAMPANILE_KEYSTORE_DIR'),
    passphraseFile: text('CAMPANILE_PASSPHRASE_FILE'),
    hmacKeyFile: optionalText('CAMPANILE_HMAC_KEY_FILE'),
    /** First part of the origin of logs that do not exist yet: a name of this house, without a scheme. */
    origin: text('CAMPANILE_LOG_ORIGIN', 'campanile.local'),
    /** From one round of signing to the next. */
    checkpointMillis: integer('CAMPANILE_CHECKPOINT_MILLIS', { min: 100, max: 60_000, fallback: 1_000 }),
    /** Pause between two rounds in which the ledger derives its own logs again. */
    selfCheckMillis: integer('CAMPANILE_SELF_CHECK_MILLIS', {
      min: 100,
      max: 3_600_000,
      fallback: 120_000,
    }),
    /** Pause between two rounds in which entries whose period has passed are emptied. */
    retentionMillis: integer('CAMPANILE_RETENTION_MILLIS', {
      min: 100,
      max: 86_400_000,
      fallback: 3_600_000,
    }),
    /** How long a starting ledger waits for the one before it to go: longer than that may take to stop. */
    writerWaitMillis: integer('CAMPANILE_WRITER_WAIT_MILLIS', { min: 100, max: 60_000, fallback: 15_000 }),
    /** Pause between two rounds in which new checkpoints are anchored and cosigned. */
    anchorMillis: integer('CAMPANILE_ANCHOR_MILLIS', { min: 100, max: 3_600_000, fallback: 10_000 }),
    /** Trust policy (C2SP tlog-policy) with the witnesses to ask and their quorum; default from the cards of peers. */
    witnessPolicyFile: optionalText('CAMPANILE_WITNESS_POLICY_FILE'),
    /** Trust policy whose logs this appliance cosigns for; default from the cards; without any, it is no witness. */
    witnessedLogsFile: optionalText('CAMPANILE_WITNESSED_LOGS_FILE'),
    /** Time-stamping authority (RFC 3161) that dates the anchor checkpoint; without it nobody does. */
    tsaUrl: optionalUrl('CAMPANILE_TSA_URL', ['http:', 'https:']),
    home: optionalText('CAMPANILE_HOME'),
    /** Folder of the tiles; default `ledger/tiles` in the home, else beside the keystore. */
    tiles: optionalText('CAMPANILE_TILES_DIR'),
    ...sealedSettings,
    environment: choice('CAMPANILE_ENVIRONMENT', ['development', 'staging', 'production'], 'development'),
    otlpEndpoint: url('OTEL_EXPORTER_OTLP_ENDPOINT', ['http:', 'https:'], 'http://127.0.0.1:4318'),
  })
  const folder = join(home ?? dirname(settings.keystore), 'ledger')
  return {
    ...settings,
    ...backendOf(settings),
    place: doorPlace(settings),
    tilesFolder: tiles ?? join(folder, 'tiles'),
    anchorFolder: join(folder, 'anchor'),
    /** What this appliance cosigned for other logs. */
    witnessFolder: join(folder, 'witness'),
    peersFolder: join(folder, 'peers'),
  }
}

export type ServeSettings = ReturnType<typeof readServeSettings>

/** Reads the settings of the commands that change the keystore. @throws ConfigError with every fault */
export function readKeySettings() {
  const settings = environment({
    ...custodySettings,
    port: portOf('ledger'),
    directory: text('CAMPANILE_KEYSTORE_DIR'),
    passphraseFile: text('CAMPANILE_PASSPHRASE_FILE'),
    origin: text('CAMPANILE_LOG_ORIGIN', 'campanile.local'),
  })
  return { ...settings, ...backendOf(settings) }
}

/**
 * Reads where a keystore is to be moved.
 *
 * @param custody backend that is to open it
 * @param key replaces the key of KMS or of the token that the settings name
 * @throws ConfigError with everything the backend lacks
 */
export function readTargetBackend(custody: BackendName, key: string | undefined) {
  const settings = environment(custodySettings)
  const named = key === undefined ? {} : { kmsKeyId: key, pkcs11KeyId: key }
  return backendOf({ ...settings, ...named, custody }).backend
}

/** Reads the settings of the commands about peers. @throws ConfigError with every fault */
export function readPeerSettings() {
  const { home } = environment({ home: optionalText('CAMPANILE_HOME') })
  const settings = readKeySettings()
  return { ...settings, peersFolder: join(home ?? dirname(settings.directory), 'ledger', 'peers') }
}
