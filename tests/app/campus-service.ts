/** What a service under test is given: settings of a test database, and a gateway of its own that signs tokens. */
import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { createLocalJWKSet, exportJWK, SignJWT } from 'jose'
import type { Role } from '../../contracts/services.ts'
import type { KeySource } from '../../app/door/access-token.ts'
import type { ServiceSettings } from '../../app/door/settings.ts'

export interface TokenGateway {
  readonly keys: KeySource
  /** Signs an access token as the gateway would. */
  readonly token: (caller: { tenant: string; account: string; role: Role }) => Promise<string>
}

/** Makes a key pair and the key set that verifies it. */
export async function tokenGateway(): Promise<TokenGateway> {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const jwk = { ...(await exportJWK(publicKey)), kid: 'test', alg: 'RS256', use: 'sig' }
  return {
    keys: createLocalJWKSet({ keys: [jwk] }),
    token: ({ tenant, account, role }) =>
      new SignJWT({ tenant, role, sid: randomUUID() })
        .setProtectedHeader({ alg: 'RS256', kid: 'test' })
        .setIssuer('campanile')
        .setAudience('campus')
        .setSubject(account)
        .setIssuedAt()
        .setExpirationTime('5m')
        .sign(privateKey),
  }
}

/** Settings of a service on a test database; the ledger is away unless a port is given. */
export function testSettings(databaseUrl: string, ledgerPort = 9): ServiceSettings {
  return {
    port: 0,
    databaseUrl,
    token: 'a-service-token-for-tests',
    demo: true,
    environment: 'development',
    // Nothing listens on the discard port: telemetry is dropped, as it is when the collector is away.
    otlpEndpoint: 'http://127.0.0.1:9',
    gatewayPort: 9,
    ledgerPort,
  }
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: Readonly<Record<string, unknown>>
}

/** Calls a service; what is no JSON answers an empty object. */
export async function ask(
  port: number,
  path: string,
  options: {
    readonly method?: string
    readonly token?: string
    readonly body?: unknown
    readonly headers?: Readonly<Record<string, string>>
  } = {},
): Promise<Answer> {
  const { method = 'GET', token, body, headers = {} } = options
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  const isJson = (response.headers.get('content-type') ?? '').includes('json') && text !== ''
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : {} }
}

/** Reads one series of `/metrics`; 0 when it is not there. */
export async function metric(port: number, series: string): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`)
  const line = (await response.text()).split('\n').find((text) => text.startsWith(`${series} `))
  return line === undefined ? 0 : Number(line.slice(series.length + 1).split(' ')[0])
}
