/** Builds the demo traffic process: the loop, and a door with its health and metrics. */
import { startSdk } from '#sdk'
import Type from 'typebox'
import { roles, tenantPattern, type Role } from '../../../contracts/services.ts'
import { choice, type environment, jsonFile, portOf, url } from '../../../lib/config.ts'
import { closeDoor, createDoor, listen } from '../../../lib/http.ts'
import type { Running } from '../../../lib/lifecycle.ts'
import { demoSeed } from '../seed.ts'
import { drive } from './drive.ts'

/** The file of demo accounts, written at the appliance's first start and readable by its owner only. */
export const DemoAccounts = Type.Array(
  Type.Object({
    email: Type.String({ pattern: '^[^@\\s]+@[a-z0-9.-]+\\.example$' }),
    tenant: Type.String({ pattern: tenantPattern }),
    role: Type.Unsafe<Role>({ type: 'string', enum: roles }),
    password: Type.String({ minLength: 1 }),
  }),
  { minItems: 1, maxItems: 1_000 },
)

export const trafficSettings = {
  port: portOf('traffic'),
  gatewayPort: portOf('gateway'),
  accounts: jsonFile('CAMPANILE_DEMO_ACCOUNTS_FILE', DemoAccounts),
  environment: choice('CAMPANILE_ENVIRONMENT', ['development', 'staging', 'production'], 'development'),
  otlpEndpoint: url('OTEL_EXPORTER_OTLP_ENDPOINT', ['http:', 'https:'], 'http://127.0.0.1:4318'),
}

export type TrafficSettings = ReturnType<typeof environment<typeof trafficSettings>>

/** Starts the traffic; it ends with `close`. */
export async function startTraffic(
  settings: TrafficSettings,
  { pauseMillis }: { readonly pauseMillis?: number } = {},
): Promise<Running & { readonly port: number }> {
  const sdk = startSdk({
    service: 'traffic',
    environment: settings.environment,
    otlpEndpoint: settings.otlpEndpoint,
  })
  const onRejected: Parameters<typeof createDoor>[0]['onRejected'] = (code) =>
    sdk.counter('http_requests_rejected_total').inc({ service: 'traffic', code })
  const app = createDoor({ onRejected, scrape: () => sdk.scrape() })
  sdk.instrument(app)
  closeDoor(app)
  const door = await listen(app, { port: settings.port, onRejected })
  const stop = new AbortController()
  const done = drive({
    sdk,
    accounts: settings.accounts,
    gateway: `http://127.0.0.1:${settings.gatewayPort}`,
    seed: demoSeed,
    nowMillis: () => Date.now(),
    signal: stop.signal,
    ...(pauseMillis === undefined ? {} : { pauseMillis }),
  })
  sdk.log.info('demo traffic started', { count: settings.accounts.length })
  return {
    port: door.port,
    close: async () => {
      stop.abort()
      await done
      await door.close()
      await sdk.shutdown()
    },
  }
}
