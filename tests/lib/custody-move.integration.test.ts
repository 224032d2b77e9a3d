import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  cpSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  watch,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { addKeyVersion, changePassphrase } from '../../lib/custody-changes.ts'
import { openCustody, type CustodyOptions } from '../../lib/custody.ts'
import { moveKeystore } from '../../lib/custody-move.ts'
import { systemCodeOf } from '../../lib/errors.ts'
import { startModelKms, type ModelKms } from '../support/model-kms.ts'
import { locateSoftHsm, makeSoftToken, type SoftToken } from '../support/soft-token.ts'

const hsm = locateSoftHsm()
const mover = join(import.meta.dirname, 'fixtures/move-keystore.ts')

describe('a keystore that moves', () => {
  const before = { ...process.env }
  const names = ['log-a', 'log-b', 'log-c', 'log-d', 'log-e', 'log-f', 'log-g', 'log-h']
  let folder: string
  let kms: ModelKms
  let token: SoftToken | undefined
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'campanile-custody-'))
    writeFileSync(join(folder, 'passphrase'), 'correct horse battery staple', { mode: 0o600 })
    kms = await startModelKms(['first', 'second'])
    Object.assign(process.env, kms.environment)
  })
  afterEach(async () => {
    rmSync(folder, { recursive: true })
    await kms.close()
    token?.remove()
    token = undefined
    for (const name of Object.keys(process.env)) if (before[name] === undefined) delete process.env[name]
    Object.assign(process.env, before)
  })

  const under = (backend?: CustodyOptions['backend'], directory = join(folder, 'keys')): CustodyOptions => ({
    directory,
    passphraseFile: join(folder, 'passphrase'),
    ...(backend === undefined ? {} : { backend }),
  })
  const kmsKey = (keyId: string, directory?: string) =>
    under({ backend: 'kms', keyId, keystore: 'ledger' }, directory)
  const keysOf = async (options: CustodyOptions) => {
    const custody = await openCustody(options)
    const keys = await Promise.all(names.map((name) => custody.signingKey(name)))
    return keys.map(({ keyId }) => keyId)
  }
  const codeOf = (work: Promise<unknown>) =>
    work.then(
      () => 'accepted',
      (error: unknown) => systemCodeOf(error),
    )

  it('goes to KMS, to another key there and back, every key the same', async () => {
    const keys = await keysOf(under())
    expect((await moveKeystore(under(), kmsKey('first'))).files).to.equal(names.length)
    expect(await keysOf(kmsKey('first'))).to.deep.equal(keys)
    expect(await codeOf(keysOf(under()))).to.equal('CUSTODY_OTHER_BACKEND')
    await moveKeystore(kmsKey('first'), kmsKey('second'))
    expect(await codeOf(keysOf(kmsKey('first')))).to.equal('CUSTODY_WRONG_KEY')
    expect(await keysOf(kmsKey('second'))).to.deep.equal(keys)
    await moveKeystore(kmsKey('second'), under())
    expect(await keysOf(under())).to.deep.equal(keys)
  })

  it('changes nothing where the new root does not open', async () => {
    const keys = await keysOf(under())
    const files = readdirSync(under().directory).sort()
    kms.setState('first', 'disabled')
    expect(await codeOf(moveKeystore(under(), kmsKey('first')))).to.equal('CUSTODY_KEY_DISABLED')
    expect(readdirSync(under().directory).sort()).to.deep.equal(files)
    expect(await keysOf(under())).to.deep.equal(keys)
  })

  it('has no passphrase to change under another root', async () => {
    await moveKeystore(under(), kmsKey('first'))
    const next = join(folder, 'next')
    writeFileSync(next, 'a passphrase of more than sixteen characters', { mode: 0o600 })
    expect(await codeOf(changePassphrase(kmsKey('first'), next))).to.equal('CUSTODY_OTHER_BACKEND')
  })

  it('opens under exactly one of the two wherever it is killed, and arrives when it is moved again', async () => {
    const original = join(folder, 'original')
    const keys = await keysOf(under(undefined, original))
    // Counted in files that appeared: the manifest first, then one for each key, then the manifest again.
    for (const changes of [1, 2, 4, 7, names.length + 1]) {
      const directory = join(folder, `killed-${changes}`)
      cpSync(original, directory, { recursive: true })
      chmodSync(directory, 0o700)
      const [from, to] = [under(undefined, directory), kmsKey('first', directory)]
      await killAfter(changes, { from, to })
      const codes = [await codeOf(keysOf(from)), await codeOf(keysOf(to))]
      expect(
        codes.filter((code) => code === 'accepted'),
        codes.join(),
      ).to.have.length(1)
      await moveKeystore(from, to)
      expect(await keysOf(to), String(changes)).to.deep.equal(keys)
      expect(await codeOf(keysOf(from))).to.equal('CUSTODY_OTHER_BACKEND')
    }
  })

  /** Kills a move once so many of its files have got their name. */
  async function killAfter(changes: number, { from, to }: { from: CustodyOptions; to: CustodyOptions }) {
    const renamed = new Set<string>()
    const child = spawn(process.execPath, [mover, JSON.stringify({ from, to })], { stdio: 'ignore' })
    const watcher = watch(from.directory, (_, name) => {
      if (name === null || /[.][0-9a-f]{12}$/.test(name)) return
      renamed.add(name)
      if (renamed.size >= changes) child.kill('SIGKILL')
    })
    await once(child, 'exit')
    watcher.close()
  }

  if (!hsm.isThere) {
    it(`goes to no token on this system: ${hsm.reason}`, () => expect(hsm.isThere).to.equal(false))
    return
  }

  it('goes to a token and back once nothing is bound to the token', async () => {
    token = makeSoftToken(hsm, ['log-z'])
    Object.assign(process.env, token.environment)
    const keys = await keysOf(under())
    const there = under(token.options)
    await moveKeystore(under(), there)
    expect(await keysOf(there)).to.deep.equal(keys)
    await (await openCustody(there)).signingKey('log-z')
    expect(await codeOf(moveKeystore(there, under()))).to.equal('CUSTODY_BOUND')
    const sealing = under({ ...token.options, signingKeys: [] })
    await addKeyVersion(sealing, 'log-z.ed25519', 'retired')
    await moveKeystore(sealing, under())
    expect(await keysOf(under())).to.deep.equal(keys)
    const [present, former] = await (await openCustody(under())).signingKeys('log-z')
    expect(present.sign(Buffer.from('text'))).to.have.length(64)
    // Its public half still verifies what it signed; it signs no more.
    expect(() => former?.sign(Buffer.from('text')))
      .to.throw()
      .with.property('code', 'CUSTODY_OTHER_BACKEND')
  })

  it('leaves nothing of the old root in its files', async () => {
    const keys = await keysOf(under())
    await moveKeystore(under(), kmsKey('first'))
    const { directory } = under()
    const manifests = readdirSync(directory).filter((name) => name.startsWith('manifest.'))
    expect(manifests).to.have.length(1)
    expect(
      readFileSync(join(directory, manifests[0] ?? ''))
        .subarray(0, 5)
        .toString(),
    ).to.equal('CMPK3')
    rmSync(join(folder, 'passphrase'))
    expect(await keysOf(kmsKey('first'))).to.deep.equal(keys)
  })
})
