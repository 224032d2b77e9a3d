import { expect } from 'chai'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { addCheckpoint, getWitnessed, getWitnessKey } from '../../../audit/api/witness-routes.ts'
import { cosign } from '../../../audit/log/cosignature.ts'
import { sha256 } from '../../../audit/log/hash.ts'
import { openNote, parseVerifierKey } from '../../../audit/log/note.ts'
import { parsePolicy } from '../../../audit/log/policy-file.ts'
import { writeAddCheckpoint } from '../../../audit/log/witness-message.ts'
import { CheckpointFiles } from '../../../audit/store/checkpoint-files.ts'
import type { WitnessOutcome } from '../../../audit/witness/ask-witness.ts'
import { Witness } from '../../../audit/witness/witness.ts'
import { Witnesses } from '../../../audit/witness/witnesses.ts'
import { closeDoor, createDoor } from '../../../lib/http.ts'
import { TestLog, testSigner } from '../log/cosigned-log.ts'

const log = new TestLog(testSigner('house.example/anchor', 1))
const fork = new TestLog(log.signer, 4)
const signers = [1, 2, 3].map((at) => testSigner(`peer${at}.example/witness`, 30 + at, 'cosignature'))

describe('the witness door and those who ask at it', () => {
  let directory: string
  const servers: Server[] = []

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'campanile-witness-'))
  })

  afterEach(async () => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
    await rm(directory, { recursive: true, force: true })
  })

  async function listen(handler: RequestListener): Promise<string> {
    const server = createServer(handler)
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/witness/`
  }

  /** Opens one of the three witnesses on its own folder, as a process started anew would. */
  function openPeer(at: number): Promise<string> {
    const witness = new Witness({
      signer: signers[at] ?? expect.fail(),
      policy: parsePolicy(Buffer.from(`log ${log.signer.vkey}\nquorum none\n`)),
      files: new CheckpointFiles(join(directory, `peer${at}`)),
      nowMillis: () => 1_700_000_000_000,
    })
    const app = createDoor({ onRejected: () => undefined })
    const parts = { witness, onAnswered: () => undefined }
    app.post('/witness/add-checkpoint', addCheckpoint(parts))
    app.get('/witness/key', getWitnessKey(parts))
    app.get('/witness/:originHash/checkpoint', getWitnessed(parts))
    closeDoor(app)
    return listen(app as RequestListener)
  }

  /** Names witnesses by their addresses; two of all are the quorum. */
  function ask(urls: readonly string[], timeoutMillis = 60_000) {
    const outcomes = new Map<string, WitnessOutcome>()
    const lines = urls.map((url, at) => `witness w${at} ${signers[at]?.vkey ?? ''} ${url}`)
    const names = urls.map((_, at) => `w${at}`).join(' ')
    const quorum = urls.length < 2 ? 'quorum w0' : `group g 2 ${names}\nquorum g`
    const policy = parsePolicy(Buffer.from([`log ${log.signer.vkey}`, ...lines, quorum, ''].join('\n')))
    const onAsked = (name: string, outcome: WitnessOutcome) => outcomes.set(name, outcome)
    const witnesses = new Witnesses({ policy, timeoutMillis, fetch, onAsked })
    const cosign = (size: number, of = log) =>
      witnesses.cosign({
        note: of.checkpoint(size),
        checkpoint: { origin: of.signer.name, size, root: of.root(size) },
        proofFrom: (from) => Promise.resolve(of.consistency(from, size)),
      })
    return { cosign, statusOf: (name: string) => outcomes.get(name)?.status }
  }

  async function askOne(handler: RequestListener, size = 5, timeoutMillis = 60_000) {
    const { cosign, statusOf } = ask([await listen(handler)], timeoutMillis)
    const { hasQuorum } = await cosign(size)
    return { status: statusOf('w0'), hasQuorum }
  }

  it('collects the cosignatures of all, and of those that are left when one is away', async () => {
    const urls = [await openPeer(0), await openPeer(1), await openPeer(2)]
    const { cosign } = ask(urls)
    const first = await cosign(5)
    expect(first.hasQuorum).to.equal(true)
    expect(first.note.match(/^— peer/gm)).to.have.length(3)
    expect((await cosign(300)).hasQuorum).to.equal(true)
    const { cosign: again, statusOf } = ask([urls[0] ?? '', urls[1] ?? '', 'http://127.0.0.1:1/witness'])
    const { note, hasQuorum } = await again(301)
    expect(hasQuorum).to.equal(true)
    expect(note.match(/^— peer/gm)).to.have.length(2)
    expect(statusOf('w2')).to.equal('unavailable')
  })

  it('learns the size a witness knows after either of them was started again', async () => {
    await ask([await openPeer(0)]).cosign(5)
    const { cosign, statusOf } = ask([await openPeer(0)])
    expect((await cosign(9)).hasQuorum).to.equal(true)
    expect(statusOf('w0')).to.equal('cosigned')
    const set = ask([await openPeer(0)])
    expect((await set.cosign(7)).hasQuorum).to.equal(false)
    expect(set.statusOf('w0')).to.equal('ahead')
  })

  it('gets no cosignature for a fork', async () => {
    const url = await openPeer(0)
    await ask([url]).cosign(5)
    for (const size of [5, 9]) {
      const forked = ask([url])
      expect((await forked.cosign(size, fork)).hasQuorum).to.equal(false)
      expect(forked.statusOf('w0')).to.equal('inconsistent')
    }
  })

  it('answers in the status codes and media types of the protocol', async () => {
    const url = await openPeer(0)
    const send = async (body: string | Uint8Array) => {
      const response = await fetch(`${url}add-checkpoint`, { method: 'POST', body: body as string })
      return {
        status: response.status,
        type: response.headers.get('content-type'),
        text: await response.text(),
      }
    }
    const bodyOf = (from: number, to: number, of = log) =>
      writeAddCheckpoint({ oldSize: from, path: of.consistency(from, to), note: of.checkpoint(to) })
    const good = await send(bodyOf(0, 5))
    expect(good.status).to.equal(200)
    expect(good.text).to.match(/^— peer1\.example\/witness [A-Za-z0-9+/]+={0,2}\n$/)
    expect(await send(bodyOf(0, 7))).to.deep.equal({ status: 409, type: 'text/x.tlog.size', text: '5\n' })
    const stranger = new TestLog(testSigner('stranger.example', 3))
    const imposter = new TestLog(testSigner(log.signer.name, 4))
    const above = writeAddCheckpoint({ oldSize: 9, path: [], note: log.checkpoint(5) })
    const refused: readonly [string | Uint8Array, number][] = [
      [bodyOf(5, 9, fork), 422],
      [bodyOf(5, 5, fork), 422],
      [bodyOf(0, 5, stranger), 404],
      [bodyOf(0, 5, imposter), 403],
      [above, 400],
      ['', 400],
      [Buffer.from([0x6f, 0xff]), 400],
      ['old 0\n'.repeat(20_000), 413],
    ]
    for (const [body, status] of refused) {
      const answer = await send(body)
      expect(answer.status).to.equal(status)
      expect(answer.type).to.equal('application/problem+json')
    }
  })

  it('shows the checkpoint it cosigned last, and its key', async () => {
    const url = await openPeer(0)
    const hash = sha256(Buffer.from(log.signer.name)).toString('hex')
    const latest = () => fetch(`${url}${hash}/checkpoint`)
    expect((await latest()).status).to.equal(404)
    await ask([url]).cosign(5)
    const note = await (await latest()).text()
    expect(openNote(note, parseVerifierKey(log.signer.vkey))).to.equal(
      openNote(log.checkpoint(5), parseVerifierKey(log.signer.vkey)),
    )
    expect((await fetch(`${url}${'0'.repeat(64)}/checkpoint`)).status).to.equal(404)
    expect((await fetch(`${url}..%2f..%2fetc/checkpoint`)).status).to.equal(404)
    expect(await (await fetch(`${url}key`)).text()).to.equal(`${signers[0]?.vkey ?? ''}\n`)
  })

  it('takes a conflict without another size for what some witnesses mean by it: another root', async () => {
    const told = (body: string) => askOne((_, response) => response.writeHead(409).end(body))
    expect((await told('0\n')).status).to.equal('inconsistent')
    expect((await told('6\n')).status).to.equal('ahead')
    expect((await told('none')).status).to.equal('malformed')
  })

  it('stops asking a witness that tells another size each time', async () => {
    let told = 1
    const { status } = await askOne((_, response) => response.writeHead(409).end(`${told++}\n`))
    expect(status).to.equal('unavailable')
    expect(told).to.equal(4)
  })

  it('takes no garbage for a cosignature', async () => {
    const text = openNote(log.checkpoint(5), parseVerifierKey(log.signer.vkey))
    const other = cosign(text, signers[1] ?? expect.fail(), 10)
    const wrong = cosign('another text\n', signers[0] ?? expect.fail(), 10)
    for (const body of ['', 'garbage', other, wrong, other + wrong, '\u0000'.repeat(1_000)]) {
      const { status, hasQuorum } = await askOne((_, response) => response.end(body))
      expect(status, body).to.equal('malformed')
      expect(hasQuorum).to.equal(false)
    }
    const right = cosign(text, signers[0] ?? expect.fail(), 10)
    expect((await askOne((_, response) => response.end(other + right))).hasQuorum).to.equal(true)
  })

  it('gives up on witnesses that are slow, endless, broken or that refuse', async () => {
    expect((await askOne(() => undefined, 5, 100)).status).to.equal('unavailable')
    const endless: RequestListener = (_, response) => {
      const chunk = 'x'.repeat(65_536)
      const more = () => {
        while (!response.destroyed && response.write(chunk));
      }
      response.on('drain', more)
      more()
    }
    expect((await askOne(endless)).status).to.equal('unavailable')
    expect((await askOne((_, response) => response.destroy())).status).to.equal('unavailable')
    for (const [code, expected] of [
      [400, 'refused'],
      [403, 'refused'],
      [404, 'refused'],
      [302, 'refused'],
      [422, 'inconsistent'],
      [429, 'unavailable'],
      [500, 'unavailable'],
      [204, 'malformed'],
    ] as const) {
      const { status } = await askOne((_, response) => response.writeHead(code, { location: '/' }).end())
      expect(status, String(code)).to.equal(expected)
    }
  })
})
