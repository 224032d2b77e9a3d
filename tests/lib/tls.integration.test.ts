import { copyFileSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { connect as connectPlain } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, type ConnectionOptions } from 'node:tls'
import { expect } from 'chai'
import type { RejectionCode } from '../../contracts/metrics/http.ts'
import { closeDoor, createDoor, listen, type Listening } from '../../lib/http.ts'
import { createTlsFetch } from '../../lib/tls-fetch.ts'
import { certificateOf } from '../../lib/certificate-names.ts'
import { TlsError } from '../../lib/tls.ts'
import { Authority, openssl, type Pair } from '../support/certificates.ts'
import { eventually } from '../support/poll.ts'

describe('a door with a certificate', () => {
  if (openssl === undefined) {
    it('is not tested on this system: there is no openssl', () => {
      expect(openssl).to.equal(undefined)
    })
    return
  }
  let folder: string
  let authority: Authority
  let stranger: Authority
  let server: Pair
  let client: Pair
  let rejected: RejectionCode[]
  let failures: unknown[]
  let loaded: number[]
  /** Gets what answers a request of `/slow`. */
  let held: (respond: () => void) => void
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'campanile-tls-'))
    authority = new Authority(join(folder, 'house'))
    stranger = new Authority(join(folder, 'stranger'))
    server = authority.sign({ name: 'server', names: 'DNS:localhost,IP:127.0.0.1' })
    client = authority.sign({
      name: 'client',
      names: 'URI:spiffe://house.example/academics,DNS:booking.house.example',
    })
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  let door: Listening | undefined
  beforeEach(() => {
    rejected = []
    failures = []
    loaded = []
  })
  afterEach(async () => {
    await door?.close()
    door = undefined
  })

  async function open(
    given: { readonly files?: Pair; readonly isClientRequired?: boolean; readonly asks?: boolean } = {},
  ): Promise<number> {
    const { files = server, isClientRequired = true, asks = true } = given
    const onRejected = (code: RejectionCode) => rejected.push(code)
    const app = createDoor({ onRejected, health: () => undefined })
    app.get('/who', (request, response) => {
      const shown = certificateOf(request.socket)
      response.json({ status: shown.status, names: shown.status === 'good' ? [...shown.names] : [] })
    })
    app.get('/slow', (_request, response) => held(() => void response.send('done')))
    app.post('/echo', (request, response) => void request.pipe(response))
    closeDoor(app)
    door = await listen(app, {
      port: 0,
      onRejected,
      tls: {
        files: {
          certFile: files.cert,
          keyFile: files.key,
          ...(asks ? { clientCaFile: authority.cert } : {}),
        },
        isClientRequired,
        onLoaded: (notAfter) => loaded.push(notAfter),
        onFailed: (error) => failures.push(error),
        everyMillis: 50,
      },
    })
    return door.port
  }

  const ask = async (port: number, shown: Pair | undefined = client, ca = authority) => {
    const tls = createTlsFetch({
      caFile: ca.cert,
      ...(shown === undefined ? {} : { certFile: shown.cert, keyFile: shown.key }),
    })
    const answer = await tls(new URL(`https://127.0.0.1:${port}/who`), { headers: { connection: 'close' } })
    return (await answer.json()) as { status: string; names: string[] }
  }
  const outcomeOf = (work: Promise<unknown>) =>
    work.then(
      () => 'answered',
      () => 'refused',
    )

  it('names its clients by the URI and DNS names of their certificates', async () => {
    const port = await open()
    expect(await ask(port)).to.deep.equal({ status: 'good', names: ['academics', 'booking'] })
  })

  it('speaks to nobody without a certificate of its authorities that is still good', async () => {
    const port = await open()
    const expired = authority.sign({ name: 'expired', names: 'DNS:academics', days: -1 })
    const foreign = stranger.sign({ name: 'foreign', names: 'DNS:academics' })
    for (const shown of [expired, foreign]) expect(await outcomeOf(ask(port, shown))).to.equal('refused')
    const without = createTlsFetch({ caFile: authority.cert })
    expect(await outcomeOf(without(new URL(`https://127.0.0.1:${port}/who`), {}))).to.equal('refused')
  })

  it('tells bad certificates from none where the routes decide', async () => {
    const port = await open({ isClientRequired: false })
    const foreign = stranger.sign({ name: 'foreign', names: 'DNS:academics' })
    expect((await ask(port, foreign)).status).to.equal('bad')
    const without = createTlsFetch({ caFile: authority.cert })
    const answer = await without(new URL(`https://127.0.0.1:${port}/who`), {})
    expect(await answer.json()).to.deep.equal({ status: 'none', names: [] })
  })

  it('counts who speaks plain HTTP to it, and goes on', async () => {
    const port = await open()
    await new Promise<void>((resolve) => {
      const socket = connectPlain(port, '127.0.0.1', () =>
        socket.write('GET /who HTTP/1.1\r\nhost: x\r\n\r\n'),
      )
      socket
        .on('error', () => undefined)
        .on('close', () => resolve())
        .resume()
    })
    await eventually('it is counted', async () => rejected.includes('tls_failed'))
    expect((await ask(port)).status).to.equal('good')
  })

  it('speaks TLS 1.3, 1.2 with authenticated encryption, and nothing older or weaker', async () => {
    const port = await open({ asks: false })
    const shake = (given: ConnectionOptions) =>
      new Promise<string>((resolve) => {
        const options = { port, host: '127.0.0.1', rejectUnauthorized: false, ...given }
        const socket = connect(options, () => {
          resolve(`${socket.getProtocol() ?? ''} ${socket.getCipher().standardName}`)
          socket.destroy()
        })
        socket.on('error', () => resolve('refused'))
      })
    expect(await shake({})).to.equal('TLSv1.3 TLS_AES_256_GCM_SHA384')
    expect(await shake({ maxVersion: 'TLSv1.2' })).to.match(/^TLSv1.2 .*_GCM_|^TLSv1.2 .*POLY1305/)
    expect(await shake({ minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' })).to.equal(
      'refused',
    )
    expect(
      await shake({ maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES128-SHA' }),
    ).to.equal('refused')
  })

  it('reads its certificate again when it changes, without a start, and keeps the old one over a broken one', async () => {
    const files = { cert: join(folder, 'door.pem'), key: join(folder, 'door.key') }
    const put = (pair: Pair) => {
      copyFileSync(pair.key, files.key)
      copyFileSync(pair.cert, files.cert)
    }
    put(server)
    const port = await open({ files, asks: false })
    const serial = () =>
      new Promise<string>((resolve, reject) => {
        const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false }, () => {
          resolve(socket.getPeerCertificate().serialNumber)
          socket.destroy()
        })
        socket.on('error', reject)
      })
    const first = await serial()
    writeFileSync(files.cert, 'not a certificate')
    await eventually('the broken one is refused', async () => failures.length > 0)
    expect(failures[0]).to.be.instanceOf(TlsError)
    expect(await serial()).to.equal(first)
    put(authority.sign({ name: 'renewed', names: 'DNS:localhost,IP:127.0.0.1', days: 2 }))
    await eventually('the new one is shown', async () => (await serial()) !== first)
    expect(loaded.length).to.be.greaterThan(1)
    expect(loaded.at(-1)).to.be.greaterThan(loaded[0] ?? 0)
  })

  it('does not open with a certificate that has ended, with another’s key, or with none', async () => {
    const expired = authority.sign({ name: 'ended', names: 'DNS:localhost', days: -1 })
    const pairs = [
      expired,
      { cert: server.cert, key: client.key },
      { cert: join(folder, 'absent'), key: server.key },
    ]
    for (const files of pairs) {
      const error = await open({ files }).catch((caught: unknown) => caught)
      expect(error).to.be.instanceOf(TlsError)
    }
  })

  it('is not spoken to by a client that knows another authority, or another name', async () => {
    const port = await open({ asks: false })
    expect(await outcomeOf(ask(port, undefined, stranger))).to.equal('refused')
    const misnamed = await (async () => {
      await door?.close()
      return open({ files: authority.sign({ name: 'other', names: 'DNS:other.example' }), asks: false })
    })()
    expect(await outcomeOf(ask(misnamed, undefined))).to.equal('refused')
  })

  it('gets what a client sends, and is left when the client gives up', async () => {
    const port = await open()
    const tls = createTlsFetch({ caFile: authority.cert, certFile: client.cert, keyFile: client.key })
    const url = new URL(`https://127.0.0.1:${port}/echo`)
    const text = 'é'.repeat(50_000)
    expect(await (await tls(url, { method: 'POST', body: text })).text()).to.equal(text)
    const reason = new Error('given up')
    const caught = await tls(url, { signal: AbortSignal.abort(reason) }).catch((error: unknown) => error)
    expect(caught).to.equal(reason)
  })

  it('lets what is in flight come to its end when a file of the client is renewed', async () => {
    let answer = (): void => undefined
    const asked = new Promise<void>((resolve) => {
      held = (respond) => {
        answer = respond
        resolve()
      }
    })
    const port = await open()
    const tls = createTlsFetch({ caFile: authority.cert, certFile: client.cert, keyFile: client.key })
    const slow = tls(new URL(`https://127.0.0.1:${port}/slow`), {})
    await asked
    utimesSync(client.cert, new Date(), new Date(Date.now() + 60_000))
    const renewed = await tls(new URL(`https://127.0.0.1:${port}/who`), {})
    expect(((await renewed.json()) as { status: string }).status).to.equal('good')
    answer()
    expect(await (await slow).text()).to.equal('done')
  })
})
