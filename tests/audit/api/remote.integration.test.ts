import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { expect } from 'chai'
import { startSdk } from '#sdk'
import type { TokenAnswer } from '../../../contracts/ledger-token.ts'
import { createTlsFetch } from '../../../lib/tls-fetch.ts'
import { Authority, openssl, type Pair } from '../../support/certificates.ts'
import { eventually } from '../../support/poll.ts'
import { launchLedger, makeHome, type LedgerHome, type LedgerProcess } from '../ledger-process.ts'
import { addToken } from './door-client.ts'

describe('a ledger whose door has left loopback', () => {
  if (openssl === undefined) {
    it('is not tested on this system: there is no openssl', () => {
      expect(openssl).to.equal(undefined)
    })
    return
  }
  let home: LedgerHome
  let authority: Authority
  let server: Pair
  let academics: Pair
  let gateway: Pair
  let tokens: Readonly<Record<'academics' | 'gateway' | 'prometheus', string>>
  let ledger: LedgerProcess | undefined
  before(async () => {
    home = await makeHome()
    tokens = {
      academics: addToken(home, 'academics', { scopes: ['events:write', 'proofs:read'] }),
      gateway: addToken(home, 'gateway', { scopes: ['tokens:issue', 'proofs:read', 'export:read'] }),
      prometheus: addToken(home, 'prometheus', { scopes: ['metrics:read'] }),
    }
    authority = new Authority(join(home.folder, 'authority'))
    server = authority.sign({ name: 'server', names: 'DNS:localhost,IP:127.0.0.1' })
    academics = authority.sign({ name: 'academics', names: 'URI:spiffe://house.example/academics' })
    gateway = authority.sign({ name: 'gateway', names: 'DNS:gateway.house.example' })
  })
  afterEach(async () => {
    await ledger?.stop('SIGKILL')
    ledger = undefined
  })
  after(() => home.remove())

  const variables = (given: Readonly<Record<string, string>> = {}) => ({
    CAMPANILE_LEDGER_HOST: '0.0.0.0',
    CAMPANILE_LEDGER_TLS_CERT_FILE: server.cert,
    CAMPANILE_LEDGER_TLS_KEY_FILE: server.key,
    CAMPANILE_LEDGER_CLIENT_CA_FILE: authority.cert,
    ...given,
  })

  interface Asking {
    readonly token?: string
    readonly shown?: Pair | undefined
    readonly body?: object
  }

  async function ask(path: string, { token, shown, body }: Asking = {}): Promise<Response> {
    const pair = shown === undefined ? {} : { certFile: shown.cert, keyFile: shown.key }
    const headers = {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    }
    const init = body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) }
    return createTlsFetch({ caFile: authority.cert, ...pair })(
      new URL(path, `https://127.0.0.1:${ledger?.port ?? 0}`),
      init,
    )
  }

  const statusOf = async (path: string, asking?: Asking) => (await ask(path, asking)).status

  async function start(given?: Readonly<Record<string, string>>): Promise<void> {
    ledger = await launchLedger(home, { variables: variables(given) })
    const { child, output } = ledger
    await eventually('the ledger answers', async () => {
      if (child.exitCode !== null) throw new Error(`the ledger exited with ${child.exitCode}: ${output()}`)
      return statusOf('/health', { shown: academics }).then(
        (status) => status === 200,
        () => false,
      )
    })
  }

  async function exchange(token: string, shown: Pair): Promise<string> {
    const answer = await ask('/v1/tokens', { token, shown, body: {} })
    expect(answer.status).to.equal(200)
    return ((await answer.json()) as TokenAnswer).access_token
  }

  const lacking: readonly (readonly [string, string])[] = [
    ['a certificate', 'CAMPANILE_LEDGER_TLS_CERT_FILE'],
    ['a key', 'CAMPANILE_LEDGER_TLS_KEY_FILE'],
    ['authorities of client certificates', 'CAMPANILE_LEDGER_CLIENT_CA_FILE'],
  ]
  for (const [what, variable] of lacking) {
    it(`does not start without ${what}`, async () => {
      ledger = await launchLedger(home, { variables: variables({ [variable]: '' }) })
      expect(await ledger.ended()).to.equal(2)
      expect(ledger.output()).to.contain(variable)
    })
  }

  it('does not start with a certificate that has ended', async () => {
    const { cert, key } = authority.sign({ name: 'ended', names: 'IP:127.0.0.1', days: -1 })
    const given = { CAMPANILE_LEDGER_TLS_CERT_FILE: cert, CAMPANILE_LEDGER_TLS_KEY_FILE: key }
    ledger = await launchLedger(home, { variables: variables(given) })
    expect(await ledger.ended()).to.equal(1)
  })

  it('takes short-lived tokens whose holder the certificate is for, and long-lived ones only to exchange', async () => {
    await start()
    expect(await statusOf('/v1/anchor/key', { token: tokens.academics, shown: academics })).to.equal(401)
    const token = await exchange(tokens.academics, academics)
    expect(await statusOf('/v1/anchor/key', { token, shown: academics })).to.equal(200)
    expect(await statusOf('/v1/anchor/key', { token, shown: gateway })).to.equal(403)
    expect(await statusOf('/v1/tokens', { token: tokens.academics, shown: gateway, body: {} })).to.equal(403)
    const withoutCertificate = await statusOf('/v1/anchor/key', { token }).catch(() => 'refused')
    expect(withoutCertificate).to.equal('refused')
  })

  it('lets who was issued a token come through the program that asked for it', async () => {
    await start()
    const service = await exchange(tokens.gateway, gateway)
    const body = { role: 'witness', name: 'witness-1' }
    const answer = await ask('/v1/tokens/drill', { token: service, shown: gateway, body })
    expect(answer.status).to.equal(200)
    const { access_token: token } = (await answer.json()) as TokenAnswer
    expect(await statusOf('/v1/anchor/key', { token, shown: gateway })).to.equal(200)
    expect(await statusOf('/v1/anchor/key', { token, shown: academics })).to.equal(403)
    const own = authority.sign({ name: 'witness', names: 'URI:spiffe://house.example/witness-1' })
    expect(await statusOf('/v1/anchor/key', { token, shown: own })).to.equal(200)
  })

  it('asks programs alone for certificates where people come too', async () => {
    await start({ CAMPANILE_LEDGER_CLIENT_CERTIFICATES: 'services' })
    const service = await exchange(tokens.gateway, gateway)
    const body = { role: 'witness', name: 'witness-1' }
    const answer = await ask('/v1/tokens/drill', { token: service, shown: gateway, body })
    const { access_token: token } = (await answer.json()) as TokenAnswer
    expect(await statusOf('/v1/anchor/key', { token })).to.equal(200)
    expect(await statusOf('/v1/anchor/key', { token: service })).to.equal(403)
    const stranger = new Authority(join(home.folder, 'stranger'))
    const foreign = stranger.sign({ name: 'foreign', names: 'URI:spiffe://house.example/witness-1' })
    expect(await statusOf('/v1/anchor/key', { token, shown: foreign })).to.equal(403)
  })

  it('takes the events of a service that exchanges its token and shows its certificate', async () => {
    await start()
    const sdk = startSdk({
      service: 'academics',
      environment: 'development',
      otlpEndpoint: 'http://127.0.0.1:9',
      logStream: new PassThrough(),
      tls: { caFile: authority.cert, certFile: academics.cert, keyFile: academics.key },
    })
    const spool = await sdk.audit.openSpool({ folder: join(home.folder, 'spool') })
    const url = `https://127.0.0.1:${ledger?.port ?? 0}`
    const relay = sdk.audit.startRelay({ spool, ledgerUrl: url, token: tokens.academics, idleMillis: 20 })
    try {
      await spool.record({
        tenant: 'drill',
        facts: { class: 'admin', action: 'grade.entered', outcome: 'success' },
      })
      const token = await exchange(tokens.academics, academics)
      await eventually('the event is in the log', async () => {
        const page = await ask('/v1/logs/drill/entries', { token, shown: academics })
        if (!page.ok) return false
        const { entries } = (await page.json()) as { entries: { facts?: { action: string } }[] }
        return entries.some(({ facts }) => facts?.action === 'grade.entered')
      })
    } finally {
      await relay.stop()
      await spool.close()
      await sdk.shutdown()
    }
  })

  it('tells nobody which tenants there are: metrics take a token, and health says no reason', async () => {
    await start({ CAMPANILE_LEDGER_CLIENT_CERTIFICATES: 'none' })
    expect(await statusOf('/metrics')).to.equal(401)
    expect(await statusOf('/metrics', { token: tokens.academics })).to.equal(403)
    const answer = await ask('/metrics', { token: tokens.prometheus })
    expect(answer.status).to.equal(200)
    expect(await answer.text()).to.match(/tls_certificate_expiry_timestamp_seconds\{service="ledger"\} \d/)
    expect(await (await ask('/health')).json()).to.deep.equal({ status: 'ok' })
    expect(await statusOf('/faults', { token: tokens.academics })).to.equal(404)
  })
})
