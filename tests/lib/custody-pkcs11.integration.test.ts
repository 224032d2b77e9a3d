import { verify } from 'node:crypto'
import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { addKeyVersion, listKeys } from '../../lib/custody-changes.ts'
import {
  maxTokenKeys,
  openCustody,
  openSealed,
  refuseCrowdedToken,
  type CustodyOptions,
} from '../../lib/custody.ts'
import { encodeTokenKey, Pkcs11Token, type Pkcs11Options } from '../../lib/custody-pkcs11.ts'
import { systemCodeOf } from '../../lib/errors.ts'
import { locateSoftHsm, makeSoftToken, type SoftToken } from '../support/soft-token.ts'

const hsm = locateSoftHsm()

describe('a keystore under a PKCS#11 token', () => {
  if (!hsm.isThere) {
    it(`is not opened on this system: ${hsm.reason}`, () => expect(hsm.isThere).to.equal(false))
    return
  }
  const { PATH, SOFTHSM2_CONF } = process.env
  let folder: string
  let token: SoftToken
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'campanile-custody-'))
    token = makeSoftToken(hsm, ['log-*'])
    Object.assign(process.env, token.environment)
  })
  afterEach(() => {
    rmSync(folder, { recursive: true })
    token.remove()
    process.env['PATH'] = PATH
    if (SOFTHSM2_CONF === undefined) delete process.env['SOFTHSM2_CONF']
    else process.env['SOFTHSM2_CONF'] = SOFTHSM2_CONF
  })

  const given = (changes: Partial<Pkcs11Options> = {}): CustodyOptions => ({
    directory: join(folder, 'keys'),
    passphraseFile: join(folder, 'absent'),
    backend: { ...token.options, ...changes },
  })
  const open = (changes: Partial<Pkcs11Options> = {}) => openCustody(given(changes))
  const codeOf = (work: Promise<unknown>) =>
    work.then(
      () => 'accepted',
      (error: unknown) => systemCodeOf(error),
    )
  const secretCode = async (changes: Partial<Pkcs11Options> = {}) =>
    codeOf(open(changes).then((custody) => custody.secret('hmac', 32)))

  it('opens the same keys again, without any passphrase', async () => {
    const custody = await open()
    const made = { key: (await custody.signingKey('jwt')).keyId, secret: await custody.secret('hmac', 32) }
    const again = await open()
    expect((await again.signingKey('jwt')).keyId).to.equal(made.key)
    expect(await again.secret('hmac', 32)).to.deep.equal(made.secret)
  })

  it('does not open with another pin, key, token or module, nor under a passphrase', async () => {
    await (await open()).secret('hmac', 32)
    token.tool('--keypairgen', '--key-type', 'rsa:2048', '--usage-decrypt', '--id', '02')
    const wrongPin = join(folder, 'wrong-pin')
    writeFileSync(wrongPin, '000000', { mode: 0o600 })
    expect(await secretCode({ pinFile: wrongPin })).to.equal('CUSTODY_DENIED')
    expect(await secretCode({ keyId: '02' })).to.equal('CUSTODY_WRONG_KEY')
    expect(await secretCode({ keyId: '03' })).to.equal('CUSTODY_KEY_DISABLED')
    expect(await secretCode({ token: 'another' })).to.equal('CUSTODY_UNAVAILABLE')
    expect(await secretCode({ module: '/nowhere.so' })).to.equal('CUSTODY_NO_BACKEND')
    const { directory } = given()
    const passphraseFile = join(folder, 'passphrase')
    writeFileSync(passphraseFile, 'correct horse battery staple', { mode: 0o600 })
    const plain = openCustody({ directory, passphraseFile }).then((custody) => custody.secret('hmac', 32))
    expect(await codeOf(plain)).to.equal('CUSTODY_OTHER_BACKEND')
    expect(await secretCode()).to.equal('accepted')
  })

  it('is never begun anew in the place of one that a passphrase opens', async () => {
    const passphraseFile = join(folder, 'passphrase')
    writeFileSync(passphraseFile, 'correct horse battery staple', { mode: 0o600 })
    await (await openCustody({ directory: given().directory, passphraseFile })).secret('hmac', 32)
    expect(await secretCode()).to.equal('CUSTODY_OTHER_BACKEND')
  })

  it('refuses a file of the pin that others may read', async () => {
    chmodSync(token.options.pinFile, 0o640)
    expect(await secretCode()).to.equal('CUSTODY_TOO_OPEN')
  })

  it('names the pin on no command line', async () => {
    const spied = join(folder, 'arguments')
    const spy = `#!/bin/sh\necho "$@" >> '${spied}'\nPATH='${token.environment.PATH}' exec pkcs11-tool "$@"\n`
    writeFileSync(join(folder, 'pkcs11-tool'), spy, { mode: 0o755 })
    process.env['PATH'] = `${folder}:${token.environment.PATH}`
    await (await open()).signingKey('log-drill')
    const lines = readFileSync(spied, 'utf8')
    expect(lines).to.include('--pin env:')
    expect(lines).not.to.include(readFileSync(token.options.pinFile, 'utf8').trim())
  })

  it('signs in the token what is named for it, and keeps no such key in a file', async () => {
    const custody = await open()
    const key = await custody.signingKey('log-drill')
    const message = Buffer.from('a checkpoint')
    expect(verify(null, message, key.publicKey, key.sign(message))).to.equal(true)
    expect(token.tool('--list-objects', '--type', 'privkey')).to.match(/log-drill[^]*never extractable/)
    expect((await (await open()).signingKey('log-drill')).keyId).to.equal(key.keyId)
    const before = token.tool('--list-objects', '--type', 'privkey')
    await custody.signingKey('jwt')
    expect(token.tool('--list-objects', '--type', 'privkey')).to.equal(before)
  })

  it('gives a key of the token its next version in the token', async () => {
    const first = await (await open()).signingKey('log-drill')
    await addKeyVersion(given(), 'log-drill.ed25519', 'retired')
    const [next, former] = await (await open()).signingKeys('log-drill')
    expect(former?.keyId).to.equal(first.keyId)
    expect(next.keyId).not.to.equal(first.keyId)
    const message = Buffer.from('another checkpoint')
    expect(verify(null, message, next.publicKey, next.sign(message))).to.equal(true)
    expect(readdirSync(given().directory)).to.include('log-drill~2.ed25519')
  })

  it('takes no more signing keys than the token has the time to sign with, and serves with no more', async () => {
    const custody = await open()
    for (let at = 1; at <= maxTokenKeys; at++) await custody.signingKey(`log-t${at}`)
    await refuseCrowdedToken(given())
    expect(await codeOf(custody.signingKey('log-one-more'))).to.equal('CUSTODY_CROWDED')
    // What is not named for the token is a file as before.
    await (await open({ signingKeys: [] })).signingKey('log-one-more')
    // A keystore from before the limit.
    const inside = await Pkcs11Token.open(token.options)
    const { store } = await openSealed(given())
    await store.open({
      name: 'log-before.ed25519',
      make: async () => encodeTokenKey(inside.makeSigningKey('log-before')),
    })
    expect(await codeOf(refuseCrowdedToken(given()))).to.equal('CUSTODY_CROWDED')
    // Out of the token it goes by a rotation, for which the keystore opens.
    await addKeyVersion(given({ signingKeys: [] }), 'log-before.ed25519', 'retired')
    await refuseCrowdedToken(given())
  })

  it('refuses a signature of a key that was put in the place of the one it knows', async () => {
    const key = await (await open()).signingKey('log-drill')
    const listed = token.tool('--list-objects', '--type', 'privkey')
    const id = /log-drill\s+ID:\s+([0-9a-f]+)/.exec(listed)?.[1] ?? expect.fail(listed)
    for (const type of ['privkey', 'pubkey']) token.tool('--delete-object', '--type', type, '--id', id)
    const sign = () => key.sign(Buffer.from('a checkpoint'))
    expect(sign).to.throw().with.property('code', 'CUSTODY_KEY_DISABLED')
    token.tool('--keypairgen', '--key-type', 'EC:edwards25519', '--usage-sign', '--id', id)
    expect(sign).to.throw().with.property('code', 'CUSTODY_SWAPPED')
  })

  it('lists its keys, those of the token among them', async () => {
    const custody = await open()
    await custody.signingKey('log-drill')
    await custody.secret('hmac', 32)
    const keys = await listKeys(given())
    expect(keys.map(({ name, fault }) => [name, fault])).to.deep.equal([
      ['hmac.secret', undefined],
      ['log-drill.ed25519', undefined],
    ])
  })
})
