import { expect } from 'chai'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { startSdk, type Sdk } from '#sdk'
import { deliver } from '../../sdk/outbox/deliver.ts'

/** Of calls that are to run out of time. */
const timeoutMillis = 500
/** Of a call whose answer must begin before it and end behind it: it may take a busy machine a while to answer. */
const answeredWithinMillis = 5_000
/** Of calls whose deadline never comes. */
const endlessMillis = 600_000

describe('the deadline of a call', () => {
  let server: Server
  let sdk: Sdk
  let url: string
  let finish: () => void

  before(async () => {
    sdk = startSdk({
      service: 'gateway',
      environment: 'development',
      otlpEndpoint: 'http://127.0.0.1:9',
      logLevel: 'error',
      logStream: new PassThrough().resume(),
    })
    // `/silent` never answers; every other path begins its answer at once and ends it when `finish` is called.
    // No connection is closed while another call is on its way to it.
    server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
      if (request.url === '/silent') return
      response.writeHead(200, { 'content-type': 'application/json' })
      response.write('{"receipts":')
      finish = () => response.end('[]}')
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  after(async () => {
    server.closeAllConnections()
    server.close()
    await sdk.shutdown()
  })

  const codeOf = (work: Promise<unknown>) => work.catch((error: { readonly code?: string }) => error.code)
  /** Lets the deadline of every call pass that was made before with the same. */
  const deadline = (millis: number) => codeOf(sdk.fetch(`${url}/silent`, { timeoutMillis: millis }))

  it('ends a call whose answer does not begin', async () => {
    expect(await deadline(timeoutMillis)).to.equal('SDK_FETCH_TIMEOUT')
  })

  it('does not cut an answer that has begun', async () => {
    const response = await sdk.fetch(`${url}/slow`, { timeoutMillis: answeredWithinMillis })
    const body = response.text()
    await deadline(answeredWithinMillis)
    finish()
    expect(await body).to.equal('{"receipts":[]}')
  })

  it('leaves the whole answer to the signal of the caller', async () => {
    const abort = new AbortController()
    const response = await sdk.fetch(`${url}/slow`, { timeoutMillis: endlessMillis, signal: abort.signal })
    const body = response.text().catch((error: Error) => error.name)
    abort.abort()
    expect(await body).to.equal('AbortError')
  })

  it('reports a call that the caller gave up as failed, not as late', async () => {
    const abort = new AbortController()
    const call = codeOf(sdk.fetch(`${url}/silent`, { timeoutMillis: endlessMillis, signal: abort.signal }))
    abort.abort()
    expect(await call).to.equal('SDK_FETCH_FAILED')
  })

  it('holds the whole answer of the ledger, so that a stalled one does not hold the outbox', async () => {
    const token = { get: async () => 'any', forget: () => undefined }
    const outcome = await deliver([], { ledgerUrl: url, token, fetch: sdk.fetch, timeoutMillis })
    expect(outcome).to.deep.equal({ status: 'unavailable', reason: 'unreachable', isOverall: true })
  })
})
