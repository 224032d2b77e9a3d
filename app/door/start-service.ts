/** Builds a service of the app from its parts: telemetry, database, door, caller check, docs and audit relay. */
import { startSdk, type Sdk, type Pool } from '#sdk'
import type { Express, RequestHandler } from 'express'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FaultName } from '../../contracts/faults.ts'
import { closeDoor, createDoor, listen } from '../../lib/http.ts'
import type { FaultBoard, FaultChange } from '../../lib/faults.ts'
import { ledgerDoorOf } from '../../lib/ledger-door.ts'
import type { Running } from '../../lib/lifecycle.ts'
import { remoteKeys, tokenVerifier, type KeySource } from './access-token.ts'
import { authenticate, type AppService } from './authenticate.ts'
import { mountDocs } from './docs-page.ts'
import { faultsPath, serviceFaults } from './faults.ts'
import { openApi, type OpenApi, type Operation } from './openapi.ts'
import type { ServiceSettings } from './settings.ts'

/** What the routes of a service are built with. */
export interface ServiceParts {
  readonly app: Express
  readonly sdk: Sdk
  readonly pool: Pool
  readonly settings: ServiceSettings
  /** Which faults of `ServiceOptions.faults` are on; none ever is without demo data. */
  readonly faults: FaultBoard
}

export interface ServiceOptions {
  readonly service: AppService
  readonly settings: ServiceSettings
  /** Mounts the routes; what it returns is closed before the door's parts are. */
  readonly mount: (parts: ServiceParts) => Closing | undefined | void | Promise<Closing | undefined | void>
  /** Faults that drills may switch on in this service. */
  readonly faults?: readonly FaultName[]
  /** Told with the parts as a fault begins and as it ends. */
  readonly onFault?: (change: FaultChange, parts: ServiceParts) => void
  /** Paths answered without an access token, besides health, metrics and docs; `*` skips the check altogether. */
  readonly open?: readonly string[] | '*'
  /** Answers undefined when ready, else the reason. Default: the database answers. */
  readonly health?: (parts: ServiceParts) => Promise<string | undefined>
  /** What `/api/docs` describes. */
  readonly operations?: readonly Operation[]
  /** Where the keys of access tokens come from. Default the gateway's JWKS document. */
  readonly keys?: KeySource
  /** Replaces the document of `operations`, for a door that describes other services too. */
  readonly document?: () => Promise<OpenApi>
}

export interface Closing {
  readonly close: () => Promise<void>
}

export interface Service extends Running {
  readonly port: number
}

const isAlive = readFileSync(join(import.meta.dirname, 'store/is-alive.sql'), 'utf8')

/** Paths that every service answers to anybody on the loopback. */
const openPaths = ['/health', '/metrics', faultsPath, '/api/docs', '/api/docs/openapi.json']

/** Starts a service: it listens, and its relay hands audit events to the ledger, until `close`. */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { service, settings } = options
  const { environment, otlpEndpoint, hmacKey } = settings
  const ledger = ledgerDoorOf(settings)
  const sdk = startSdk({
    service,
    environment,
    otlpEndpoint,
    tls: ledger.tls,
    ...(hmacKey === undefined ? {} : { hmacKey }),
  })
  const pool = sdk.pool({ url: settings.databaseUrl })
  const onRejected: DoorRejected = (code) =>
    sdk.counter('http_requests_rejected_total').inc({ service, code })
  const parts = openParts(options, { sdk, pool, onRejected })
  if (options.open !== '*') parts.app.use(checkCaller(options, sdk))
  const mounted = await options.mount(parts)
  mountDocs(parts.app, options.document ?? (() => openApi(service, options.operations ?? [])))
  closeDoor(parts.app)
  const relay = sdk.audit.startRelay({
    pool,
    ledgerUrl: ledger.url,
    token: settings.token,
  })
  const door = await listen(parts.app, { port: settings.port, onRejected })
  sdk.log.info('service started', { port: door.port })
  return {
    port: door.port,
    close: async () => {
      await door.close()
      parts.faults.switchAllOff()
      await mounted?.close()
      await relay.stop()
      await pool.end()
      await sdk.shutdown()
    },
  }
}

type DoorRejected = Parameters<typeof createDoor>[0]['onRejected']

function openParts(
  options: ServiceOptions,
  { sdk, pool, onRejected }: Pick<ServiceParts, 'sdk' | 'pool'> & { readonly onRejected: DoorRejected },
): ServiceParts {
  const { service, health = databaseHealth, settings, faults = [], onFault } = options
  const app = createDoor({
    onRejected,
    onDefect: (error) => sdk.log.error('request failed', { error }),
    health: () => health(parts),
    scrape: () => sdk.scrape(),
    traceId: () => sdk.traceId(),
  })
  sdk.instrument(app)
  app.use(nameTrace(sdk))
  const onChange = (change: FaultChange) => onFault?.(change, parts)
  const board = serviceFaults(app, { sdk, service, faults, settings, onChange })
  const parts: ServiceParts = { app, sdk, pool, settings, faults: board }
  return parts
}

/** Puts the trace id on every answer, refused ones too, so that whoever asks for help can quote it. */
function nameTrace(sdk: Pick<Sdk, 'traceId'>): RequestHandler {
  return (_request, response, next) => {
    const traceId = sdk.traceId()
    if (traceId !== undefined) response.setHeader('trace-id', traceId)
    next()
  }
}

function checkCaller({ service, settings, open = [], ...rest }: ServiceOptions, sdk: Sdk): RequestHandler {
  const jwks = `http://127.0.0.1:${settings.gatewayPort}/.well-known/jwks.json`
  const keys = rest.keys ?? remoteKeys({ url: jwks })
  const check = authenticate({ sdk, service, verify: tokenVerifier({ keys }) })
  const free = new Set(open === '*' ? openPaths : openPaths.concat(open))
  return (request, response, next) => {
    if (free.has(request.path)) next()
    else check(request, response, next)
  }
}

/** Asks the database whether it answers: the health of a service that says nothing else. */
export async function databaseHealth({ pool }: Pick<ServiceParts, 'pool'>): Promise<string | undefined> {
  try {
    await pool.transaction((tx) => tx.query(isAlive, []))
    return undefined
  } catch {
    return 'the database does not answer'
  }
}
