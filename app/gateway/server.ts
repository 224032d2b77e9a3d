/** The gateway: sessions, limits, the way to the services, and the portal. */
import type { Pool, Sdk } from '#sdk'
import { randomBytes } from 'node:crypto'
import type { Express } from 'express'
import { tokenVerifier } from '../door/access-token.ts'
import { identifier } from '../door/authenticate.ts'
import type { ServiceSettings } from '../door/settings.ts'
import { databaseHealth, startService, type Service } from '../door/start-service.ts'
import { openCsrf } from './csrf.ts'
import { mergedDocument } from './docs.ts'
import { limits } from './domain/limits.ts'
import { securityHeaders } from './domain/security-headers.ts'
import { createBuckets } from './domain/token-bucket.ts'
import { keepHealth, type Health } from './health.ts'
import { bundlePortal } from './portal-bundle.ts'
import { addressBehind, networkOf, type IsTrustedProxy } from './proxies.ts'
import { openRevocations } from './revocations.ts'
import { mountAuth } from './routes/auth.ts'
import type { GatewayDoor } from './routes/door.ts'
import { limitClients, limitProbes } from './routes/limit.ts'
import { mountPortal } from './routes/portal.ts'
import { mountProxy } from './routes/proxy.ts'
import { openSigner, type Signer } from './signer.ts'
import type { SigningKeys } from './signing-keys.ts'
import { sessionStore } from './store/sessions.ts'
import { startSweep } from './sweep.ts'
import { openUpstream, type Target } from './upstream.ts'
import { usersClient } from './users-client.ts'

export interface GatewaySettings extends ServiceSettings {
  readonly usersPort: number
  readonly academicsPort: number
  readonly bookingPort: number
  readonly faroUrl: string
  readonly faroApiKey: string | undefined
  readonly isTrustedProxy: IsTrustedProxy
}

export interface GatewayOptions {
  readonly settings: GatewaySettings
  readonly keys: {
    readonly signing: SigningKeys
    readonly csrf: Uint8Array
  }
  /** Milliseconds since the epoch. Default the system clock. */
  readonly nowMillis?: () => number
}

/** Starts the gateway. */
export async function startGateway(options: GatewayOptions): Promise<Service> {
  const { settings, keys, nowMillis = Date.now } = options
  const [bundle, signer] = await Promise.all([bundlePortal(), openSigner(keys.signing, nowMillis)])
  const bases = basesOf(settings)
  let document: ReturnType<typeof mergedDocument>
  let health: Health | undefined
  return startService({
    service: 'gateway',
    settings,
    open: '*',
    document: () => document(),
    health: (parts) => (health ??= keepHealth(() => databaseHealth(parts), nowMillis))(),
    mount: async ({ app, sdk, pool }) => {
      document = mergedDocument(sdk, bases)
      const door = await buildDoor({ sdk, pool, signer, nowMillis }, options)
      mountHeaders(app, settings, door.secure)
      mountKeys(app, signer)
      app.use(['/health', '/metrics'], limitProbes(door))
      app.use('/api', limitClients(door))
      mountAuth(app, door)
      mountProxy(app, door)
      const { demo, environment, faroUrl, faroApiKey } = settings
      const faro = { url: faroUrl, ...(faroApiKey === undefined ? {} : { apiKey: faroApiKey }) }
      mountPortal(app, bundle, { demo, environment, faro })
      return startSweep(door)
    },
  })
}

function basesOf(settings: GatewaySettings): Record<Target, string> {
  const base = (port: number) => `http://127.0.0.1:${port}`
  return {
    users: base(settings.usersPort),
    academics: base(settings.academicsPort),
    booking: base(settings.bookingPort),
  }
}

interface DoorParts {
  readonly sdk: Sdk
  readonly pool: Pool
  readonly signer: Signer
  readonly nowMillis: () => number
}

async function buildDoor(parts: DoorParts, { settings, keys }: GatewayOptions): Promise<GatewayDoor> {
  const { sdk, pool, signer, nowMillis } = parts
  const bases = basesOf(settings)
  const sessions = sessionStore({
    pool,
    audit: sdk.audit,
    newSecret: () => randomBytes(32).toString('base64url'),
    synthetic: settings.demo,
  })
  const way = (target: Target) => {
    const pause = (millis: number) => new Promise<void>((resolve) => setTimeout(resolve, millis))
    const call = openUpstream({ sdk, target, nowMillis, random: Math.random, pause })
    return { call, base: bases[target] }
  }
  const upstreams = { users: way('users'), academics: way('academics'), booking: way('booking') }
  const verify = tokenVerifier({ keys: signer.keys, now: () => new Date(nowMillis()) })
  return {
    sdk,
    signer,
    sessions,
    upstreams,
    revocations: await openRevocations(sessions, nowMillis),
    users: usersClient(upstreams.users.call, bases.users, settings.token),
    csrf: openCsrf(keys.csrf),
    identify: identifier({ sdk, service: 'gateway', verify }),
    buckets: {
      client: createBuckets(limits.client),
      address: createBuckets(limits.address),
      email: createBuckets(limits.email),
      probe: createBuckets(limits.probe),
    },
    addressOf: clientAddress(settings.isTrustedProxy),
    secure: settings.environment !== 'development',
    nowMillis,
  }
}

function clientAddress(isTrusted: IsTrustedProxy): GatewayDoor['addressOf'] {
  return ({ socket, headers }) => {
    const peer = socket.remoteAddress ?? 'unknown'
    const forwarded = headers['x-forwarded-for']
    return networkOf(addressBehind({ peer, forwarded: forwarded?.toString(), isTrusted }))
  }
}

function mountHeaders(app: Express, { faroUrl }: GatewaySettings, secure: boolean): void {
  const headers = securityHeaders({ faroOrigin: new URL(faroUrl).origin, secure })
  app.use((_request, response, next) => {
    response.set(headers)
    next()
  })
}

function mountKeys(app: Express, { jwks }: Signer): void {
  app.get('/.well-known/jwks.json', (_request, response) => {
    response.set('cache-control', 'public, max-age=300').json(jwks())
  })
}
