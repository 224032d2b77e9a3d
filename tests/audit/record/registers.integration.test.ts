import { expect } from 'chai'
import { randomUUID } from 'node:crypto'
import pg from 'pg'
import type { RegisterEntry } from '../../../audit/record/rules/register-entry.ts'
import { eventually } from '../../support/poll.ts'
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

const party = (name: string) => ({ parties: [{ name, interest: 'as agreed' }] })
const kinds = { recordKinds: ['transcript', 'name'] }

describe('the registers of the record', function () {
  this.timeout(60_000)
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

  const disclose = (given: Readonly<Record<string, unknown>>) => {
    const whole = aDisclosure()
    return post<Disclosed>(ledger, 'disclosures', {
      ...whole,
      ...given,
      facts: { ...(whole['facts'] as object), ...(given['facts'] as object | undefined) },
      personal: { ...(whole['personal'] as object), ...(given['personal'] as object | undefined) },
    })
  }

  describe('consents', () => {
    it('bear a disclosure inside their scope and no other', async () => {
      const consent = await openEntry(ledger, 'consent', {
        student: 'consenting',
        facts: { recordKinds: ['transcript'], signedOn: '2026-07-01', signature: 'handwritten' },
        personal: { ...party('Example Employer'), purpose: 'a job' },
      })
      const given = {
        basis: '99.30',
        students: ['consenting'],
        personal: { ...party('Example  EMPLOYER'), purpose: 'a job', consent: consent.id },
      }
      expect((await disclose(given)).status).to.equal(200)
      const outside = [
        { ...given, students: ['consenting', 'somebody-else'] },
        { ...given, facts: { recordKinds: ['discipline'] } },
        { ...given, personal: { ...given.personal, ...party('Another Employer') } },
        { ...given, time: '2026-06-30T08:00:00.000Z' },
      ]
      const places = ['/students', '/facts/recordKinds/0', '/personal/parties/0', '/personal/consent']
      for (const [at, body] of outside.entries()) {
        const answer = await disclose(body)
        expect([answer.status, placesOf(answer)]).to.deep.equal([422, [places[at]]])
      }
    })

    it('end when they are revoked, and not before', async () => {
      const consent = await openEntry(ledger, 'consent', {
        student: 'revoking',
        facts: { recordKinds: ['transcript'], signedOn: '2026-07-01', signature: 'handwritten' },
        personal: { ...party('Example Employer'), purpose: 'a job' },
      })
      const revoked = await command(ledger, consent, { command: 'revoke', time: '2026-09-10T08:00:00.000Z' })
      expect(revoked.body).to.include({ state: 'revoked', closedAt: '2026-09-10T08:00:00.000Z' })
      const given = {
        basis: '99.30',
        students: ['revoking'],
        personal: { ...party('Example Employer'), purpose: 'a job', consent: consent.id },
      }
      expect((await disclose({ ...given, time: someDay })).status).to.equal(200)
      const late = await disclose({ ...given, time: '2026-09-10T08:00:00.000Z' })
      expect([late.status, placesOf(late)]).to.deep.equal([422, ['/personal/consent']])
    })
  })

  describe('agreements', () => {
    const study = {
      facts: {
        bases: ['99.31(a)(6)(i)(C)'],
        ...kinds,
        from: '2026-01-01',
        until: '2026-12-31',
        destroyBy: '2027-06-30',
      },
      personal: { ...party('Example Institute'), purpose: 'better courses' },
    }

    it('bear a study and give it the day its records are destroyed by', async () => {
      const agreement = await openEntry(ledger, 'agreement', study)
      expect(agreement).to.include({ state: 'in_force', dueAt: '2027-06-30T23:59:59.999Z' })
      const given = {
        basis: '99.31(a)(6)(i)(C)',
        personal: { ...party('Example Institute'), purpose: 'better courses', agreement: agreement.id },
      }
      const taken = await disclose(given)
      expect(taken.status).to.equal(200)
      const index = taken.body.receipts[0]?.index ?? 0
      const facts = await eventually(
        'the entry is signed for',
        async () => (await factsInLog(ledger, index))[0],
      )
      expect(facts).to.include({ destroyBy: '2027-06-30', class: 'disclosure' })
      const otherBasis = await disclose({ ...given, basis: '99.31(a)(6)(i)(A)' })
      expect(placesOf(otherBasis)).to.deep.equal(['/personal/agreement'])
      await command(ledger, agreement, { command: 'end' })
      expect(placesOf(await disclose(given))).to.deep.equal(['/personal/agreement'])
      const silent = await command(ledger, agreement, { command: 'attest_destruction' })
      expect([silent.status, placesOf(silent)]).to.deep.equal([422, ['/statement']])
      const attested = await command(ledger, agreement, {
        command: 'attest_destruction',
        statement: 'wiped on 2 August',
      })
      expect(attested.body).to.include({ state: 'destroyed', revision: 3 })
    })

    it('for a study must say by when the records are destroyed', async () => {
      const { destroyBy: _destroyBy, ...facts } = study.facts
      const body = { ...study, facts, id: randomUUID(), time: someDay, actor: 'registrar-1' }
      const answer = await post(ledger, 'registers/agreement', body)
      expect([answer.status, placesOf(answer)]).to.deep.equal([422, ['/facts/destroyBy']])
    })
  })

  describe('directory information', () => {
    before(() =>
      openEntry(ledger, 'directory_policy', {
        facts: {
          version: 'dir-2026',
          recordKinds: ['name', 'photo'],
          noticeDate: '2026-08-01',
          optOutUntil: '2026-08-15',
          isLimited: false,
        },
      }),
    )
    const given = (students: string[], facts: object = {}) => ({
      basis: '99.31(a)(11)',
      students,
      facts: { recordKinds: ['name'], noticeVersion: 'dir-2026', matchedOn: 'directory', ...facts },
    })

    it('goes out for those who have not opted out, until they rescind it', async () => {
      const optOut = await openEntry(ledger, 'opt_out', { student: 'private', facts: { from: '2026-08-02' } })
      expect((await disclose(given(['public']))).status).to.equal(200)
      const refused = await disclose(given(['public', 'private']))
      expect([refused.status, placesOf(refused)]).to.deep.equal([422, ['/students/1']])
      expect((await disclose(given(['private'], { inClass: true }))).status).to.equal(200)
      const photo = given(['private'], { inClass: true, recordKinds: ['name', 'photo'] })
      expect(placesOf(await disclose(photo))).to.deep.equal(['/students/0'])
      await command(ledger, optOut, { command: 'rescind', time: '2026-08-20T08:00:00.000Z' })
      expect((await disclose(given(['public', 'private']))).status).to.equal(200)
    })

    it('is what the notice says, after the days in which students could opt out', async () => {
      expect(placesOf(await disclose(given(['public'], { recordKinds: ['address'] })))).to.deep.equal([
        '/facts/recordKinds/0',
      ])
      const early = await disclose({ ...given(['public']), time: '2026-08-15T23:00:00.000Z' })
      expect(placesOf(early)).to.deep.equal(['/facts/noticeVersion'])
      const unknown = await disclose(given(['public'], { noticeVersion: 'dir-1999' }))
      expect(placesOf(unknown)).to.include('/facts/noticeVersion')
    })

    it('is published once under each version', async () => {
      const answer = await post(ledger, 'registers/directory_policy', {
        id: randomUUID(),
        time: someDay,
        actor: 'registrar-1',
        facts: {
          version: 'dir-2026',
          recordKinds: ['name'],
          noticeDate: '2026-08-01',
          optOutUntil: '2026-08-15',
          isLimited: false,
        },
      })
      expect(answer.status).to.equal(409)
    })
  })

  it('ask an official’s interest to rest on an annual notice that was published', async () => {
    const given = {
      basis: '99.31(a)(1)(i)(A)',
      facts: { recipientRole: 'advisor', policyVersion: 'annual-2026' },
    }
    expect(placesOf(await disclose(given))).to.deep.equal(['/facts/policyVersion'])
    await openEntry(ledger, 'annual_notice', {
      facts: {
        version: 'annual-2026',
        noticeDate: '2026-08-01',
        languages: ['en', 'es'],
        delivery: 'email',
        sha256: 'ab'.repeat(32),
      },
    })
    expect((await disclose(given)).status).to.equal(200)
  })

  it('bar a debarred party, however its name is written, as recipient and onward', async () => {
    const debarment = (until: string) => ({
      id: randomUUID(),
      time: '2026-08-01T08:00:00.000Z',
      actor: 'registrar-1',
      facts: { from: '2026-08-01', until },
      personal: party('Careless Data Ltd'),
    })
    const short = await post(ledger, 'registers/debarment', debarment('2031-07-31'))
    expect([short.status, placesOf(short)]).to.deep.equal([422, ['/facts/until']])
    expect((await post(ledger, 'registers/debarment', debarment('2031-08-01'))).status).to.equal(200)
    const barred = await disclose({ personal: party(' CARELESS  data ltd') })
    expect([barred.status, placesOf(barred)]).to.deep.equal([422, ['/personal/parties/0']])
    const onward = await disclose({
      facts: { onwardAllowed: true },
      personal: { onward: party('Careless Data Ltd').parties },
    })
    expect(placesOf(onward)).to.deep.equal(['/personal/onward/0'])
  })

  describe('holds', () => {
    const blocks = async (student: string) =>
      (await look<{ blocks: string[] }>(ledger, `blocks?student=${student}`)).body.blocks

    it('take two people to place and two to release', async () => {
      const hold = await openEntry(ledger, 'hold', {
        student: 'litigant',
        facts: { scope: 'subject' },
        personal: { legalCase: { reference: '26-CV-1', relevance: 'all records' } },
      })
      expect(await blocks('litigant')).to.deep.equal([])
      const alone = await command(ledger, hold, { command: 'approve' })
      expect([alone.status, placesOf(alone)]).to.deep.equal([422, ['/actor']])
      const placed = await command(ledger, hold, { command: 'approve', actor: 'counsel-1' })
      expect(placed.body.state).to.equal('placed')
      expect(await blocks('litigant')).to.deep.equal(['hold'])
      expect(await blocks('bystander')).to.deep.equal([])
      const release = { command: 'propose_release', actor: 'counsel-1', statement: 'settled' }
      expect((await command(ledger, hold, release)).body.state).to.equal('release_proposed')
      expect(await blocks('litigant')).to.deep.equal(['hold'])
      const self = await command(ledger, hold, { command: 'approve_release', actor: 'counsel-1' })
      expect(self.status).to.equal(422)
      const released = await command(ledger, hold, { command: 'approve_release' })
      expect(released.body.state).to.equal('released')
      expect(await blocks('litigant')).to.deep.equal([])
    })

    it('of a tenant cover everybody, and an open inspection its student', async () => {
      await openEntry(ledger, 'inspection', {
        student: 'inspecting',
        facts: { recordKinds: ['transcript'], copies: false },
      })
      expect(await blocks('inspecting')).to.deep.equal(['inspection'])
      const hold = await openEntry(ledger, 'hold', {
        facts: { scope: 'tenant' },
        personal: { legalCase: { reference: '26-CV-2', relevance: 'everything' } },
      })
      await command(ledger, hold, { command: 'approve', actor: 'counsel-1' })
      expect(await blocks('inspecting')).to.deep.equal(['hold', 'inspection'])
      expect(await blocks('bystander')).to.deep.equal(['hold'])
    })
  })

  describe('clocks', () => {
    it('give an inspection 45 days and a request for re-disclosure records 30', async () => {
      const inspection = await openEntry(ledger, 'inspection', {
        student: 'waiting',
        facts: { recordKinds: ['transcript'], copies: true },
      })
      expect(inspection.dueAt).to.equal('2026-09-15T08:00:00.000Z')
      const request = await openEntry(ledger, 'redisclosure', {
        facts: { since: '2026-01-01' },
        personal: party('State Board of Education'),
      })
      expect(request.dueAt).to.equal('2026-08-31T08:00:00.000Z')
    })

    it('are shown as gauges: open, overdue, and the age of the oldest', async () => {
      const second = await startLedgerAgain()
      const page = await eventually('the clocks are read', async () => {
        const text = await (await ask(second, '/metrics')).text()
        return text.includes('ledger_record_clock_overdue{') ? text : undefined
      })
      const valueOf = (name: string) =>
        Number(new RegExp(`${name}\\{[^}]*clock="inspection"[^}]*\\} ([0-9.e+]+)`).exec(page)?.[1])
      expect(valueOf('ledger_record_clock_open')).to.be.at.least(1)
      // The requests of these tests came in August 2026.
      expect(valueOf('ledger_record_clock_overdue')).to.be.at.least(1)
      expect(valueOf('ledger_record_clock_oldest_seconds')).to.be.above(45 * 86_400)
    })

    const startLedgerAgain = async () => {
      await ledger.stop()
      ledger = await startLedger(home)
      return ledger
    }
  })

  it('take re-disclosures in while the request for them is open', async () => {
    const request = await openEntry(ledger, 'redisclosure', {
      facts: { since: '2026-01-01' },
      personal: party('State Board of Education'),
    })
    const given = {
      redisclosure: request.id,
      basis: '99.31(a)(7)',
      students: ['passed-on'],
      facts: {},
      personal: party('Evaluator of the Board'),
    }
    expect((await disclose(given)).status).to.equal(200)
    expect((await command(ledger, request, { command: 'answer', count: 1 })).body.state).to.equal('answered')
    expect(placesOf(await disclose(given))).to.deep.equal(['/redisclosure'])
    const response = await ask(ledger, '/v1/subjects/drill/passed-on/accesses', {
      token: home.tokens.custodian,
    })
    const { accesses } = (await response.json()) as { accesses: { action: string }[] }
    expect(accesses.map(({ action }) => action)).to.deep.equal(['record.redisclosed'])
  })

  it('walk an amendment through its hearing to the statement, and refuse steps out of order', async () => {
    const amendment = await openEntry(ledger, 'amendment', {
      student: 'amending',
      facts: { recordKinds: ['transcript'] },
      personal: { records: 'a grade, because the paper was lost' },
    })
    const early = await command(ledger, amendment, { command: 'place_statement', statement: 'no' })
    expect([early.status, placesOf(early)]).to.deep.equal([422, ['state']])
    const untold = await command(ledger, amendment, { command: 'refuse', statement: 'it was found' })
    expect(placesOf(untold)).to.deep.equal(['/hearingNotice'])
    const unheard = await command(ledger, amendment, { command: 'explode' })
    expect([unheard.status, placesOf(unheard)]).to.deep.equal([422, ['command']])
  })

  it('answer the same body and command again as before, and another under the same id with 409', async () => {
    const body = {
      id: randomUUID(),
      time: someDay,
      actor: 'registrar-1',
      student: 's',
      facts: { from: '2026-09-01' },
    }
    const first = await post<RegisterEntry>(ledger, 'registers/opt_out', body)
    expect(await post(ledger, 'registers/opt_out', body)).to.deep.equal(first)
    expect(await post(ledger, 'registers/opt_out', { ...body, student: 't' })).to.include({ status: 409 })
    const rescind = { command: 'rescind', time: someDay }
    const done = await command(ledger, first.body, rescind)
    expect(await command(ledger, first.body, rescind)).to.deep.equal(done)
    expect((await command(ledger, first.body, { ...rescind, actor: 'x' })).status).to.equal(422)
  })

  it('show an entry to a custodian and write down who looked', async () => {
    const optOut = await openEntry(ledger, 'opt_out', { student: 'seen', facts: { from: '2026-08-02' } })
    const list = await look<{ entries: RegisterEntry[] }>(
      ledger,
      'registers/opt_out?student=seen&actor=clerk-7',
    )
    expect(list.body.entries).to.deep.equal([optOut])
    expect(optOut.personal).to.deep.equal({ student: 'seen' })
    const one = await look<RegisterEntry>(ledger, `registers/opt_out/${optOut.id}?actor=clerk-7`)
    expect(one.body).to.deep.equal(optOut)
    expect((await look(ledger, 'registers/opt_out')).status).to.equal(400)
    const actions = await eventually('the views are signed for', async () => {
      const facts = await factsInLog(ledger, 0)
      const views = facts.filter(({ action }) => action === 'register.read')
      return views.length >= 2 ? facts : undefined
    })
    expect(actions.filter(({ action }) => action === 'register.opened')).not.to.have.length(0)
  })

  describe('rows', () => {
    it('hold nothing about anybody in the clear', async () => {
      const names = ['consenting', 'litigant', 'Example Employer', 'Careless Data', '26-CV-1', 'counsel-1']
      const client = new pg.Client({ connectionString: home.database.url('superuser') })
      await client.connect()
      try {
        const { rows } = await client.query<{ row: string }>(
          'SELECT e::text AS row FROM ledger.register_entry e',
        )
        expect(rows).not.to.have.length(0)
        const hexes = names.flatMap((name) => [name, Buffer.from(name).toString('hex')])
        for (const { row } of rows) for (const name of hexes) expect(row).not.to.contain(name)
      } finally {
        await client.end()
      }
    })

    it('show a role one tenant’s entries only, and let nobody delete or rewrite them', async () => {
      for (const role of ['ledger_append', 'ledger_read'] as const) {
        const client = new pg.Client({ connectionString: home.database.url(role) })
        await client.connect()
        try {
          const count = async (tenant: string) => {
            await client.query("SELECT set_config('app.tenant', $1, false)", [tenant])
            const { rows } = await client.query<{ count: string }>(
              'SELECT count(*) FROM ledger.register_entry',
            )
            return Number(rows[0]?.count)
          }
          expect(await count('')).to.equal(0)
          expect(await count('university_b')).to.equal(0)
          expect(await count('drill')).to.be.above(0)
          for (const change of [
            'DELETE FROM ledger.register_entry',
            "UPDATE ledger.register_entry SET facts = '{}'",
            "UPDATE ledger.register_entry SET state = 'x', revision = revision + 2",
          ]) {
            const code = await client.query(change).then(
              () => 'done',
              (error: unknown) => (error as { code?: string }).code,
            )
            expect(code, `${role}: ${change}`).to.equal('42501')
          }
        } finally {
          await client.end()
        }
      }
    })
  })
})
