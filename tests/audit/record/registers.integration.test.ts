import { expect } from 'chai'
import { randomUUID } from 'node:crypto'
import pg from 'pg'
import type { RegisterEntry } from '../../../audit/record/rules/register-entry.ts'
import { eventually } from '../../support/poll.ts'
import { ask, makeHome, startLedger, type LedgerHome, type LedgerProcess } from '../ledger-process.ts'
import {
  command,
  discloseWith,
  factsInLog,
  look,
  openEntry,
  party,
  placesOf,
  post,
  someDay,
} from './record-client.ts'

describe('the registers of the record', () => {
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
    // A log without its first checkpoint tells nobody anything.
    const accesses = await eventually('the entry is told of', async () => {
      const response = await ask(ledger, '/v1/subjects/drill/passed-on/accesses', {
        token: home.tokens.custodian,
      })
      const found = ((await response.json()) as { accesses: { action: string }[] }).accesses
      return found.length > 0 ? found : undefined
    })
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
    it('lose their sealed half for good, once, and go on holding and being due', async () => {
      const inspection = await openEntry(ledger, 'inspection', {
        student: 'erased',
        facts: { recordKinds: ['transcript'], copies: false },
      })
      const client = new pg.Client({ connectionString: home.database.url('ledger_append') })
      await client.connect()
      try {
        await client.query("SELECT set_config('app.tenant', 'drill', false)")
        const { rows } = await client.query<{ subject: Buffer }>(
          'UPDATE ledger.register_entry SET sealed = null WHERE id = $1 RETURNING subject',
          [inspection.id],
        )
        expect(rows).to.have.length(1)
      } finally {
        await client.end()
      }
      const { personal: _personal, ...rest } = inspection
      const path = `registers/inspection/${inspection.id}?actor=clerk-7`
      expect((await look<RegisterEntry>(ledger, path)).body).to.deep.equal(rest)
      const granted = await command(ledger, inspection, { command: 'grant', statement: 'never kept' })
      expect(granted.body.state).to.equal('granted')
      expect(granted.body).not.to.have.property('personal')
    })

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
