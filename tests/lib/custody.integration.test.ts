import { createPublicKey, randomBytes, verify } from 'node:crypto'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { CustodyError } from '../../lib/custody-errors.ts'
import { addKeyVersion, changePassphrase, listKeys } from '../../lib/custody-changes.ts'
import { isPresentForm, Passphrase } from '../../lib/custody-seal.ts'
import { nextPassphraseFile, openCustody } from '../../lib/custody.ts'

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
    expect(readdirSync(directory).filter((name) => !name.startsWith('manifest.'))).to.deep.equal([
      'log.ed25519',
    ])
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
    expect(await codeOf(custody.secret('two', 32))).to.equal('CUSTODY_CORRUPT')
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

  it('refuses a lost key and never makes it anew', async () => {
    await (await open()).signingKey('log')
    rmSync(join(directory, 'log.ed25519'))
    expect(await codeOf((await open()).signingKey('log'))).to.equal('CUSTODY_LOST')
    expect(readdirSync(directory)).not.to.include('log.ed25519')
  })

  it('refuses a key that only its caller remembers', async () => {
    const custody = await open()
    expect(await codeOf(custody.signingKeys('log', { isKnown: true }))).to.equal('CUSTODY_LOST')
    expect(await codeOf(custody.secrets('side', 32, { isKnown: true }))).to.equal('CUSTODY_LOST')
    await custody.signingKey('log')
    expect(await codeOf(custody.signingKeys('log', { isKnown: true }))).to.equal('accepted')
  })

  it('refuses keys whose manifest is lost', async () => {
    await (await open()).signingKey('log')
    for (const name of readdirSync(directory)) {
      if (name.startsWith('manifest.')) rmSync(join(directory, name))
    }
    expect(await codeOf((await open()).signingKey('log'))).to.equal('CUSTODY_LOST')
    expect(await codeOf((await open()).signingKey('other'))).to.equal('CUSTODY_LOST')
  })

  it('refuses a version in the place of another', async () => {
    await (await open()).secret('hmac', 32)
    const first = readFileSync(join(directory, 'hmac.secret'))
    await addKeyVersion({ directory, passphraseFile }, 'hmac.secret', 'retired')
    writeFileSync(join(directory, 'hmac~2.secret'), first, { mode: 0o600 })
    expect(await codeOf((await open()).secret('hmac', 32))).to.equal('CUSTODY_CORRUPT')
  })

  it('refuses a key that was made again under its name', async () => {
    await (await open()).secret('hmac', 32)
    const manifest = readdirSync(directory).find((name) => name.startsWith('manifest.')) ?? ''
    const remembered = readFileSync(join(directory, manifest))
    rmSync(directory, { recursive: true })
    await (await open()).secret('hmac', 32)
    for (const name of readdirSync(directory).filter((each) => each.startsWith('manifest.'))) {
      rmSync(join(directory, name))
    }
    writeFileSync(join(directory, manifest), remembered, { mode: 0o600 })
    expect(await codeOf((await open()).secret('hmac', 32))).to.equal('CUSTODY_CORRUPT')
  })

  it('takes in keys from before there was a manifest, as they are opened', async () => {
    mkdirSync(directory, { mode: 0o700 })
    const secret = randomBytes(32)
    const sealed = await new Passphrase('correct horse battery staple').seal('old.secret', secret)
    writeFileSync(join(directory, 'old.secret'), sealed, { mode: 0o600 })
    expect(await (await open()).secret('old', 32)).to.deep.equal(secret)
    expect(isPresentForm(readFileSync(join(directory, 'old.secret')))).to.equal(true)
    rmSync(join(directory, 'old.secret'))
    expect(await codeOf((await open()).secret('old', 32))).to.equal('CUSTODY_LOST')
  })

  it('opens the newest version and those before it', async () => {
    const before = await (await open()).signingKey('log')
    await addKeyVersion({ directory, passphraseFile }, 'log.ed25519', 'retired')
    const keys = await (await open()).signingKeys('log')
    expect(keys.map(({ version, state }) => ({ version, state }))).to.deep.equal([
      { version: 2, state: 'active' },
      { version: 1, state: 'retired' },
    ])
    expect(keys[1]?.keyId).to.equal(before.keyId)
    expect(keys[0].keyId).not.to.equal(before.keyId)
  })

  it('adds no version to a key that there is not', async () => {
    expect(await codeOf(addKeyVersion({ directory, passphraseFile }, 'log.ed25519', 'retired'))).to.equal(
      'CUSTODY_NO_KEY',
    )
  })

  it('opens the same keys under a new passphrase, and none under the old one', async () => {
    const made = await (await open()).secret('hmac', 32)
    await (await open()).signingKey('log')
    const old = readFileSync(passphraseFile)
    const next = join(folder, 'next')
    writeFileSync(next, 'another passphrase of some length', { mode: 0o600 })
    expect(await changePassphrase({ directory, passphraseFile }, next)).to.equal(2)
    expect(await (await open()).secret('hmac', 32)).to.deep.equal(made)
    writeFileSync(passphraseFile, old)
    expect(await codeOf((await open()).secret('hmac', 32))).to.equal('CUSTODY_WRONG_PASSPHRASE')
  })

  it('opens whichever file a crash left the passphrase in', async () => {
    const made = await (await open()).secret('hmac', 32)
    const old = readFileSync(passphraseFile)
    const next = join(folder, 'next')
    writeFileSync(next, 'another passphrase of some length', { mode: 0o600 })
    await changePassphrase({ directory, passphraseFile }, next)
    writeFileSync(nextPassphraseFile(passphraseFile), readFileSync(passphraseFile), { mode: 0o600 })
    writeFileSync(passphraseFile, old)
    expect(await (await open()).secret('hmac', 32)).to.deep.equal(made)
  })

  it('refuses a short passphrase', async () => {
    const next = join(folder, 'next')
    writeFileSync(next, 'short', { mode: 0o600 })
    expect(await codeOf(changePassphrase({ directory, passphraseFile }, next))).to.equal(
      'CUSTODY_WEAK_PASSPHRASE',
    )
  })

  it('lists its keys and says which is lost', async () => {
    const custody = await open()
    await custody.signingKey('log')
    await custody.secret('hmac', 32)
    rmSync(join(directory, 'hmac.secret'))
    const listed = await listKeys({ directory, passphraseFile })
    expect(listed.map(({ name, fault }) => ({ name, fault }))).to.deep.equal([
      { name: 'hmac.secret', fault: 'CUSTODY_LOST' },
      { name: 'log.ed25519', fault: undefined },
    ])
  })
})
