/** The gateway with its real services in this process, on a database of its own. */
import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto'
import { createLocalJWKSet, exportJWK } from 'jose'
import { startAcademics } from '../../../app/academics/start.ts'
import { startBooking } from '../../../app/booking/start.ts'
import { startGateway } from '../../../app/gateway/server.ts'
import { provision, type FirstAccount } from '../../../app/users/provision.ts'
import { startUsers } from '../../../app/users/server.ts'
import type { AppService } from '../../../app/door/authenticate.ts'
import type { ServiceSettings } from '../../../app/door/settings.ts'
import type { ServiceToken } from '../../../contracts/service-token.ts'
import type { Role } from '../../../contracts/services.ts'
import { sharedPostgres, type TestDatabase } from '../../support/postgres.ts'

export const password = 'a password for tests only'

export interface Campus {
  readonly database: TestDatabase
  /** Addresses without a slash at the end. */
  readonly urls: Readonly<Record<'gateway' | 'users' | 'academics' | 'booking', string>>
  readonly serviceToken: string
  readonly keyId: string
  readonly privateKey: ReturnType<typeof newKey>['privateKey']
  readonly publicKey: ReturnType<typeof newKey>['publicKey']
  /** Moves the clock of gateway and breaker. */
  readonly advance: (millis: number) => void
  readonly stopService: (name: 'users' | 'academics' | 'booking') => Promise<void>
  readonly stop: () => Promise<void>
}

const people: readonly (readonly [Role, string, string])[] = [
  ['student', 'university-a', 'university_a'],
  ['parent', 'university-a', 'university_a'],
  ['faculty', 'university-a', 'university_a'],
  ['staff', 'university-a', 'university_a'],
  ['registrar', 'university-a', 'university_a'],
  ['admin', 'university-a', 'university_a'],
  ['auditor', 'university-a', 'university_a'],
  ['registrar', 'university-b', 'university_b'],
  ['student', 'university-b', 'university_b'],
]

/** The accounts every campus of the tests has. */
export const firstAccounts: readonly FirstAccount[] = people.map(([role, domain, tenant]) => ({
  email: `${role}@${domain}.example`,
  tenant,
  role,
  password,
}))

export function newKey() {
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return { ...pair, keyId: randomBytes(8).toString('hex') }
}

/** What a test may have beside the campus. Where nothing is given, nobody listens and the campus works. */
export interface CampusOptions {
  /** A running ledger, the tokens it accepts, and the database it shares with the campus. */
  readonly ledger?: {
    readonly port: number
    readonly tokens: Readonly<Record<AppService, string>>
    readonly database: TestDatabase
  }
  /** Where pages send their telemetry. */
  readonly faro?: { readonly url: string; readonly apiKey: string }
  /** Default one the system chooses. */
  readonly gatewayPort?: number
  /** Time of the gateway before `advance`. Default the system's. */
  readonly clock?: () => number
  /** Default none is. */
  readonly isTrustedProxy?: (address: string) => boolean
}

/** Starts everything on ports the system chooses. */
export async function startCampus(options: CampusOptions = {}): Promise<Campus> {
  const { ledger, faro, gatewayPort = 0, clock = Date.now, isTrustedProxy = () => false } = options
  const database = ledger?.database ?? (await (await sharedPostgres()).createDatabase())
  const key = newKey()
  const keys = createLocalJWKSet({
    keys: [{ ...(await exportJWK(key.publicKey)), kid: key.keyId, alg: 'RS256', use: 'sig' }],
  })
  const serviceToken = ledger?.tokens.gateway ?? randomBytes(24).toString('base64url')
  const sha256 = createHash('sha256').update(serviceToken).digest('hex')
  const tokens: ServiceToken[] = [{ name: 'gateway', sha256, scopes: ['users:verify'], tenants: ['*'] }]
  const settings = (service: AppService): ServiceSettings => ({
    port: 0,
    databaseUrl: database.url(`${service}_app`),
    token: ledger?.tokens[service] ?? serviceToken,
    demo: true,
    environment: 'development',
    // Nobody listens there: telemetry and audit wait, and the campus works.
    otlpEndpoint: 'http://127.0.0.1:9',
    gatewayPort: 9,
    ledgerPort: ledger?.port ?? 9,
  })
  await provision({ settings: settings('users'), accounts: firstAccounts })
  const services = {
    users: await startUsers({ settings: settings('users'), tokens, keys }),
    academics: await startAcademics(settings('academics'), keys),
    booking: await startBooking(settings('booking'), { keys }),
  }
  let offset = 0
  const gateway = await startGateway({
    settings: {
      ...settings('gateway'),
      port: gatewayPort,
      usersPort: services.users.port,
      academicsPort: services.academics.port,
      bookingPort: services.booking.port,
      faroUrl: faro?.url ?? 'http://127.0.0.1:9/collect',
      faroApiKey: faro?.apiKey,
      isTrustedProxy,
    },
    keys: { signing: async () => [key], csrf: randomBytes(32) },
    nowMillis: () => clock() + offset,
  })
  const url = (port: number) => `http://127.0.0.1:${port}`
  const stopped = new Set<string>()
  const stopService = async (name: keyof typeof services) => {
    if (stopped.has(name)) return
    stopped.add(name)
    await services[name].close()
  }
  return {
    database,
    serviceToken,
    ...key,
    urls: {
      gateway: url(gateway.port),
      users: url(services.users.port),
      academics: url(services.academics.port),
      booking: url(services.booking.port),
    },
    advance: (millis) => void (offset += millis),
    stopService,
    stop: async () => {
      await gateway.close()
      for (const name of ['users', 'academics', 'booking'] as const) await stopService(name)
      if (ledger === undefined) await database.drop()
    },
  }
}
