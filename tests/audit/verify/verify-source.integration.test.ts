import { expect } from 'chai'
import { packTar, type TarHeader } from 'modern-tar'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { verifySource } from '../../../audit/verify/verify-source.ts'
import { anchoredProof, proofKey, proofPolicy } from './anchored-proof.ts'
import { smallExport, smallLogKey } from './small-log.ts'
import { folderKey, writeLog } from './tile-folder.ts'

type Packed = readonly [Omit<TarHeader, 'size'> & { readonly size?: number }, (string | Uint8Array)?]

async function codeOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => 'nothing was thrown',
    (error: unknown) => (error as { code?: unknown }).code,
  )
}

describe('a source to verify', () => {
  const top = mkdtempSync(join(tmpdir(), 'campanile-source-'))
  const folder = join(top, 'drill')
  const archive = join(top, 'log.tar.gz')
  let server: Server | undefined
  before(() => writeLog(folder, 600))
  afterEach(() => server?.close())
  after(() => rmSync(top, { recursive: true, force: true }))

  const pack = async (entries: readonly Packed[]) => {
    const tar = await packTar(
      entries.map(([header, body = '']) => ({ header: { size: Buffer.byteLength(body), ...header }, body })),
    )
    writeFileSync(archive, gzipSync(tar))
  }
  const packFolder = (prefix: string): Packed[] =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => statSync(join(folder, name)).isFile())
      .map((name) => [{ name: `${prefix}${name}` }, readFileSync(join(folder, name))] as const)
  const serve = async (listener: RequestListener) => {
    server = createServer(listener).listen(0, '127.0.0.1')
    await once(server, 'listening')
    // A listening TCP server has an address with a port.
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/logs/drill`
  }

  it('is a folder of tiles, with a key that was given or lies beside them', async () => {
    const { isValid, text } = await verifySource(folder, { key: folderKey })
    expect(isValid).to.equal(true)
    expect(text).to.include('600 entries verified').and.to.not.include('taken from the source')
    expect(await codeOf(verifySource(folder, {}))).to.equal('AUDIT_KEY_MALFORMED')
    writeFileSync(join(folder, 'key'), `${folderKey}\n`)
    expect((await verifySource(folder, {})).text).to.include('taken from the source')
    rmSync(join(folder, 'key'))
  })

  it('is an archive of such a folder, however its names begin', async () => {
    for (const prefix of ['', './', 'drill/']) {
      await pack(packFolder(prefix))
      const { isValid, text } = await verifySource(archive, { key: folderKey })
      expect(isValid, text).to.equal(true)
    }
  })

  it('is an evidence pack, whose export is verified too', async () => {
    const lines = smallExport(['a', 'b', 'c'])
    await pack([
      [{ name: 'export.ndjson' }, lines.join('\n')],
      [{ name: 'key' }, smallLogKey],
    ])
    const whole = await verifySource(archive, {})
    expect(whole.isValid).to.equal(true)
    expect(whole.text).to.include('3 entries verified').and.to.include('taken from the source')
    const changed = lines.with(2, (lines[2] ?? '').replace('transcript', 'transcripT'))
    await pack([
      [{ name: 'export.ndjson' }, changed.join('\n')],
      [{ name: 'key' }, smallLogKey],
    ])
    const { isValid, text } = await verifySource(archive, {})
    expect(isValid).to.equal(false)
    expect(text).to.include('FACTS_MISMATCH, first bad leaf: leaf 1')
  })

  it('is judged by the policy of a pack only with a word on whose it is', async () => {
    const note = 'the policy was taken from the source itself: compare trust.policy'
    await pack([
      [{ name: 'proofs/4.json' }, anchoredProof()],
      [{ name: 'trust.policy' }, proofPolicy],
    ])
    const own = await verifySource(archive, { key: proofKey })
    expect(own.isValid, own.text).to.equal(true)
    expect(own.text).to.include('cosigned by peer').and.to.include(note)
    const policy = join(top, 'kept.policy')
    writeFileSync(policy, proofPolicy)
    const given = await verifySource(archive, { key: proofKey, policy })
    expect(given.isValid, given.text).to.equal(true)
    expect(given.text).to.include('cosigned by peer').and.to.not.include('the policy was taken')
    await pack([
      [{ name: 'export.ndjson' }, smallExport(['a']).join('\n')],
      [{ name: 'trust.policy' }, proofPolicy],
    ])
    expect((await verifySource(archive, { key: smallLogKey })).text).to.not.include('the policy was taken')
  })

  it('is not an archive that leaves its folder, links, repeats a name or grows without bound', async () => {
    const refused: readonly (readonly Packed[])[] = [
      [[{ name: '../outside' }, 'x']],
      [[{ name: '/tmp/outside' }, 'x']],
      [[{ name: 'a/../../outside' }, 'x']],
      [[{ name: '.hidden' }, 'x']],
      [[{ name: 'link', type: 'symlink', linkname: '/etc/passwd' }]],
      [[{ name: 'link', type: 'link', linkname: 'checkpoint' }]],
      [
        [{ name: 'twice' }, 'x'],
        [{ name: 'twice' }, 'y'],
      ],
      [[{ name: 'zeros' }, new Uint8Array(40_000_000)]],
    ]
    for (const entries of refused) {
      await pack(entries)
      const code = await codeOf(verifySource(archive, { key: folderKey }))
      expect(code, entries[0]?.[0].name).to.equal('AUDIT_ARCHIVE_INVALID')
    }
    expect(readdirSync(tmpdir()).filter((name) => name === 'outside')).to.deep.equal([])
  })

  it('is not an archive whose bytes break off or were changed', async () => {
    await pack(packFolder(''))
    const bytes = readFileSync(archive)
    writeFileSync(archive, bytes.subarray(0, bytes.length / 2))
    expect(await codeOf(verifySource(archive, { key: folderKey }))).to.equal('AUDIT_ARCHIVE_INVALID')
  })

  it('is the address of a log, asked again when it says so, with a token that stays with it', async () => {
    const tokenFile = join(top, 'token')
    writeFileSync(tokenFile, 'secret-token\n', { mode: 0o600 })
    let refusals = 0
    const url = await serve((request, response) => {
      const path = (request.url ?? '').slice('/v1/logs/drill/'.length)
      if (request.headers.authorization !== 'Bearer secret-token') return void response.writeHead(401).end()
      if (refusals++ % 3 === 0) return void response.writeHead(503, { 'retry-after': '0' }).end()
      if (path === 'key') return void response.end(`${folderKey}\n`)
      try {
        const bytes = readFileSync(join(folder, path))
        const encoding = path.startsWith('tile/entries/') ? { 'content-encoding': 'gzip' } : {}
        response.writeHead(200, encoding).end(bytes)
      } catch {
        response.writeHead(404).end()
      }
    })
    const { isValid, text } = await verifySource(url, { tokenFile })
    expect(isValid, text).to.equal(true)
    expect(text).to.include('600 entries verified').and.to.include('taken from the source')
    expect(await codeOf(verifySource(url, { key: folderKey }))).to.equal('AUDIT_SOURCE_FAILED')
    expect(await codeOf(verifySource('http://ledger.example/', { tokenFile }))).to.equal(
      'AUDIT_SOURCE_FAILED',
    )
    writeFileSync(join(top, 'open'), 'secret-token\n', { mode: 0o644 })
    expect(await codeOf(verifySource(url, { tokenFile: join(top, 'open') }))).to.equal('AUDIT_SOURCE_FAILED')
  })

  it('is not an address that leads elsewhere, or answers without end', async () => {
    const elsewhere = await serve((_, response) =>
      response.writeHead(302, { location: 'http://127.0.0.1:9/' }).end(),
    )
    expect(await codeOf(verifySource(elsewhere, { key: folderKey }))).to.equal('AUDIT_SOURCE_FAILED')
    server?.close()
    const endless = await serve((_, response) => response.end(Buffer.alloc(300_000, 'a')))
    expect(await codeOf(verifySource(endless, { key: folderKey }))).to.equal('AUDIT_SOURCE_FAILED')
  })
})
