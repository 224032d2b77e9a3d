import { mkdtemp, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { jwtVerify } from 'jose'
import { openSigner } from '../../../app/gateway/signer.ts'
import { addSigningKey, signingKeys } from '../../../app/gateway/signing-keys.ts'
import { openCustody, type Custody } from '../../../lib/custody.ts'

describe('the keys of access tokens', () => {
  let folder: string
  let directory: string
  let custody: Custody
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'campanile-keys-'))
    directory = join(folder, 'keystore')
    const passphraseFile = join(folder, 'passphrase')
    await writeFile(passphraseFile, 'a passphrase for tests only', { mode: 0o600 })
    custody = await openCustody({ directory, passphraseFile })
  })
  afterEach(() => rm(folder, { recursive: true }))

  const open = (now = Date.now) => signingKeys({ directory, custody, nowMillis: now })
  const session = {
    id: '00000000-0000-4000-8000-000000000001',
    tenant: 'university_a',
    account: '00000000-0000-4000-8000-000000000002',
    role: 'student',
    passwordVersion: 1,
  } as const

  it('begin with the first generation', async () => {
    const [first] = await open()()
    expect((await custody.rsaKey('jwt-1')).keyId).to.equal(first.keyId)
  })

  it('go on with the key from before generations had numbers', async () => {
    const old = await custody.rsaKey('access-token')
    expect((await open()()).map(({ keyId }) => keyId)).to.deep.equal([old.keyId])
    expect(await addSigningKey({ directory, custody })).to.equal('jwt-1')
  })

  it('rotate while the gateway runs: the new one signs, the old one verifies until its tokens have expired', async () => {
    let now = Date.now()
    const signer = await openSigner(
      open(() => now),
      () => now,
    )
    const before = await signer.sign(session)
    expect(await addSigningKey({ directory, custody })).to.equal('jwt-2')
    await signer.reload()
    const after = await signer.sign(session)
    expect(signer.jwks().keys).to.have.length(2)
    const verify = (token: string) => jwtVerify(token, signer.keys, { currentDate: new Date(now) })
    const [old, young] = [await verify(before), await verify(after)]
    expect(old.protectedHeader.kid).not.to.equal(young.protectedHeader.kid)
    expect(signer.jwks().keys[0]?.kid).to.equal(young.protectedHeader.kid)
    now += 17 * 60_000
    await signer.reload()
    expect(signer.jwks().keys.map(({ kid }) => kid)).to.deep.equal([young.protectedHeader.kid])
    const refused = await jwtVerify(before, signer.keys).catch((error: unknown) => error)
    expect(refused).to.include({ code: 'ERR_JWKS_NO_MATCHING_KEY' })
  })

  it('are published with the previous one after a restart only while its tokens may live', async () => {
    await addSigningKey({ directory, custody })
    await addSigningKey({ directory, custody })
    expect(await open()()).to.have.length(2)
    const path = join(directory, 'jwt-2.rsa')
    expect((await stat(path)).mode & 0o777).to.equal(0o600)
    const longAgo = new Date(Date.now() - 17 * 60_000)
    await utimes(path, longAgo, longAgo)
    expect(await open()()).to.have.length(1)
  })
})
