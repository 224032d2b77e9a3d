import { expect } from 'chai'
import type { RegisterEntry } from '../../../audit/record/rules/register-entry.ts'
import { addToken, issue, postJson } from '../api/door-client.ts'
import { makeHome, startLedger, type LedgerHome, type LedgerProcess } from '../ledger-process.ts'
import { openEntry } from './record-client.ts'

describe('the register of student records', () => {
  let home: LedgerHome
  let ledger: LedgerProcess
  let first: string
  let second: string
  before(async () => {
    home = await makeHome()
    const gateway = addToken(home, 'gateway', {
      scopes: [
        'tokens:issue',
        'subjects:read',
        'record:read',
        'record:write',
        'erasures:write',
        'proofs:read',
        'export:read',
      ],
    })
    ledger = await startLedger(home)
    first = await issue(ledger, gateway, { role: 'custodian', name: 'registrar-1' })
    second = await issue(ledger, gateway, { role: 'custodian', name: 'registrar-2' })
  })
  after(async () => {
    await ledger.stop('SIGKILL')
    await home.remove()
  })

  it('says that a record is destroyed on the word of two people, whoever opened it', async () => {
    // The student system opened it: to its people that is somebody else.
    const { id } = await openEntry(ledger, 'student_record', {
      student: 'student-1',
      actor: 'student-system',
      facts: { from: '2022-08-01' },
    })
    const give = async (token: string, actor: string, command: string) => {
      const path = `/v1/record/drill/registers/student_record/${id}/${command}`
      const body = { time: '2026-08-02T08:00:00.000Z', actor, reason: 'schedule' }
      const answer = await postJson<RegisterEntry>(ledger, path, { token, body })
      return answer.status === 200 ? answer.body.state : answer.status
    }
    expect(await give(first, 'registrar-1', 'destroy')).to.equal(422)
    expect(await give(first, 'registrar-1', 'propose_destruction')).to.equal('destruction_proposed')
    expect(await give(first, 'registrar-1', 'approve_destruction')).to.equal(422)
    expect(await give(second, 'registrar-2', 'approve_destruction')).to.equal('destroyed')
  })
})
