import { mkdtempSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { packFiles, unpackFiles } from '../../../audit/keys/archive.ts'
import { backUpKeystore, restoreKeystore } from '../../../audit/keys/backup.ts'
import { openCustody } from '../../../lib/custody.ts'
import { systemCodeOf } from '../../../lib/errors.ts'

describe('a backup of the keystore', () => {
  const now = Date.parse('2026-09-01T08:00:00.000Z')
  const day = 86_400_000
  let folder: string
  let options: { directory: string; passphraseFile: string }
  let backups: string
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'campanile-backup-'))
    options = { directory: join(folder, 'keystore'), passphraseFile: join(folder, 'passphrase') }
    backups = join(folder, 'backups')
    writeFileSync(options.passphraseFile, 'correct horse battery staple', { mode: 0o600 })
    const custody = await openCustody(options)
    await custody.signingKey('log-drill')
    mkdirSync(join(options.directory, 'subjects/drill'), { recursive: true })
    writeFileSync(join(options.directory, 'subjects/drill/1.subjects'), 'sealed already')
  })
  afterEach(() => rmSync(folder, { recursive: true }))
  const codeOf = (work: Promise<unknown>) =>
    work.then(
      () => 'accepted',
      (error: unknown) => systemCodeOf(error),
    )

  it('brings a lost keystore back, every key the same', async () => {
    const { keyId } = await (await openCustody(options)).signingKey('log-drill')
    const { path, files } = await backUpKeystore(options, backups, now)
    rmSync(options.directory, { recursive: true })
    expect(await restoreKeystore(options, path)).to.have.length(files)
    const custody = await openCustody(options)
    const [key] = await custody.signingKeys('log-drill', { isKnown: true })
    expect(key.keyId).to.equal(keyId)
    expect(readFileSync(join(options.directory, 'subjects/drill/1.subjects'), 'utf8')).to.equal(
      'sealed already',
    )
  })

  it('brings back a lost key and leaves what is there', async () => {
    const { path } = await backUpKeystore(options, backups, now)
    const custody = await openCustody(options)
    await custody.secret('newer', 32)
    rmSync(join(options.directory, 'log-drill.ed25519'))
    writeFileSync(join(options.directory, 'subjects/drill/1.subjects'), 'grown since')
    expect(await restoreKeystore(options, path)).to.deep.equal(['log-drill.ed25519'])
    expect(await codeOf(custody.signingKeys('log-drill', { isKnown: true }))).to.equal('accepted')
    expect(await codeOf(custody.secrets('newer', 32, { isKnown: true }))).to.equal('accepted')
    expect(readFileSync(join(options.directory, 'subjects/drill/1.subjects'), 'utf8')).to.equal('grown since')
  })

  it('is for its owner only and tells nothing without the passphrase', async () => {
    const { path } = await backUpKeystore(options, backups, now)
    expect(statSync(path).mode & 0o777).to.equal(0o600)
    expect(readFileSync(path).includes('log-drill')).to.equal(false)
    writeFileSync(options.passphraseFile, 'another passphrase altogether')
    expect(await codeOf(restoreKeystore(options, path))).to.equal('CUSTODY_WRONG_PASSPHRASE')
  })

  it('opens under a recovery passphrase instead, which is no short one', async () => {
    const { keyId } = await (await openCustody(options)).signingKey('log-drill')
    const recovery = join(folder, 'recovery')
    writeFileSync(recovery, 'too short', { mode: 0o600 })
    expect(await codeOf(backUpKeystore(options, backups, now, recovery))).to.equal('CUSTODY_WEAK_PASSPHRASE')
    writeFileSync(recovery, 'a recovery passphrase in a safe')
    const { path } = await backUpKeystore(options, backups, now, recovery)
    rmSync(options.directory, { recursive: true })
    expect(await codeOf(restoreKeystore(options, path))).to.equal('CUSTODY_WRONG_PASSPHRASE')
    const recovered = { ...options, passphraseFile: recovery }
    await restoreKeystore(recovered, path)
    const [key] = await (await openCustody(recovered)).signingKeys('log-drill', { isKnown: true })
    expect(key.keyId).to.equal(keyId)
    expect(await codeOf(openCustody(options).then((each) => each.signingKey('log-drill')))).to.equal(
      'CUSTODY_WRONG_PASSPHRASE',
    )
  })

  it('is refused after any change', async () => {
    const { path } = await backUpKeystore(options, backups, now)
    const bytes = readFileSync(path)
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1)
    writeFileSync(path, bytes)
    expect(await codeOf(restoreKeystore(options, path))).to.equal('CUSTODY_WRONG_PASSPHRASE')
  })

  it('is removed when it is older than 35 days, and counted', async () => {
    await backUpKeystore(options, backups, now - 36 * day)
    await backUpKeystore(options, backups, now - 34 * day)
    writeFileSync(join(backups, 'keystore-notes.txt'), 'of somebody else')
    expect((await backUpKeystore(options, backups, now)).removed).to.equal(1)
    expect(readdirSync(backups)).to.deep.equal([
      'keystore-2026-07-29T08-00-00.000Z.sealed',
      'keystore-2026-09-01T08-00-00.000Z.sealed',
      'keystore-notes.txt',
    ])
  })

  it('unpacks to no place outside the keystore', () => {
    for (const name of ['../escape', '/etc/passwd', 'a/../../b', '']) {
      const packed = packFiles([{ name, content: Buffer.from('x') }])
      expect(() => unpackFiles(packed))
        .to.throw()
        .with.property('code', 'AUDIT_BACKUP_CORRUPT')
    }
    const whole = packFiles([{ name: 'a/b.note', content: Buffer.from('content') }])
    for (let length = 1; length < whole.length; length++) {
      expect(() => unpackFiles(whole.subarray(0, length)))
        .to.throw()
        .with.property('code', 'AUDIT_BACKUP_CORRUPT')
    }
  })
})
