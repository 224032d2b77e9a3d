import { expect } from 'chai'
import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { basisRules } from '../../../contracts/basis.ts'
import { maxStudents } from '../../../contracts/record.ts'
import { checkLog } from '../../support/check-log.ts'
import { ask, makeHome, startLedger, type LedgerHome, type LedgerProcess } from '../ledger-process.ts'
import {
  aDisclosure,
  command,
  factsInLog,
  look,
  openEntry,
  placesOf,
  post,
  someDay,
  type Disclosed,
} from './record-client.ts'

interface Accesses {
  readonly accesses: readonly {
    readonly action: string
    readonly party?: string
    readonly interest?: string
  }[]
}

describe('the door for disclosures', function () {
  let home: LedgerHome
  let ledger: LedgerProcess

  before(async () => {
    home = await makeHome()
    ledger = await startLedger(home)
  })
  after(async () => {
    await ledger.stop()
    await home.remove()
  })

  const disclose = (given: object = {}) =>
    post<Disclosed>(ledger, 'disclosures', aDisclosure(given as Record<string, unknown>))
  const accessesOf = async (student: string) => {
    const response = await ask(ledger, `/v1/subjects/drill/${student}/accesses`, {
      token: ledger.home.tokens.custodian,
    })
    return ((await response.json()) as Accesses).accesses
  }

  it('writes one entry for each student, none of whom sees another', async () => {
    const students = ['bulk-a', 'bulk-b', 'bulk-c']
    const { status, body } = await disclose({ students })
    expect(status).to.equal(200)
    expect(body.receipts.map(({ student, outcome }) => [student, outcome])).to.deep.equal(
      students.map((student) => [student, 'appended']),
    )
    await checkLog(ledger, 'drill', (body.receipts.at(-1)?.index ?? 0) + 1)
    for (const student of students) {
      const accesses = await accessesOf(student)
      expect(accesses).to.have.length(1)
      expect(accesses[0]).to.include({
        action: 'record.disclosed',
        party: 'Regional Accreditor',
        interest: 'accreditation',
      })
      const others = students.filter((other) => other !== student)
      for (const other of others) expect(JSON.stringify(accesses)).not.to.contain(other)
    }
  })

  it('answers the same disclosure again with the same receipts, and another under its id with 409', async () => {
    const body = aDisclosure({ students: ['again-1', 'again-2'] })
    const first = await post<Disclosed>(ledger, 'disclosures', body)
    const second = await post<Disclosed>(ledger, 'disclosures', body)
    expect(second.body.receipts).to.deep.equal(
      first.body.receipts.map((receipt) => ({ ...receipt, outcome: 'duplicate' })),
    )
    const other = await post(ledger, 'disclosures', { ...body, actor: 'registrar-2' })
    expect(other).to.deep.include({ status: 409 })
  })

  it(`takes ${maxStudents} students at once and refuses one more`, async () => {
    const students = Array.from({ length: maxStudents }, (_, at) => `cohort-${at}`)
    const { status, body } = await disclose({ students })
    expect(status).to.equal(200)
    expect(new Set(body.receipts.map(({ index }) => index)).size).to.equal(maxStudents)
    const more = await disclose({ students: [...students, 'one-more'] })
    expect([more.status, placesOf(more)]).to.deep.equal([422, ['/students']])
  })

  it('refuses what the basis demands and is not there, and records nothing of it', async () => {
    const answer = await disclose({ basis: '99.31(a)(10)', students: ['nobody'] })
    expect(answer.status).to.equal(422)
    expect(placesOf(answer)).to.have.members([
      '/personal/threat',
      '/personal/circumstances',
      '/facts/decidedAt',
    ])
    expect(await accessesOf('nobody')).to.deep.equal([])
  })

  it('records an emergency with its threat', async () => {
    const { facts, personal } = aDisclosure()
    const answer = await disclose({
      basis: '99.31(a)(10)',
      facts: { ...(facts as object), decidedAt: someDay },
      personal: { ...(personal as object), threat: 'a weapon was seen', circumstances: 'two witnesses' },
    })
    expect(answer.status).to.equal(200)
  })

  it('refuses a sealed basis, a time to come, and a body with a field nobody knows', async () => {
    const sealed = await disclose({ basis: '99.31(a)(9)(ii)(A)' })
    expect([sealed.status, placesOf(sealed)]).to.deep.equal([422, ['/basis']])
    const future = await disclose({ time: '2999-01-01T00:00:00.000Z' })
    expect([future.status, placesOf(future)]).to.deep.equal([422, ['/time']])
    const unknown = await disclose({ approvedBy: 'nobody' })
    expect([unknown.status, placesOf(unknown)]).to.deep.equal([422, ['/approvedBy']])
  })

  it('takes the example of the registrars’ page as it stands there', async () => {
    const page = await readFile(new URL('../../../docs/for-registrars.md', import.meta.url), 'utf8')
    const [, example = ''] = /```json\n([^`]+)```/.exec(page) ?? []
    const { status, body } = await post<Disclosed>(ledger, 'disclosures', JSON.parse(example) as object)
    expect([status, body.receipts.length]).to.deep.equal([200, 2])
  })

  it('answers hostile bodies with a problem and goes on', async () => {
    const send = async (body: string | Uint8Array<ArrayBuffer>, type = 'application/json') => {
      const response = await ask(ledger, '/v1/record/drill/disclosures', {
        method: 'POST',
        token: home.tokens.custodian,
        headers: { 'content-type': type },
        body,
      })
      const { code } = (await response.json()) as { code: string }
      return `${response.status} ${code}`
    }
    const whole = JSON.stringify(aDisclosure())
    expect(await send('')).to.equal('400 BODY_MALFORMED')
    expect(await send(whole, 'text/plain')).to.equal('415 MEDIA_TYPE_UNSUPPORTED')
    expect(await send(whole.slice(0, -1))).to.equal('400 BODY_MALFORMED')
    expect(await send(`${whole.slice(0, -1)},"actor":"x"}`)).to.equal('400 BODY_MALFORMED')
    expect(await send(whole.replace('registrar-1', '\\ud800'))).to.equal('400 BODY_MALFORMED')
    expect(await send('['.repeat(100))).to.equal('400 BODY_TOO_DEEP')
    expect(await send(' '.repeat(3 * 2 ** 20))).to.equal('413 BODY_TOO_LARGE')
    expect(await send(`${whole.slice(0, -1)},"__proto__":{"actor":"x"}}`)).to.equal('422 BODY_INVALID')
    expect(await send(new Uint8Array([0xff, 0xfe]))).to.equal('400 BODY_MALFORMED')
    expect((await disclose()).status).to.equal(200)
  })

  it('wants students exactly where the basis is about somebody', async () => {
    expect(placesOf(await disclose({ students: [] }))).to.include('/students')
    const deidentified = await disclose({
      basis: '99.31(b)(1)',
      students: [],
      personal: {
        parties: [{ name: 'Example Institute', interest: 'research' }],
        determination: 'cells under ten suppressed',
      },
    })
    expect(deidentified.status).to.equal(200)
    expect(deidentified.body.receipts).to.have.length(1)
  })

  it('records requests, and refused ones with their reason', async () => {
    const request = (given: object) =>
      post<Disclosed>(ledger, 'requests', {
        id: randomUUID(),
        time: someDay,
        actor: 'registrar-1',
        students: ['asked-for'],
        parties: [{ name: 'Curious Neighbour', interest: 'none was given' }],
        ...given,
      })
    expect((await request({ decision: 'received' })).status).to.equal(200)
    const silent = await request({ decision: 'refused' })
    expect([silent.status, placesOf(silent)]).to.deep.equal([422, ['/reason']])
    const refused = await request({ decision: 'refused', reason: 'no_basis' })
    const index = refused.body.receipts[0]?.index ?? 0
    await checkLog(ledger, 'drill', index + 1)
    const [facts] = await factsInLog(ledger, index)
    expect(facts).to.deep.include({
      class: 'disclosure',
      action: 'record.refused',
      outcome: 'denied',
      reason: 'no_basis',
    })
    expect((await accessesOf('asked-for')).map(({ action }) => action)).to.have.members([
      'record.requested',
      'record.refused',
    ])
  })

  it('holds a producer’s event on the ordinary way to the same rule', async () => {
    const response = await ask(ledger, '/v1/events', {
      method: 'POST',
      token: home.tokens.academics,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        events: [
          {
            id: randomUUID(),
            tenant: 'drill',
            producer: 'academics',
            time: someDay,
            facts: {
              class: 'disclosure',
              action: 'transcript.read',
              outcome: 'success',
              basis: '99.31(a)(10)',
            },
            personal: { actor: 'a', subject: 's' },
          },
        ],
      }),
    })
    const { receipts } = (await response.json()) as { receipts: { outcome: string; detail?: string }[] }
    expect(receipts[0]?.outcome).to.equal('invalid')
    expect(receipts[0]?.detail).to.contain('/personal/parties')
  })

  it('shows a custodian every basis with what it asks for', async () => {
    const { status, body } = await look<{ bases: object }>(ledger, 'bases')
    expect([status, body.bases]).to.deep.equal([200, basisRules])
  })

  it('lets nobody in without the custodian’s scope, nor into another tenant', async () => {
    const init = (token: string) => ({
      method: 'POST',
      token,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(aDisclosure()),
    })
    const { status } = await ask(ledger, '/v1/record/drill/disclosures', init(home.tokens.academics))
    expect(status).to.equal(403)
    const foreign = await ask(ledger, '/v1/record/university_b/disclosures', init(home.tokens.custodian))
    expect(foreign.status).to.equal(404)
  })

  it('sends a student’s statement along with the record it stands beside', async () => {
    const time = '2026-08-02T08:00:00.000Z'
    const amendment = await openEntry(ledger, 'amendment', {
      student: 'contested',
      facts: { recordKinds: ['transcript'] },
      personal: { records: 'the grade of one course' },
    })
    const steps = [
      { command: 'refuse', time, statement: 'the grade is right', hearingNotice: true },
      { command: 'request_hearing', time },
      { command: 'uphold', time, statement: 'the hearing found it right', impartialOfficer: true },
      { command: 'place_statement', time, statement: 'I disagree with this grade' },
    ]
    for (const step of steps) {
      expect((await command(ledger, amendment, step)).status, step.command).to.equal(200)
    }
    const { body } = await disclose({ students: ['contested', 'uncontested'] })
    expect(body.receipts.map(({ statements }) => statements)).to.deep.equal([[amendment.id], undefined])
  })
})
