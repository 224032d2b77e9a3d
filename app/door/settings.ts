/** What every service of the app is given by its environment; `docs/architecture.md` lists the variables. */
import {
  choice,
  flag,
  jsonFile,
  optionalKeyFile,
  portOf,
  secretFile,
  text,
  url,
  type Setting,
} from '../../lib/config.ts'
import { ledgerDoorSettings, type LedgerDoorGiven } from '../../lib/ledger-door.ts'
import { ServiceTokens, type ServiceToken } from '../../contracts/service-token.ts'
import type { AppService } from './authenticate.ts'

const environments = ['development', 'staging', 'production'] as const
export type EnvironmentName = (typeof environments)[number]

export interface ServiceSettings extends LedgerDoorGiven {
  readonly port: number
  readonly databaseUrl: string
  /** Bearer token this service shows to the ledger and to other services. */
  readonly token: string
  /** True while the appliance runs on demo data. */
  readonly demo: boolean
  readonly environment: EnvironmentName
  readonly otlpEndpoint: string
  /** Key of the pseudonyms in telemetry, the same in every process of the house; without it join keys are dropped. */
  readonly hmacKey?: Uint8Array | undefined
  /** Service tokens that are accepted, such as those of drills. */
  readonly tokens?: readonly ServiceToken[] | undefined
  readonly gatewayPort: number
}

/** A service that accepts no token is given no list. */
const tokensFile: Setting<readonly ServiceToken[] | undefined> = {
  variable: 'CAMPANILE_TOKENS_FILE',
  read: (value) =>
    value === undefined ? undefined : jsonFile('CAMPANILE_TOKENS_FILE', ServiceTokens).read(value),
}

/** Declares the settings of a service for `environment()`. */
export function serviceSettings(service: AppService): {
  readonly [K in keyof ServiceSettings]-?: Setting<ServiceSettings[K]>
} {
  return {
    port: portOf(service),
    databaseUrl: text('CAMPANILE_DATABASE_URL'),
    token: secretFile('CAMPANILE_TOKEN_FILE'),
    demo: flag('CAMPANILE_DEMO'),
    environment: choice('CAMPANILE_ENVIRONMENT', environments, 'development'),
    otlpEndpoint: url('OTEL_EXPORTER_OTLP_ENDPOINT', ['http:', 'https:'], 'http://127.0.0.1:4318'),
    hmacKey: optionalKeyFile('CAMPANILE_HMAC_KEY_FILE'),
    tokens: tokensFile,
    gatewayPort: portOf('gateway'),
    ...ledgerDoorSettings,
  }
}
