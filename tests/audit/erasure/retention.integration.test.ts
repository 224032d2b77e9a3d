import { expect } from 'chai'
import { verifyExport } from '../../../audit/verify/verify-export.ts'
import type { AuditEvent } from '../../../contracts/audit-event.ts'
import type { Gone } from '../../../contracts/retention.ts'
import {
  anEvent,
  append,
  ask,
  asSuperuser,
  awaitCheckpoint,
  makeHome,
  startLedger,
  type LedgerHome,
  type LedgerProcess,
} from '../ledger-process.ts'
import { metricsOf } from '../metrics.ts'
import { command, openEntry } from '../record/record-client.ts'
import { eventually } from '../../support/poll.ts'
import { appendAt } from './old-log.ts'

interface Line {
  readonly index: number
  readonly facts?: AuditEvent['facts']
  readonly gone?: Gone
}

const yearMillis = 365 * 86_400_000
/** Four years ago: past the period of accesses, and of nothing else. */
const then = Date.now() - 4 * yearMillis
const variables = { CAMPANILE_RETENTION_MILLIS: '200', CAMPANILE_SELF_CHECK_MILLIS: '200' }

const at = (millis: number) => new Date(millis).toISOString()
const access = (subject: string, actor = 'faculty-1') =>
  anEvent({ time: at(then), personal: { actor, subject, party: 'Advisor', interest: 'advising' } })
const admin = () =>
  anEvent({ time: at(then), facts: { class: 'admin', action: 'role.changed', outcome: 'success' } })
const disclosure = (subject: string) =>
  anEvent({
    time: at(then),
    facts: {
      class: 'disclosure',
      action: 'record.disclosed',
      outcome: 'success',
      basis: '99.31(a)(7)',
      medium: 'electronic',
      recordKinds: ['transcript'],
      identityMethod: 'agency_credential',
      redisclosureNotice: { version: '2022', deliveredAt: at(then) },
    },
    personal: {
      actor: 'registrar-1',
      subject,
      parties: [{ name: 'Regional Accreditor', interest: 'accreditation' }],
    },
  })

