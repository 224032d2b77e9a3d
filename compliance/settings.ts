/** What the scanner is given by its environment; `docs/compliance.md` lists the variables. */
import { join, relative, resolve } from 'node:path'
import { validate } from 'node-cron'
import { ServiceTokens } from '../contracts/service-token.ts'
import {
  choice,
  ConfigError,
  environment,
  home,
  integer,
  jsonFile,
  optionalKeyFile,
  optionalText,
  optionalUrl,
  portOf,
  secretFile,
  text,
  url,
  type Setting,
} from '../lib/config.ts'
import { ledgerDoorSettings } from '../lib/ledger-door.ts'
import { DoorsFile } from './doors-file.ts'
import { accountFaults, type AwsAccount } from './hub/account.ts'
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
    /** Role `compliance_history`; without it the history is the files of the newest scans alone. */
    historyUrl: optional(url('CAMPANILE_HISTORY_DATABASE_URL', ['postgres:', 'postgresql:'])),
    /** Prometheus of the house; without it no metrics are asked. Its token and authorities, where it wants them. */
    prometheusUrl: optionalUrl('CAMPANILE_PROMETHEUS_URL', ['http:', 'https:']),
    prometheusToken: optional(secretFile('CAMPANILE_PROMETHEUS_TOKEN_FILE')),
    prometheusCaFile: optionalText('CAMPANILE_PROMETHEUS_CA_FILE'),
    /** A role that may take on the application roles; without it nobody tries the row-level security. */
    probeUrl: optional(url('CAMPANILE_PROBE_DATABASE_URL', ['postgres:', 'postgresql:'])),
    /** What the doors may be asked beyond plain questions, and which others there are. */
    doorsFile: optional(jsonFile('CAMPANILE_SCAN_DOORS_FILE', DoorsFile)),
    ...ledgerDoorSettings,
    schedule,
    /** A scan of the schedule begins up to so much later, by chance: many houses ask the same cloud at three. */
    jitterSeconds: integer('CAMPANILE_SCAN_JITTER_SECONDS', { min: 0, max: 3_600, fallback: 300 }),
    paths,
    waivers: text('CAMPANILE_WAIVERS_FILE', waiversPath),
    /** Statements people signed; without it items that only people answer are outside of the scan. */
    attestations: optionalText('CAMPANILE_ATTESTATIONS_FILE'),
    /** Numbers to expect instead of the defaults of the controls. */
    parameters: optionalText('CAMPANILE_PARAMETERS_FILE'),
    /** Security Hub that is told of each scan; without them none is. Credentials come from the SDK's own chain. */
    hubAccount: optionalText('CAMPANILE_SECURITY_HUB_ACCOUNT'),
    hubRegion: optionalText('CAMPANILE_SECURITY_HUB_REGION'),
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
  const { hubAccount, hubRegion } = given
  return {
    ...given,
    securityHub: accountOf(hubAccount, hubRegion),
    state: join(given.home, 'compliance'),
    doors,
  }
}

/** Both or neither. @throws ConfigError when one is missing or wrong */
function accountOf(id: string | undefined, region: string | undefined): AwsAccount | undefined {
  if (id === undefined && region === undefined) return undefined
  const account = { id: id ?? '', region: region ?? '' }
  const faults = accountFaults(account, {
    source: 'environment',
    account: 'CAMPANILE_SECURITY_HUB_ACCOUNT',
    region: 'CAMPANILE_SECURITY_HUB_REGION',
  })
  if (faults.length > 0) throw new ConfigError(faults)
  return account
}

export type ServeSettings = ReturnType<typeof readServeSettings>
