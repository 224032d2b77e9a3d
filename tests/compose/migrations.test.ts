import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { pendingMigrations } from '../../compose/local/database/migrate.ts'
import { readMigrations, type Migration } from '../../compose/local/database/migrations.ts'
import { scramVerifier } from '../../compose/local/database/scram.ts'
import { LocalError } from '../../compose/local/errors.ts'

const migration = (room: string, name: string, sha256 = 'a'): Migration => ({ room, name, sha256, sql: '' })

const codeOf = (work: () => unknown) => {
  try {
    work()
  } catch (error) {
    if (error instanceof LocalError) return error.code
  }
  return undefined
}

describe('pending migrations', () => {
  const files = [
    migration('sdk', '001-a.sql'),
    migration('sdk', '002-b.sql'),
    migration('audit', '001-a.sql'),
  ]

  it('are those that are not recorded, in their order', () => {
    const pending = pendingMigrations(files, [migration('sdk', '001-a.sql')])
    expect(pending.map(({ room, name }) => `${room}/${name}`)).to.deep.equal([
      'sdk/002-b.sql',
      'audit/001-a.sql',
    ])
  })

  it('are refused when a file was changed after it had run', () => {
    expect(codeOf(() => pendingMigrations(files, [migration('sdk', '001-a.sql', 'b')]))).to.equal(
      'MIGRATION_CHANGED',
    )
  })

  it('are refused when the database is ahead of the checkout', () => {
    expect(codeOf(() => pendingMigrations(files, [migration('sdk', '009-z.sql')]))).to.equal(
      'MIGRATION_MISSING',
    )
  })

  it('are refused when a new one has a number that is past', () => {
    const record = [migration('sdk', '002-b.sql')]
    expect(codeOf(() => pendingMigrations(files, record))).to.equal('MIGRATION_OUT_OF_ORDER')
  })
})

describe('migration files', () => {
  let path: string
  beforeEach(() => {
    path = mkdtempSync(join(tmpdir(), 'campanile-migrations-'))
  })
  afterEach(() => rmSync(path, { recursive: true }))

  it('are read by number with their hash', () => {
    writeFileSync(join(path, '002-b.sql'), 'SELECT 2')
    writeFileSync(join(path, '001-a.sql'), '')
    const found = readMigrations([{ room: 'sdk', path }])
    expect(found.map(({ name }) => name)).to.deep.equal(['001-a.sql', '002-b.sql'])
    // SHA-256 of nothing (FIPS 180-4 test vectors).
    expect(found[0]?.sha256).to.equal('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  })

  it('are refused with another name or a number that comes twice', () => {
    writeFileSync(join(path, '001-a.sql'), '')
    writeFileSync(join(path, '001-b.sql'), '')
    expect(codeOf(() => readMigrations([{ room: 'sdk', path }]))).to.equal('MIGRATION_MISNAMED')
    rmSync(join(path, '001-b.sql'))
    writeFileSync(join(path, 'notes.txt'), '')
    expect(codeOf(() => readMigrations([{ room: 'sdk', path }]))).to.equal('MIGRATION_MISNAMED')
  })

  it('may be absent', () => {
    expect(readMigrations([{ room: 'sdk', path: join(path, 'none') }])).to.deep.equal([])
  })
})

describe('the stored form of a password', () => {
  it('has the keys of the example in RFC 7677', () => {
    // RFC 7677 §3: user "user", password "pencil", salt and iterations as there.
    const salt = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64')
    expect(scramVerifier('pencil', salt)).to.equal(
      'SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=',
    )
  })
})
