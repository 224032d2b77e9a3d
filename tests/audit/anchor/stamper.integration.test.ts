import { expect } from 'chai'
import fc from 'fast-check'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Stamper } from '../../../audit/anchor/stamper.ts'
import { AuditError } from '../../../audit/log/errors.ts'
import { sha256 } from '../../../audit/log/hash.ts'
import { parseNote } from '../../../audit/log/note.ts'
import { readStampReply, writeStampRequest } from '../../../audit/log/timestamp.ts'
import { FileTiles } from '../../../audit/store/file-tiles.ts'
import { findProgram } from '../../../compose/local/packages/tool.ts'
import { propertyRuns } from '../../support/property.ts'
import { TestLog, testSigner } from '../log/cosigned-log.ts'

const log = new TestLog(testSigner('house.example/anchor', 1))
const openssl = findProgram(['openssl'], process.env['PATH'] ?? '')
const configuration = `
[req]
distinguished_name = name
x509_extensions = stamping
prompt = no
[name]
CN = stamps.example
[stamping]
extendedKeyUsage = critical,timeStamping
basicConstraints = critical,CA:true
[tsa]
default_tsa = house
[house]
serial = serial
crypto_device = builtin
signer_cert = cert.pem
signer_key = key.pem
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ordering = yes
tsa_name = yes
ess_cert_id_alg = sha256
`

describe('the dating of anchor checkpoints', () => {
  if (openssl === undefined) {
    it('is not tested on this system: there is no openssl', () => {
      expect(openssl).to.equal(undefined)
    })
    return
  }
  let folder: string

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'campanile-tsa-'))
    writeFileSync(join(folder, 'tsa.cnf'), configuration)
    writeFileSync(join(folder, 'serial'), '01\n')
    const key = ['-newkey', 'rsa:2048', '-nodes', '-keyout', 'key.pem', '-out', 'cert.pem', '-days', '2']
    run(['req', '-x509', '-config', 'tsa.cnf', ...key])
  })

  after(() => rmSync(folder, { recursive: true, force: true }))

  function run(args: readonly string[]): string {
    return execFileSync(openssl ?? '', [...args], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    }).toString()
  }

  /** Answers as a time-stamping authority does. */
  function answer(request: Uint8Array): Buffer {
    writeFileSync(join(folder, 'request.tsq'), request)
    run([
      'ts',
      '-reply',
      '-config',
      'tsa.cnf',
      '-section',
      'house',
      '-queryfile',
      'request.tsq',
      '-out',
      'reply.tsr',
    ])
    return readFileSync(join(folder, 'reply.tsr'))
  }

  const asked = { hash: sha256(Buffer.from('a text')), nonce: Buffer.from('00f1f2f3f4f5f6f7', 'hex') }

  function codeOf(read: () => unknown): string {
    try {
      read()
      return 'accepted'
    } catch (error) {
      expect(error).to.be.instanceOf(AuditError)
      return (error as AuditError).code
    }
  }

  /** Dates checkpoints by a clock of this test. */
  function openStamper(reply: (request: Uint8Array) => Response | Promise<Response>) {
    const clock = { millis: 1_000_000_000_000 }
    const stamped: number[] = []
    const failures: unknown[] = []
    const stamper = new Stamper({
      url: 'https://stamps.example/',
      files: new FileTiles(join(folder, 'anchor')),
      fetch: async (_, init) => reply(init?.body as Uint8Array),
      nowMillis: () => clock.millis,
      onStamped: (timeMillis) => stamped.push(timeMillis),
      onFailed: (error) => failures.push(error),
    })
    return { stamper, clock, stamped, failures }
  }

  it('keeps answers that OpenSSL verifies with the authority’s certificate', async () => {
    const { stamper, stamped, failures } = openStamper(
      (request) => new Response(new Uint8Array(answer(request))),
    )
    await stamper.stamp(log.checkpoint(8))
    expect(failures).to.deep.equal([])
    expect(Math.abs((stamped[0] ?? 0) - Date.now())).to.be.below(600_000)
    const verify = (text: string) =>
      run(['ts', '-verify', '-data', text, '-in', 'anchor/timestamps/8.tsr', '-CAfile', 'cert.pem'])
    expect(verify('anchor/timestamps/8.checkpoint')).to.include('Verification: OK')
    expect(readFileSync(join(folder, 'anchor/timestamps/8.checkpoint'), 'utf8')).to.equal(
      parseNote(log.checkpoint(8)).text,
    )
    writeFileSync(join(folder, 'other'), parseNote(log.checkpoint(9)).text)
    expect(() => verify('other')).to.throw()
  })

  it('asks once an hour, and again after five minutes when there was no answer', async () => {
    let requests = 0
    let isAway = true
    const { stamper, clock, stamped, failures } = openStamper((request) => {
      requests++
      return isAway ? new Response(null, { status: 503 }) : new Response(new Uint8Array(answer(request)))
    })
    await stamper.stamp(log.checkpoint(16))
    await stamper.stamp(log.checkpoint(17))
    expect([requests, failures.length, stamper.newest]).to.deep.equal([1, 1, undefined])
    clock.millis += 300_000
    isAway = false
    await stamper.stamp(log.checkpoint(17))
    clock.millis += 3_599_999
    await stamper.stamp(log.checkpoint(18))
    expect([requests, stamped.length]).to.deep.equal([2, 1])
    clock.millis += 1
    await stamper.stamp(log.checkpoint(18))
    expect([requests, stamped.length]).to.deep.equal([3, 2])
  })

  it('keeps no answer about another text or another request', async () => {
    const other = answer(writeStampRequest(asked))
    const { stamper, failures } = openStamper(() => new Response(new Uint8Array(other)))
    await stamper.stamp(log.checkpoint(32))
    expect(failures[0]).to.have.property('code', 'AUDIT_TIMESTAMP_MALFORMED')
    expect(stamper.newest).to.equal(undefined)
    const nonce = Buffer.from('00f1f2f3f4f5f6f8', 'hex')
    expect(codeOf(() => readStampReply(other, { ...asked, nonce }))).to.equal('AUDIT_TIMESTAMP_MALFORMED')
    expect(codeOf(() => readStampReply(other, asked))).to.equal('accepted')
    const endless = openStamper(() => new Response(new Uint8Array(100_000)))
    await endless.stamper.stamp(log.checkpoint(32))
    expect(endless.failures).to.have.length(1)
  })

  it('refuses requests that were not granted', () => {
    const refused = answer(Buffer.from('3000', 'hex'))
    expect(codeOf(() => readStampReply(refused, asked))).to.equal('AUDIT_TIMESTAMP_MALFORMED')
  })

  it('reads any bytes without failing in another way than its own', () => {
    const good = answer(writeStampRequest(asked))
    const edits = fc.tuple(fc.nat(good.length - 1), fc.nat(255), fc.nat(good.length))
    fc.assert(
      fc.property(fc.oneof(edits, fc.uint8Array({ maxLength: 300 })), (edit) => {
        if (edit instanceof Uint8Array) return codeOf(() => readStampReply(edit, asked)) !== 'accepted'
        const [at, byte, length] = edit
        const bytes = Buffer.from(good)
        bytes[at] = byte
        codeOf(() => readStampReply(bytes, asked))
        return (
          length === good.length ||
          codeOf(() => readStampReply(bytes.subarray(0, length), asked)) !== 'accepted'
        )
      }),
      propertyRuns({ ci: 2_000, soak: 200_000 }),
    )
  })
})
