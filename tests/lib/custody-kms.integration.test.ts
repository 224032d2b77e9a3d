import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { addKeyVersion } from '../../lib/custody-changes.ts'
import { openCustody, type CustodyOptions } from '../../lib/custody.ts'
import type { KmsOptions } from '../../lib/custody-kms.ts'
import { systemCodeOf } from '../../lib/errors.ts'
import { startModelKms, type ModelKms } from '../support/model-kms.ts'

describe('a keystore under KMS', () => {
  const arn = (name: string) => `arn:aws:kms:eu-central-1:111122223333:key/${name}`
  const before = { ...process.env }
  let folder: string
  let kms: ModelKms
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'campanile-custody-'))
    kms = await startModelKms([arn('first'), arn('second')])
    Object.assign(process.env, kms.environment)
  })
  afterEach(async () => {
    rmSync(folder, { recursive: true })
    await kms.close()
    for (const name of Object.keys(kms.environment)) {
      if (before[name] === undefined) delete process.env[name]
      else process.env[name] = before[name]
    }
  })

  const given = (changes: Partial<KmsOptions> = {}): CustodyOptions => ({
    directory: join(folder, 'keys'),
    passphraseFile: join(folder, 'absent'),
    backend: { backend: 'kms', keyId: arn('first'), keystore: 'ledger', ...changes },
  })
  const open = (changes: Partial<KmsOptions> = {}) => openCustody(given(changes))
  const codeOf = (changes: Partial<KmsOptions> = {}) =>
    open(changes)
      .then((custody) => custody.secret('hmac', 32))
      .then(
        () => 'accepted',
        (error: unknown) => systemCodeOf(error),
      )

  it('opens the same keys again, asking KMS once', async () => {
    const custody = await open()
    const made = {
      key: (await custody.signingKey('log-drill')).keyId,
      secret: await custody.secret('hmac', 32),
    }
    expect(kms.answered()).to.deep.equal(['GenerateDataKey', 'Decrypt'])
    const again = await open()
    expect((await again.signingKey('log-drill')).keyId).to.equal(made.key)
    expect(await again.secret('hmac', 32)).to.deep.equal(made.secret)
    expect(kms.answered().filter((each) => each === 'Decrypt')).to.have.length(2)
  })

  it('makes and rotates keys while KMS is away, once it is open', async () => {
    const custody = await open()
    await custody.signingKey('log-drill')
    kms.setState(arn('first'), 'disabled')
    await custody.signingKey('log-campus')
    kms.setState(arn('first'), 'enabled')
    await addKeyVersion(given(), 'log-campus.ed25519', 'retired')
    expect((await (await open()).signingKeys('log-campus')).map(({ version }) => version)).to.deep.equal([
      2, 1,
    ])
  })

  it('tells a disabled key, a deleted one, another one and another keystore apart', async () => {
    expect(await codeOf()).to.equal('accepted')
    kms.setState(arn('first'), 'disabled')
    expect(await codeOf()).to.equal('CUSTODY_KEY_DISABLED')
    kms.setState(arn('first'), 'pending deletion')
    expect(await codeOf()).to.equal('CUSTODY_KEY_DISABLED')
    kms.setState(arn('first'), 'enabled')
    expect(await codeOf({ keyId: arn('nobody') })).to.equal('CUSTODY_KEY_DISABLED')
    expect(await codeOf({ keyId: arn('second') })).to.equal('CUSTODY_WRONG_KEY')
    expect(await codeOf({ keystore: 'another' })).to.equal('CUSTODY_WRONG_KEY')
    expect(await codeOf()).to.equal('accepted')
  })

  it('is patient when KMS asks to come later, and says so when that does not end', async () => {
    expect(await codeOf()).to.equal('accepted')
    kms.throttle(2)
    expect(await codeOf()).to.equal('accepted')
    kms.throttle(1_000)
    expect(await codeOf()).to.equal('CUSTODY_UNAVAILABLE')
  })

  it('is refused to whoever KMS does not know', async () => {
    expect(await codeOf()).to.equal('accepted')
    process.env['AWS_ACCESS_KEY_ID'] = 'AKIDSTRANGER'
    expect(await codeOf()).to.equal('CUSTODY_DENIED')
  })

  it('is refused after any change of its manifest', async () => {
    await (await open()).secret('hmac', 32)
    const { directory } = given()
    const name = readdirSync(directory).find((each) => each.startsWith('manifest.')) ?? expect.fail()
    const whole = readFileSync(join(directory, name))
    const wrong = ['CUSTODY_CORRUPT', 'CUSTODY_WRONG_KEY', 'CUSTODY_OTHER_BACKEND']
    for (const at of [0, 7, 12, 40, 200, whole.length - 1]) {
      const changed = Buffer.from(whole)
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at)
      writeFileSync(join(directory, name), changed)
      expect(await codeOf(), `byte ${at}`).to.be.oneOf(wrong)
    }
  })
})