describe('the retention of a log', () => {
  let home: LedgerHome
  let ledger: LedgerProcess

  beforeEach(async () => {
    home = await makeHome()
  })
  afterEach(async () => {
    await ledger.stop('SIGKILL')
    await home.remove()
  })

  const start = async (more: Readonly<Record<string, string>> = {}) => {
    ledger = await startLedger(home, { variables: { ...variables, ...more } })
  }
  /** Waits until a round has looked at the log after now. */
  const awaitRound = () => {
    const since = Date.now() / 1_000
    return eventually('a round of retention', async () => {
      const found = /ledger_retention_timestamp_seconds\{[^}]*tenant="drill"[^}]*\} ([\d.e+]+)/.exec(
        await metricsOf(ledger),
      )
      return Number(found?.[1] ?? 0) > since
    })
  }
  const keptBy = async (reason: string) => {
    const text = await metricsOf(ledger)
    return Number(
      new RegExp(`ledger_retention_kept\\{[^}]*reason="${reason}"[^}]*\\} (\\d+)`).exec(text)?.[1],
    )
  }
  const exported = async (size: number) => {
    await awaitCheckpoint(ledger, 'drill', size)
    const text = await (await ask(ledger, '/v1/logs/drill/export')).text()
    const lines = text.split('\n')
    const entries = lines
      .filter((line) => line.startsWith('{"index"'))
      .map((line) => JSON.parse(line) as Line)
    return { lines, entries }
  }
  const vkeyOf = async () => (await (await ask(ledger, '/v1/logs/drill/key')).text()).trim()
  const isVerified = (value: number) =>
    eventually(`ledger_verify_success is ${value}`, async () =>
      new RegExp(`ledger_verify_success\\{[^}]*tenant="drill"[^}]*\\} ${value}`).test(
        await metricsOf(ledger),
      ),
    )

  it('empties accesses after their period and nothing else, and every earlier proof verifies', async () => {
    await appendAt(home, then, [
      [access('student-1'), admin(), access('student-2')],
      [disclosure('student-1'), access('student-1')],
    ])
    await start()
    await awaitRound()
    const { lines, entries } = await exported(6)
    expect(entries.filter(({ facts }) => facts === undefined).map(({ index }) => index)).to.deep.equal([
      0, 2, 4,
    ])
    const applied = entries.filter(({ facts }) => facts?.action === 'retention.applied')
    expect(applied.map(({ facts }) => facts?.retention?.runs)).to.deep.equal([[0, 1, 2, 3, 4, 5]])
    expect(entries[0]?.gone?.cause).to.equal('retention')
    const verdict = await verifyExport(lines, await vkeyOf())
    expect(verdict).to.deep.include({ valid: true, withoutFacts: 3 })
    const path = '/v1/logs/drill/proof/inclusion?index=0&size=5'
    expect((await ask(ledger, path)).status).to.equal(200)
    await isVerified(1)
    expect(await metricsOf(ledger)).to.match(/ledger_retention_removed_total\{[^}]*class="access"[^}]*\} 3\n/)
    const accesses = await ask(ledger, '/v1/subjects/drill/student-1/accesses', {
      token: home.tokens.academics,
    })
    expect(((await accesses.json()) as { accesses: unknown[] }).accesses).to.have.length(1)
  })

  it('is told from tampering: what was emptied without an event is a finding', async () => {
    await appendAt(home, then, [[access('student-1')], [disclosure('student-2'), disclosure('student-3')]])
    await start()
    await awaitRound()
    await isVerified(1)
    await asSuperuser(
      home.database,
      `update ledger.side set facts[1] = null, salt[1] = null, sealed[1] = null, subject[1] = null
        where tenant = 'drill' and first = 1`,
      `delete from ledger.subject_entry where tenant = 'drill' and index = 1`,
    )
    await isVerified(0)
    // Not with the mark of another entry either.
    await asSuperuser(
      home.database,
      `update ledger.side s set gone = array[(select gone[1] from ledger.side where tenant = 'drill' and first = 0), null]
        where tenant = 'drill' and first = 1`,
    )
    const { lines } = await exported(4)
    expect(await verifyExport(lines, await vkeyOf())).to.include({
      valid: false,
      fault: 'FACTS_WITHHELD',
      firstBad: 1,
    })
    await eventually('the finding is logged', () => ledger.output().includes('"gone_unexplained"'))
  })

  it('follows the policy of its tenant, and waits for a legal hold in its window and for an open inspection', async () => {
    const now = Date.now()
    const years = (count: number) => now - count * yearMillis
    const happened = (millis: number, subject: string, actor?: string) => ({
      ...access(subject, actor),
      time: at(millis),
    })
    await appendAt(home, years(2), [
      [happened(years(2), 'held'), happened(years(2), 'inspected'), happened(years(2), 'free')],
      [happened(years(2), 'other', 'clerk-9')],
    ])
    // Sequenced outside the window of the hold, and so kept only if it happened within.
    await appendAt(home, years(1.5), [[happened(years(2), 'held'), happened(years(1.5), 'held')]])
    await start()
    const day = at(years(2)).slice(0, 10)
    const legalCase = { reference: '26-CV-1', relevance: 'that day' }
    const hold = await openEntry(ledger, 'hold', {
      student: 'held',
      facts: { scope: 'subject', from: day, until: day },
      personal: { legalCase },
    })
    await command(ledger, hold, { command: 'approve', actor: 'counsel-1' })
    const byActor = await openEntry(ledger, 'hold', {
      facts: { scope: 'actor' },
      personal: { legalCase, heldActor: 'clerk-9' },
    })
    await command(ledger, byActor, { command: 'approve', actor: 'counsel-1' })
    const inspection = await openEntry(ledger, 'inspection', {
      student: 'inspected',
      facts: { recordKinds: ['transcript'], copies: false },
    })
    const facts = { version: '2026', access: 365, admin: 2_557, security: 2_557 }
    const policy = await openEntry(ledger, 'retention', { facts })
    expect((await command(ledger, policy, { command: 'approve' })).status, 'one person alone').to.equal(422)
    expect((await command(ledger, policy, { command: 'approve', actor: 'counsel-1' })).status).to.equal(200)
    await awaitRound()
    await awaitRound()
    const absent = async (size: number) =>
      (await exported(size)).entries.filter(({ facts: said }) => said === undefined).map(({ index }) => index)
    expect(await absent(14)).to.deep.equal([2, 5])
    expect([await keptBy('hold'), await keptBy('inspection')]).to.deep.equal([3, 1])
    await command(ledger, inspection, { command: 'grant' })
    await command(ledger, hold, { command: 'propose_release', statement: 'settled' })
    await awaitRound()
    await awaitRound()
    expect(await absent(16), 'a release that is only proposed').to.deep.equal([1, 2, 5])
    await command(ledger, hold, { command: 'approve_release', actor: 'counsel-1' })
    await awaitRound()
    await awaitRound()
    expect(await absent(18)).to.deep.equal([0, 1, 2, 4, 5])
    await isVerified(1)
  })

  it('shows no export an entry without its facts before the event that explains it', async () => {
    await appendAt(home, then, [[access('student-1'), access('student-2')]])
    await start({ CAMPANILE_CHECKPOINT_MILLIS: '2000' })
    const vkey = await vkeyOf()
    let withoutFacts = 0
    for (let exports = 0; withoutFacts === 0; exports++) {
      const verdict = await verifyExport((await exported(2)).lines, vkey)
      if (!verdict.valid) expect.fail(`export ${exports}: ${verdict.detail}`)
      withoutFacts = verdict.withoutFacts
    }
    expect(withoutFacts).to.equal(2)
  })

  it('lets disclosures go when the register says that the student’s record is destroyed', async () => {
    await appendAt(home, then, [[disclosure('gone'), disclosure('stays')]])
    await start()
    const entry = await openEntry(ledger, 'student_record', {
      student: 'gone',
      facts: { from: '2022-08-01' },
    })
    await openEntry(ledger, 'student_record', { student: 'stays', facts: { from: '2022-08-01' } })
    await awaitRound()
    expect((await exported(4)).entries.every(({ facts }) => facts !== undefined)).to.equal(true)
    // Recorded since, before anybody opened a new record: the student came back.
    await append(ledger, [disclosure('gone')])
    await command(ledger, entry, { command: 'destroy', reason: 'schedule' })
    await awaitRound()
    await awaitRound()
    const { entries, lines } = await exported(7)
    expect(entries.filter(({ facts }) => facts === undefined).map(({ index }) => index)).to.deep.equal([0])
    expect(await verifyExport(lines, await vkeyOf())).to.include({ valid: true })
    expect(await keptBy('hold')).to.equal(0)
  })

  it('keeps what is new, whatever is old around it', async () => {
    await appendAt(home, then, [[access('student-1')]])
    await start()
    await append(ledger, [anEvent()])
    await awaitRound()
    const { entries } = await exported(3)
    expect(entries.find(({ index }) => index === 1 || index === 2)?.facts).not.to.equal(undefined)
  })
})
