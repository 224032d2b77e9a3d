/** What the console is given by its environment; `docs/console.md` lists the variables. */
import { join, resolve } from 'node:path'
import type { PortName } from '../contracts/ports.ts'
import { ServiceTokens, type ServiceToken } from '../contracts/service-token.ts'
import {
  choice,
  home,
  jsonFile,
  optionalKeyFile,
  portOf,
  secretFile,
  text,
  url,
  type Setting,
} from '../lib/config.ts'
import { FirstConsoleAccounts } from './accounts/accounts.ts'

const environments = ['development', 'staging', 'production'] as const

export interface ConsoleSettings {
  readonly port: number
  /** Folder of accounts and incidents. */
  readonly state: string
  readonly environment: (typeof environments)[number]
  readonly otlpEndpoint: string
  readonly hmacKey: Uint8Array | undefined
  readonly firstAccounts: FirstConsoleAccounts
  readonly inboxKey: string
  /** True when PagerDuty receives the same events. */
  readonly hasPagerDuty: boolean
  /** Bearer token for ledger and scanner; without it those pages say so. */
  readonly token: string | undefined
  /** Tokens that may read incidents. */
  readonly tokens: readonly ServiceToken[]
  readonly dashboards: string
  readonly runbooks: string
  readonly ports: Readonly<Record<PortName, number>>
}

/** Makes a setting that may be absent of one that may not. */
function optional<T>({ variable, read }: Setting<T>): Setting<T | undefined> {
  return { variable, read: (value) => (value === undefined ? undefined : read(value)) }
}

/** A folder, whether it is there or not: what is missing then shows as empty. */
function folder(variable: string, fallback: string): Setting<string> {
  const base = text(variable, fallback)
  return { variable, read: (value) => resolve(base.read(value)) }
}

const routingKey: Setting<string> = {
  variable: 'CAMPANILE_INBOX_KEY_FILE',
  read: (value) => {
    const key = secretFile('CAMPANILE_INBOX_KEY_FILE').read(value)
    if (key.length !== 32) throw new Error(`a file with 32 characters, found ${key.length}`)
    return key
  },
}

const checkout = join(import.meta.dirname, '..')

/** Declares the settings for `environment()`. */
export const consoleSettings = {
  home,
  environment: choice('CAMPANILE_ENVIRONMENT', environments, 'development'),
  otlpEndpoint: url('OTEL_EXPORTER_OTLP_ENDPOINT', ['http:', 'https:'], 'http://127.0.0.1:4318'),
  hmacKey: optionalKeyFile('CAMPANILE_HMAC_KEY_FILE'),
  firstAccounts: optional(jsonFile('CAMPANILE_CONSOLE_ACCOUNTS_FILE', FirstConsoleAccounts)),
  inboxKey: routingKey,
  pagerDutyKey: optional(secretFile('CAMPANILE_PAGERDUTY_KEY_FILE')),
  token: optional(secretFile('CAMPANILE_TOKEN_FILE')),
  tokens: optional(jsonFile('CAMPANILE_TOKENS_FILE', ServiceTokens)),
  dashboards: folder('CAMPANILE_DASHBOARDS_DIR', join(checkout, 'compose/generated/dashboards/v1')),
  runbooks: folder('CAMPANILE_RUNBOOKS_DIR', join(checkout, 'docs/runbooks')),
} as const

/** Declares the port of every door the console knows. */
export function portSettings(names: readonly PortName[]): Readonly<Record<PortName, Setting<number>>> {
  // Every name of the list becomes a key, and the list is that of the ports.
  return Object.fromEntries(names.map((name) => [name, portOf(name)])) as Record<PortName, Setting<number>>
}
