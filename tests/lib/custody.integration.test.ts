import { createPublicKey, verify } from 'node:crypto'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { CustodyError, openCustody } from '../../lib/custody.ts'

describe('key custody', () => {
  let folder: string
  let directory: string
  let passphraseFile: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'campanile-custody-'))
    directory = join(folder, 'keys')
    passphraseFile = join(folder, 'passphrase')
    writeFileSync(passphraseFile, 'correct horse battery staple\n', { mode: 0o600 })
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  const open = () => openCustody({ directory, passphraseFile })
  const codeOf = (work: Promise<unknown>) =>
    work.then(
      () => 'accepted',
      (error: unknown) => (error instanceof CustodyError ? error.code : error),
    )

  it('opens the same keys again', async () => {
    const first = await open()
    const made = {
      a: await first.signingKey('log'),
      b: await first.rsaKey('jwt'),
      c: await first.secret('hmac', 32),
    }
    const second = await open()
    expect((await second.signingKey('log')).keyId).to.equal(made.a.keyId)
    expect((await second.rsaKey('jwt')).keyId).to.equal(made.b.keyId)
    expect(await second.secret('hmac', 32)).to.deep.equal(made.c)
  })

  it('signs so that the public key verifies', async () => {
    const key = await (await open()).signingKey('log')
    const message = Buffer.from('a checkpoint')
    const publicKey = createPublicKey(key.publicKey.export({ format: 'pem', type: 'spki' }))
    expect(verify(null, message, publicKey, key.sign(message))).to.equal(true)
  })

  it('gives one key to everyone who asks at the same moment', async () => {
    const custodies = await Promise.all([open(), open(), open()])
    const keys = await Promise.all(custodies.map((custody) => custody.signingKey('log')))
    expect(new Set(keys.map(({ keyId }) => keyId)).size).to.equal(1)
    expect(readdirSync(directory)).to.deep.equal(['log.ed25519'])
  })

  it('keeps the folder and the files to their owner, and no key in the clear', async () => {
    const secret = Buffer.from(await (await open()).secret('hmac', 32))
    const path = join(directory, 'hmac.secret')
    expect(statSync(directory).mode & 0o777).to.equal(0o700)
    expect(statSync(path).mode & 0o777).to.equal(0o600)
    expect(readFileSync(path).includes(secret)).to.equal(false)
  })

  it('refuses another passphrase, a changed file and a renamed key', async () => {
    const custody = await open()
    await custody.secret('one', 32)
    const path = join(directory, 'one.secret')
    const sealed = readFileSync(path)
    writeFileSync(join(directory, 'two.secret'), sealed, { mode: 0o600 })
    expect(await codeOf(custody.secret('two', 32))).to.equal('CUSTODY_WRONG_PASSPHRASE')
    writeFileSync(path, sealed.subarray(0, 20))
    expect(await codeOf(custody.secret('one', 32))).to.equal('CUSTODY_CORRUPT')
    writeFileSync(path, sealed)
    writeFileSync(passphraseFile, 'another')
    expect(await codeOf((await open()).secret('one', 32))).to.equal('CUSTODY_WRONG_PASSPHRASE')
  })

  it('refuses a passphrase file that others may read', async () => {
    chmodSync(passphraseFile, 0o644)
    expect(await codeOf(open())).to.equal('CUSTODY_TOO_OPEN')
  })

  it('refuses a name that leaves the folder', async () => {
    expect(await codeOf((await open()).secret('../escape', 32))).to.equal('CUSTODY_BAD_NAME')
  })
})
