import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { encodeVerifierKey } from '../../../audit/log/note.ts'
import { entryBytes, maxTextBytes, openEntry, sealEntry } from '../../../audit/sealed/sealed-entry.ts'
import { SealedLog } from '../../../audit/sealed/sealed-log.ts'
import { unseal } from '../../../audit/sealed/unseal-command.ts'
import { systemCodeOf } from '../../../lib/errors.ts'

const origin = 'campus.example/sealed/drill'
const [counsel, second, stranger] = [0, 1, 2].map(() => generateKeyPairSync('x25519'))
const logKey = generateKeyPairSync('ed25519')
const signer = {
  name: origin,
  publicKey: logKey.publicKey,
  sign: (bytes: Uint8Array) => sign(null, bytes, logKey.privateKey),
}
const half = (which: 'publicKey' | 'privateKey', a = counsel, b = second) => ({
  counsel: (a ?? expect.fail())[which],
  second: (b ?? expect.fail())[which],
})

describe('a sealed log', () => {
  let folder: string
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'campanile-sealed-'))))
  afterEach(() => rmSync(folder, { recursive: true }))
  const open = (directory = folder) => SealedLog.open({ directory, signer, pair: half('publicKey') })
  const codeOf = (work: Promise<unknown>) =>
    work.then(
      () => 'accepted',
      (error: unknown) => systemCodeOf(error),
    )
  const pem = (name: string, key: KeyObject | undefined) => {
    const path = join(folder, name)
    writeFileSync(path, (key ?? expect.fail()).export({ format: 'pem', type: 'pkcs8' }))
    return path
  }
  async function read(pair = half('privateKey'), log = folder) {
    const lines: string[] = []
    const files = { counsel: pem('counsel.pem', pair.counsel), second: pem('second.pem', pair.second) }
    const key = encodeVerifierKey(origin, logKey.publicKey)
    const size = await unseal({ folder: log, ...files, key }, (line) => lines.push(line))
    return { size, lines }
  }

  it('is as long, as many and named the same with disclosures and without', async () => {
    const [empty, used] = [join(folder, 'a'), join(folder, 'b')]
    const [quiet, busy] = [await open(empty), await open(used)]
    for (let round = 0; round < 8; round++) {
      if (round % 2 === 0) busy.offer(String(round), JSON.stringify({ text: 'x'.repeat(round * 900) }))
      await quiet.round()
      await busy.round()
    }
    await Promise.all([quiet.close(), busy.close()])
    const look = (path: string) =>
      readdirSync(path).map((name) => [
        name,
        statSync(join(path, name)).size,
        statSync(join(path, name)).mode,
      ])
    expect(look(used)).to.deep.equal(look(empty))
    expect(statSync(join(used, 'entries')).size).to.equal(8 * entryBytes)
    expect((await read(half('privateKey'), used)).lines).to.have.length(4)
    expect((await read(half('privateKey'), empty)).lines).to.have.length(0)
  })

  it('writes nothing when a disclosure is offered, only when its round comes', async () => {
    const log = await open()
    await log.round()
    const before = readdirSync(folder).map((name) => readFileSync(join(folder, name)))
    expect(log.offer('1', '{"a":1}')).to.equal('waiting')
    expect(log.offer('1', '{"a":1}')).to.equal('waiting')
    expect(readdirSync(folder).map((name) => readFileSync(join(folder, name)))).to.deep.equal(before)
    await log.round()
    expect(log.offer('1', '{"a":1}')).to.equal('written')
    await log.close()
    expect((await read()).lines).to.deep.equal(['{"index":1,"disclosure":{"a":1}}'])
  })

  it('opens to two people together and to neither with somebody else', async () => {
    const log = await open()
    log.offer('1', '{"a":1}')
    await log.round()
    await log.close()
    expect((await read()).size).to.equal(1)
    for (const pair of [half('privateKey', counsel, stranger), half('privateKey', stranger, second)]) {
      expect(await codeOf(read(pair))).to.equal('AUDIT_SEALED_INVALID')
    }
  })

  it('goes on after a restart and a torn entry, and shows a disclosure sent twice once', async () => {
    const first = await open()
    first.offer('1', '{"a":1}')
    await first.round()
    await first.close()
    appendFileSync(join(folder, 'entries'), Buffer.alloc(100))
    const next = await open()
    next.offer('1', '{"a":1}')
    await next.round()
    await next.close()
    expect(await read()).to.deep.equal({ size: 2, lines: ['{"index":0,"disclosure":{"a":1}}'] })
  })

  it('is refused when it was cut or changed', async () => {
    const log = await open()
    for (let round = 0; round < 3; round++) await log.round()
    await log.close()
    const path = join(folder, 'entries')
    const whole = readFileSync(path)
    const changed = Buffer.from(whole)
    changed.writeUInt8(changed.readUInt8(entryBytes + 5) ^ 1, entryBytes + 5)
    writeFileSync(path, changed)
    expect(await codeOf(open())).to.equal('AUDIT_LOG_FORKED')
    expect(await codeOf(read())).to.equal('AUDIT_LOG_FORKED')
    writeFileSync(path, whole)
    truncateSync(path, 2 * entryBytes)
    expect(await codeOf(open())).to.equal('AUDIT_LOG_ROLLED_BACK')
  })

  it('takes only so many at once', async () => {
    const log = await open()
    const answers = Array.from({ length: 101 }, (_, at) => log.offer(String(at), '{}'))
    expect(answers.slice(0, 100).every((each) => each === 'waiting')).to.equal(true)
    expect(answers[100]).to.equal('full')
    await log.close()
  })

  it('opens no entry that was moved or changed in any byte', () => {
    const place = { origin, index: 7 }
    const text = 'x'.repeat(maxTextBytes)
    const entry = sealEntry(text, place, half('publicKey'))
    expect(entry).to.have.length(entryBytes)
    expect(sealEntry(undefined, place, half('publicKey'))).to.have.length(entryBytes)
    expect(openEntry(entry, place, half('privateKey'))).to.equal(text)
    const refused = (work: () => unknown) =>
      expect(work).to.throw().with.property('code', 'AUDIT_SEALED_INVALID')
    refused(() => openEntry(entry, { origin, index: 8 }, half('privateKey')))
    refused(() => openEntry(entry, { origin: `${origin}x`, index: 7 }, half('privateKey')))
    refused(() => sealEntry(`${text}x`, place, half('publicKey')))
    for (let at = 0; at < entryBytes; at += 61) {
      // The highest bit of an X25519 key is not part of it (RFC 7748 §5), so another one is changed.
      const changed = Buffer.from(entry)
      changed.writeUInt8(changed.readUInt8(at) ^ 2, at)
      refused(() => openEntry(changed, place, half('privateKey')))
    }
  })
})
