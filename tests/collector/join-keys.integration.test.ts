/** One key over the house: what the SDK calls a person, the collector calls them too. */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startSdk } from '#sdk'
import { expect } from 'chai'
import { serviceSettings } from '../../app/door/settings.ts'
import { ConfigError, environment } from '../../lib/config.ts'
import { eventually } from '../support/poll.ts'
import { startCollectorProcess, type RunningCollector } from './process-under-test.ts'

const account = '5b0e9c1a-6f0b-4a6e-9d5e-0c6a4f1b7d22'
const pseudonym = /^hmac:[0-9a-f]{8}:[0-9a-f]{64}$/

interface Trace {
  readonly spans: readonly { readonly attributes: Readonly<Record<string, unknown>> }[]
}

describe('join keys', function () {
  let home: string
  let keyFile: string
  let collector: RunningCollector

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'campanile-join-'))
    keyFile = join(home, 'hmac.key')
    await writeFile(keyFile, `${randomBytes(32).toString('hex')}\n`)
    collector = await startCollectorProcess(home, [], { CAMPANILE_HMAC_KEY_FILE: keyFile })
  })
  afterEach(async () => {
    await collector.kill('SIGTERM')
    await rm(home, { recursive: true, force: true })
  })

  const readKey = (path: string) =>
    environment({ key: serviceSettings('users').hmacKey }, { CAMPANILE_HMAC_KEY_FILE: path }).key

  const pseudonymOf = (traceId: string) =>
    eventually('the trace is stored', async () => {
      const response = await fetch(`${collector.url('query')}/api/traces/${traceId}`)
      if (!response.ok) return undefined
      // The query API answers in this form.
      return ((await response.json()) as Trace).spans[0]?.attributes['enduser.id']
    })

  async function sendRaw(traceId: string, value: string): Promise<void> {
    const span = {
      traceId,
      spanId: 'b7ad6b7169203331',
      name: 'campus.check_access',
      startTimeUnixNano: '1790000000000000000',
      endTimeUnixNano: '1790000000100000000',
      attributes: [{ key: 'enduser.id', value: { stringValue: value } }],
    }
    const response = await fetch(`${collector.url('otlp')}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ resourceSpans: [{ resource: {}, scopeSpans: [{ spans: [span] }] }] }),
    })
    expect(response.status).to.equal(200)
  }

  it('name one person alike whether the SDK or the collector hid them, and are hidden once', async () => {
    const hmacKey = readKey(keyFile)
    const sdk = startSdk({
      service: 'users',
      environment: 'development',
      otlpEndpoint: collector.url('otlp'),
      ...(hmacKey === undefined ? {} : { hmacKey }),
    })
    const fromSdk = await sdk.span('campus.check_access', { 'enduser.id': account }, async () =>
      sdk.traceId(),
    )
    await sdk.shutdown()
    const bySdk = await pseudonymOf(fromSdk ?? '')
    expect(bySdk).to.match(pseudonym)

    await sendRaw('1'.repeat(32), account)
    expect(await pseudonymOf('1'.repeat(32))).to.equal(bySdk)

    await sendRaw('2'.repeat(32), String(bySdk))
    expect(await pseudonymOf('2'.repeat(32))).to.equal(bySdk)
  })

  it('stay as they are through a rotation, and are under the new key from then on', async () => {
    await sendRaw('1'.repeat(32), account)
    const before = await pseudonymOf('1'.repeat(32))
    await rename(keyFile, `${keyFile}.previous`)
    await writeFile(keyFile, `${randomBytes(32).toString('hex')}\n`)
    await collector.kill('SIGTERM')
    collector = await startCollectorProcess(home, [], { CAMPANILE_HMAC_KEY_FILE: keyFile })

    await sendRaw('2'.repeat(32), before as string)
    await sendRaw('3'.repeat(32), account)
    expect(await pseudonymOf('2'.repeat(32))).to.equal(before)
    expect(await pseudonymOf('3'.repeat(32)))
      .to.match(pseudonym)
      .and.not.equal(before)
  })

  it('need a key of 32 bytes, which no fault quotes', async () => {
    const path = join(home, 'short.key')
    await writeFile(path, 'abcdef')
    expect(() => readKey(path))
      .to.throw(ConfigError)
      .with.property('message')
      .that.does.not.contain('abcdef')
    expect(environment({ key: serviceSettings('users').hmacKey }, {}).key).to.equal(undefined)
  })
})
