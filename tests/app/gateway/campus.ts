/** The gateway with its real services in this process, on a database of its own. */
import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto'
import { createLocalJWKSet, exportJWK } from 'jose'
import { startAcademics } from '../../../app/academics/start.ts'
import { startBooking } from '../../../app/booking/start.ts'
import { startGateway } from '../../../app/gateway/server.ts'
import { provision, type FirstAccount } from '../../../app/users/provision.ts'
import { startUsers } from '../../../app/users/server.ts'
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
  ['faculty', 'university-a', 'university_a'],
  ['staff', 'university-a', 'university_a'],
  ['registrar', 'university-a', 'university_a'],
  ['admin', 'university-a', 'university_a'],
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

/** Starts everything on ports the system chooses. */
export async function startCampus(): Promise<Campus> {
  const database = await (await sharedPostgres()).createDatabase()
  const key = newKey()
  const keys = createLocalJWKSet({
    keys: [{ ...(await exportJWK(key.publicKey)), kid: key.keyId, alg: 'RS256', use: 'sig' }],
  })
  const serviceToken = randomBytes(24).toString('base64url')
  const sha256 = createHash('sha256').update(serviceToken).digest('hex')
  const tokens: ServiceToken[] = [{ name: 'gateway', sha256, scopes: ['users:verify'], tenants: ['*'] }]
  const settings = (role: Parameters<TestDatabase['url']>[0]): ServiceSettings => ({
    port: 0,
    databaseUrl: database.url(role),
    token: serviceToken,
    demo: true,
    environment: 'development',
    // Nobody listens there: telemetry and audit wait, and the campus works.
    otlpEndpoint: 'http://127.0.0.1:9',
    gatewayPort: 9,
    ledgerPort: 9,
  })
  await provision({ settings: settings('users_app'), accounts: firstAccounts })
  const services = {
    users: await startUsers({ settings: settings('users_app'), tokens, keys }),
    academics: await startAcademics(settings('academics_app'), keys),
    booking: await startBooking(settings('booking_app'), { keys }),
  }
  let offset = 0
  const gateway = await startGateway({
    settings: {
      ...settings('gateway_app'),
      usersPort: services.users.port,
      academicsPort: services.academics.port,
      bookingPort: services.booking.port,
      faroUrl: 'http://127.0.0.1:9/collect',
      faroApiKey: undefined,
    },
    keys: { signing: [key], csrf: randomBytes(32) },
    nowMillis: () => Date.now() + offset,
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
      await database.drop()
    },
  }
}
