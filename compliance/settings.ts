/** What the scanner is given by its environment; `docs/compliance.md` lists the variables. */
import { join, relative, resolve } from 'node:path'
import { validate } from 'node-cron'
import { ServiceTokens } from '../contracts/service-token.ts'
import {
  choice,
  environment,
  home,
  integer,
  jsonFile,
  optionalKeyFile,
  portOf,
  secretFile,
  text,
  url,
  type Setting,
} from '../lib/config.ts'
import { ledgerDoorSettings } from '../lib/ledger-door.ts'
import { scannedDoors, type ScannedDoor } from './live-sources.ts'
import { waiversPath } from './waivers.ts'

const checkout = join(import.meta.dirname, '..')

/** Makes a setting that may be absent of one that may not. */
function optional<T>({ variable, read }: Setting<T>): Setting<T | undefined> {
  return { variable, read: (value) => (value === undefined ? undefined : read(value)) }
}

/** When scans run, in the five or six fields of cron; times are UTC. */
const schedule: Setting<string> = {
  variable: 'CAMPANILE_SCAN_SCHEDULE',
  read: (value = '0 3 * * *') => {
    if (validate(value)) return value
    throw new Error(`a cron expression, found ${JSON.stringify(value.slice(0, 80))}`)
  },
}

/** Folders and files to scan, divided by colons. */
const paths: Setting<readonly string[]> = {
  variable: 'CAMPANILE_SCAN_PATHS',
  read: (value) => (value === undefined ? [join(checkout, 'compose')] : value.split(':')).map(shortPath),
}

/** As people would write it here: what a report says must not change with the place of the checkout. */
function shortPath(path: string): string {
  const short = relative('', resolve(path))
  return short === '' || short.startsWith('..') ? resolve(path) : short
}

/** Reads the settings of `serve`. @throws ConfigError with every fault */
export function readServeSettings() {
  const given = environment({
    port: portOf('compliance'),
    home,
    environment: choice('CAMPANILE_ENVIRONMENT', ['development', 'staging', 'production'], 'development'),
    otlpEndpoint: url('OTEL_EXPORTER_OTLP_ENDPOINT', ['http:', 'https:'], 'http://127.0.0.1:4318'),
    hmacKey: optionalKeyFile('CAMPANILE_HMAC_KEY_FILE'),
    /** Shown to the ledger. */
    token: secretFile('CAMPANILE_TOKEN_FILE'),
    tokens: jsonFile('CAMPANILE_TOKENS_FILE', ServiceTokens),
    /** Role `compliance_read`; without it no database is looked at. */
    databaseUrl: optional(url('CAMPANILE_DATABASE_URL', ['postgres:', 'postgresql:'])),
    ...ledgerDoorSettings,
    schedule,
    paths,
    waivers: text('CAMPANILE_WAIVERS_FILE', waiversPath),
    /** How long the first scan waits for the doors of the house. */
    doorWaitSeconds: integer('CAMPANILE_SCAN_DOOR_WAIT_SECONDS', { min: 0, max: 600, fallback: 60 }),
  })
  const doors = environment(
    // Every name of the list becomes a key.
    Object.fromEntries(scannedDoors.map((name) => [name, portOf(name)])) as Record<
      ScannedDoor,
      Setting<number>
    >,
  )
  return { ...given, state: join(given.home, 'compliance'), doors }
}

export type ServeSettings = ReturnType<typeof readServeSettings>
