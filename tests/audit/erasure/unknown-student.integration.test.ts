import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { headLength, recordLength } from '../../../audit/store/subject-records.ts'
import type { ServiceToken } from '../../../contracts/service-token.ts'
import type { StudentReport } from '../../../contracts/student-report.ts'
import {
  anEvent,
  append,
  ask,
  awaitCheckpoint,
  makeHome,
  startLedger,
  type LedgerHome,
  type LedgerProcess,
} from '../ledger-process.ts'

describe('a report about a student', () => {
  let home: LedgerHome
  let ledger: LedgerProcess

  before(async () => {
    home = await makeHome()
    const file = join(home.folder, 'accepted.json')
    const tokens = JSON.parse(readFileSync(file, 'utf8')) as ServiceToken[]
    const more = tokens.map((token) =>
      token.scopes.includes('record:write')
        ? { ...token, scopes: [...token.scopes, 'erasures:write'] }
        : token,
    )
    writeFileSync(file, JSON.stringify(more))
    ledger = await startLedger(home)
    await append(ledger, [anEvent(), anEvent()])
    await awaitCheckpoint(ledger, 'drill', 2)
  })
  after(async () => {
    await ledger.stop()
    await home.remove()
  })

  /** Counts the subject keys: each file has a head and records of one length. */
  const countKeys = () => {
    const folder = join(home.folder, 'keystore/subjects')
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => readFileSync(join(parentPath, name)).length)
      .reduce((sum, length) => sum + (length - headLength) / recordLength, 0)
  }
  const report = async (student: string) => {
    const path = `/v1/subjects/drill/${student}/report`
    const response = await ask(ledger, path, { token: home.tokens.custodian })
    expect(response.status).to.equal(200)
    return (await response.json()) as StudentReport
  }

  it('whom nobody knows is empty, is itself recorded, and makes no key', async () => {
    // Nobody's key is made by the first event about nobody.
    await report('stranger-1')
    const before = countKeys()
    expect(before).to.be.greaterThan(0)
    const { lines, unshown, statement } = await report('stranger-2')
    expect([lines, unshown, statement.count]).to.deep.equal([[], [], 0])
    expect(countKeys()).to.equal(before)
    await awaitCheckpoint(ledger, 'drill', 4)
    const entries = await (await ask(ledger, '/v1/logs/drill/entries?from=3')).text()
    expect(entries).to.contain('"accesses.read"')
  })

  it('who was erased is empty and stays so, and makes no key again', async () => {
    expect((await report('student-1')).lines).to.have.length(2)
    const response = await ask(ledger, '/v1/erasures/drill', {
      method: 'POST',
      token: home.tokens.custodian,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        id: randomUUID(),
        subject: 'student-1',
        reason: 'record_destroyed',
        recordState: 'destroyed',
      }),
    })
    expect(response.status).to.equal(200)
    const { index } = (await response.json()) as { index: number }
    await awaitCheckpoint(ledger, 'drill', index + 1)
    const before = countKeys()
    for (let time = 0; time < 2; time++) {
      const { lines, unshown, statement } = await report('student-1')
      expect([lines, unshown, statement.count]).to.deep.equal([[], [], 0])
    }
    expect(countKeys()).to.equal(before)
  })
})
