import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { ComplianceError } from '../../../compliance/errors.ts'
import { fileStore, type Sent } from '../../../compliance/hub/state.ts'

describe('the state of what Security Hub was sent', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'campanile-hub-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  it('is empty before the first time, and then what was saved', async () => {
    const store = fileStore(join(folder, 'hub', 'sent.json'))
    expect([...(await store.load())]).to.deep.equal([])
    const finding = {
      Id: 'a',
      ProductArn: 'arn',
      AwsAccountId: '111122223333',
      CreatedAt: '2026-11-20T00:00:00.000Z',
      UpdatedAt: '2026-11-20T00:00:00.000Z',
      Compliance: { Status: 'FAILED' },
    }
    const sent = new Map<string, Sent>([['a', { finding, digest: 'd', state: 'accepted' }]])
    await store.save(sent)
    expect([...(await store.load())]).to.deep.equal([...sent])
  })

  it('is refused when it is not what was written: to forget it would leave findings open', async () => {
    const path = join(folder, 'sent.json')
    for (const text of ['{', '{"version":2,"sent":{}}']) {
      await writeFile(path, text)
      const error = await fileStore(path)
        .load()
        .catch((thrown: unknown) => thrown)
      expect(error instanceof ComplianceError ? error.code : String(error)).to.equal('STATE_INVALID')
    }
  })
})
