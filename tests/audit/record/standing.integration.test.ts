import { expect } from 'chai'
import { randomUUID } from 'node:crypto'
import { eventually } from '../../support/poll.ts'
import { makeHome, startLedger, type LedgerHome, type LedgerProcess } from '../ledger-process.ts'
import {
  command,
  discloseWith,
  factsInLog,
  openEntry,
  party,
  placesOf,
  post,
  someDay,
} from './record-client.ts'

const kinds = { recordKinds: ['transcript', 'name'] }

describe('a disclosure before the registers', () => {
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

  const disclose = (given: Readonly<Record<string, unknown>>) => discloseWith(ledger, given)

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
})
