import { randomBytes } from 'node:crypto'
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { AuditError } from '../../../audit/log/errors.ts'
import { SubjectKeys } from '../../../audit/store/subject-keys.ts'
import { subjectKeyName } from '../../../audit/store/subject-shard.ts'

describe('keys of subjects', () => {
  let directory: string
  const first = { version: 1, bytes: randomBytes(32) }
  const second = { version: 2, bytes: randomBytes(32) }
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'campanile-subjects-'))))
  afterEach(() => rmSync(directory, { recursive: true }))

  const open = () => new SubjectKeys({ directory, keyEncryptionKeys: [first] })
  const token = (shard: number) => Buffer.concat([Buffer.from([shard]), randomBytes(31)])
  const fileOf = (tenant: string, shard: number) => join(directory, tenant, `${shard.toString(16)}.subjects`)
  async function make(tokens: readonly Buffer[], keys = open()) {
    const made = await keys.ensure('drill', tokens)
    await keys.close()
    return made.map(subjectKeyName)
  }
  const nameOf = async (keys: SubjectKeys, each: Buffer) => {
    const key = await keys.find('drill', each)
    return key === undefined ? undefined : subjectKeyName(key)
  }

  it('are the same when opened again', async () => {
    const tokens = [token(1), token(1), token(2)]
    const names = await make(tokens)
    const keys = open()
    expect(await Promise.all(tokens.map((each) => nameOf(keys, each)))).to.deep.equal(names)
    await keys.close()
  })

  it('are gone once destroyed, and the others stay', async () => {
    const tokens = [token(3), token(3), token(3)]
    const [a = token(3), b = token(3), c = token(3)] = tokens
    const names = await make(tokens)
    const before = readFileSync(fileOf('drill', 3))
    const keys = open()
    expect(await keys.destroy('drill', b, names[1] ?? '')).to.equal(true)
    expect(await keys.destroy('drill', b, names[1] ?? '')).to.equal(false)
    await keys.close()
    const again = open()
    expect(await nameOf(again, b)).to.equal(undefined)
    expect([await nameOf(again, a), await nameOf(again, c)]).to.deep.equal([names[0], names[2]])
    await again.close()
    const after = readFileSync(fileOf('drill', 3))
    expect(after.includes(b)).to.equal(false)
    expect(before.length - after.length).to.equal(92)
  })

  it('are not destroyed under the name of another key of the same subject', async () => {
    const each = token(4)
    await make([each])
    const keys = open()
    expect(await keys.destroy('drill', each, 'f'.repeat(64))).to.equal(false)
    expect(await nameOf(keys, each)).not.to.equal(undefined)
    await keys.close()
  })

  it('of a subject who comes back are new ones', async () => {
    const each = token(5)
    const [old = ''] = await make([each])
    const keys = open()
    await keys.destroy('drill', each, old)
    const made = await keys.ensure('drill', [each, token(5)])
    expect(new Set(made.map(subjectKeyName)).size).to.equal(2)
    expect(await nameOf(keys, each)).not.to.equal(old)
    await keys.close()
    const again = open()
    expect(await nameOf(again, each)).not.to.equal(old)
    await again.close()
  })

  it('stay the same under a new key-encryption key, which then opens them alone', async () => {
    const tokens = [token(6), token(7)]
    const names = await make(tokens)
    const rotated = new SubjectKeys({ directory, keyEncryptionKeys: [second, first] })
    expect(await rotated.rewrapAll()).to.equal(2)
    await rotated.close()
    const alone = new SubjectKeys({ directory, keyEncryptionKeys: [second] })
    expect(await Promise.all(tokens.map((each) => nameOf(alone, each)))).to.deep.equal(names)
    await alone.close()
  })

  it('survive a record that a crash has torn', async () => {
    const tokens = [token(8), token(8)]
    const [kept = token(8), torn = token(8)] = tokens
    const [name] = await make(tokens)
    truncateSync(fileOf('drill', 8), statSync(fileOf('drill', 8)).size - 5)
    const keys = open()
    expect(await nameOf(keys, kept)).to.equal(name)
    expect(await nameOf(keys, torn)).to.equal(undefined)
    await keys.ensure('drill', [torn])
    await keys.close()
    const again = open()
    expect(await nameOf(again, kept)).to.equal(name)
    expect(await nameOf(again, torn)).not.to.equal(undefined)
    await again.close()
  })

  it('are refused when a record was changed or a file belongs to another tenant or key', async () => {
    const each = token(9)
    await make([each])
    const codeOf = async (work: Promise<unknown>) =>
      work.then(
        () => 'accepted',
        (error: unknown) => (error instanceof AuditError ? error.code : error),
      )
    const stranger = new SubjectKeys({ directory, keyEncryptionKeys: [second] })
    expect(await codeOf(stranger.find('drill', each))).to.equal('AUDIT_KEYSTORE_CORRUPT')
    const bytes = readFileSync(fileOf('drill', 9))
    const keys = open()
    await keys.find('other', each)
    writeFileSync(fileOf('other', 9), bytes)
    await keys.close()
    expect(await codeOf(open().find('other', each))).to.equal('AUDIT_KEYSTORE_CORRUPT')
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1)
    writeFileSync(fileOf('drill', 9), bytes)
    expect(await codeOf(open().find('drill', each))).to.equal('AUDIT_KEYSTORE_CORRUPT')
    expect(readdirSync(join(directory, 'drill'))).to.have.length(1)
  })
})
