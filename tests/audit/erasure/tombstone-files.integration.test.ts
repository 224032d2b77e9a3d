import { appendFileSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { TombstoneFiles, type Tombstone } from '../../../audit/erasure/tombstone-files.ts'
import { AuditError } from '../../../audit/log/errors.ts'

describe('the list of what was erased', () => {
  let folder: string
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'campanile-tombstones-'))))
  afterEach(() => rmSync(folder, { recursive: true }))
  const aTombstone = (last: string): Tombstone => ({
    id: `00000000-0000-4000-8000-00000000000${last}`,
    token: 'a'.repeat(64),
    key: 'b'.repeat(64),
    erasedAt: '2026-09-01T08:00:00.000Z',
    reason: 'record_destroyed',
  })

  it('keeps tombstones in order, each once, for its owner only', async () => {
    const files = new TombstoneFiles(folder)
    expect(await files.tenants()).to.deep.equal([])
    for (const last of ['1', '2', '1']) await files.add('drill', aTombstone(last))
    const again = new TombstoneFiles(folder)
    expect(await again.read('drill')).to.deep.equal([aTombstone('1'), aTombstone('2')])
    expect(await again.read('other')).to.deep.equal([])
    expect(await again.tenants()).to.deep.equal(['drill'])
    expect(statSync(join(folder, 'drill.ndjson')).mode & 0o777).to.equal(0o600)
  })

  it('refuses a list that was changed by hand', async () => {
    const files = new TombstoneFiles(folder)
    await files.add('drill', aTombstone('1'))
    for (const line of ['{"id":1}\n', 'no json\n']) {
      appendFileSync(join(folder, 'drill.ndjson'), line)
      const code = await files.read('drill').then(
        () => 'accepted',
        (error: unknown) => (error instanceof AuditError ? error.code : error),
      )
      expect(code).to.equal('AUDIT_KEYSTORE_CORRUPT')
    }
  })
})
