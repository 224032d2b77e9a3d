import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import type { ErasureApproval, ErasureCertificate } from '../../../contracts/erasure.ts'
import type { RegisterEntry } from '../../../audit/record/rules/register-entry.ts'
import { eventually } from '../../support/poll.ts'
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
import { runAudit } from '../keys/keys-process.ts'
import { issuerScopes, addToken, exchange, issue, postJson } from './door-client.ts'

interface SearchPage {
  readonly entries: readonly { readonly index: number; readonly facts: { readonly reason: string } }[]
}

const time = '2026-09-01T08:00:00.000Z'

describe('what takes two people', () => {
  let home: LedgerHome
  let ledger: LedgerProcess
  let registrar: string
  let service: string
  let first: string
  let second: string
  before(async () => {
    home = await makeHome()
    registrar = addToken(home, 'gateway', { scopes: issuerScopes })
    ledger = await startLedger(home)
    await append(ledger, [anEvent(), anEvent({ personal: { subject: 'student-2' } })])
    first = await issue(ledger, registrar, { role: 'custodian', name: 'registrar-1' })
    second = await issue(ledger, registrar, { role: 'custodian', name: 'registrar-2' })
    service = await exchange(ledger, registrar)
  })
  after(async () => {
    await ledger.stop('SIGKILL')
    await home.remove()
  })

  const erasureOf = (subject = 'student-1') => ({
    id: randomUUID(),
    subject,
    reason: 'record_destroyed',
    recordState: 'destroyed',
  })
  const erase = (token: string, body: object = erasureOf()) =>
    postJson<ErasureCertificate>(ledger, '/v1/erasures/drill', { token, body })
  const approve = (token: string, body: object, tenant = 'drill') =>
    postJson<ErasureApproval>(ledger, `/v1/erasures/${tenant}/approvals`, { token, body })

  it('is not approved by a program, nor by who may not', async () => {
    const auditor = await issue(ledger, registrar, {
      role: 'auditor',
      name: 'auditor-1',
      period: { since: '2020-01-01T00:00:00.000Z', until: '2100-01-01T00:00:00.000Z' },
    })
    for (const token of [registrar, service, auditor]) {
      const answer = await approve(token, erasureOf())
      expect([answer.status, answer.body.code]).to.deep.equal([403, 'FORBIDDEN'])
    }
    const elsewhere = await issue(ledger, registrar, {
      role: 'custodian',
      name: 'registrar-2',
      tenant: 'other',
    })
    expect((await approve(elsewhere, erasureOf())).status).to.equal(404)
  })

  it('is not done without an approval, by one’s own, or by that of who asked for the token', async () => {
    const again = await issue(ledger, registrar, { role: 'custodian', name: 'registrar-1' })
    const own = await issue(ledger, registrar, { role: 'custodian', name: 'gateway' })
    const attempts: readonly (readonly [string, string | undefined])[] = [
      [first, undefined],
      [service, undefined],
      [first, first],
      [first, again],
      // Whoever asked for the tokens could ask for one in its own name, or in another's and approve itself.
      [first, own],
      [service, second],
    ]
    for (const [shown, approver] of attempts) {
      const body = erasureOf()
      if (approver !== undefined) expect((await approve(approver, body)).status).to.equal(200)
      const answer = await erase(shown, body)
      expect([answer.status, answer.body.code]).to.deep.equal([403, 'FORBIDDEN'])
    }
  })

  it('is not done by an approval of something else', async () => {
    const approved = erasureOf()
    expect((await approve(second, approved)).status).to.equal(200)
    for (const change of [{ id: randomUUID() }, { subject: 'student-2' }, { reason: 'other' }]) {
      expect((await erase(first, { ...approved, ...change })).status, JSON.stringify(change)).to.equal(403)
    }
    // A log answers once it is signed.
    const seen = await eventually('the access is still there', async () => {
      const response = await ask(ledger, '/v1/subjects/drill/student-1/accesses', { token: registrar })
      const { accesses } = (await response.json()) as { accesses: unknown[] }
      return accesses.length > 0 ? accesses : undefined
    })
    expect(seen).to.have.length(1)
  })

  it('is done with the tokens of two, and the log has both before it is done', async () => {
    const body = erasureOf()
    expect((await approve(second, body)).body.id).to.equal(body.id)
    const answer = await erase(first, body)
    expect(answer.status, JSON.stringify(answer.body)).to.equal(200)
    await awaitCheckpoint(ledger, 'drill', answer.body.index + 1)
    for (const [actor, reason] of [
      ['registrar-1', 'first_person'],
      ['registrar-2', 'second_person'],
    ] as const) {
      const path = `/v1/logs/drill/search?action=erasure.approved&actor=${actor}`
      // Search follows the log at a short distance.
      const newest = await eventually('the entry is searched', async () => {
        const page = (await (await ask(ledger, path, { token: registrar })).json()) as SearchPage
        return page.entries.find(({ facts }) => facts.reason === reason)
      })
      expect(newest.index).to.be.lessThan(answer.body.index)
    }
  })

  it('is approved and done by commands, each with a person’s token', async () => {
    await append(ledger, [anEvent({ personal: { subject: 'student-3' } })])
    const fileOf = (name: string, token: string) => {
      const file = join(home.folder, name)
      writeFileSync(file, token, { mode: 0o600 })
      return ['--token-file', file]
    }
    const mine = fileOf('first.token', first)
    const theirs = fileOf('second.token', second)
    // What a launcher sets; a person's token goes before it.
    const [, program = ''] = fileOf('registrar.token', registrar)
    const variables = { CAMPANILE_PORT_LEDGER: String(ledger.port), CAMPANILE_TOKEN_FILE: program }
    const of = (subject: string) => ['erase', '--tenant', 'drill', '--subject', subject, '--reason', 'asked']
    const erasing = [...of('student-3'), '--record', 'destroyed']
    const approved = await runAudit(home, [...erasing, '--approve', ...theirs], variables)
    expect(approved.code, approved.output).to.equal(0)
    const id = /--id (\S+)/.exec(approved.output)?.[1] ?? ''
    expect((await runAudit(home, [...erasing, ...mine], variables)).code).to.equal(1)
    const done = await runAudit(home, [...erasing, '--id', id, ...mine], variables)
    expect(done.code, done.output).to.equal(0)
    expect(done.output).not.to.contain('program')
    const alone = await runAudit(home, [...of('student-4'), '--record', 'destroyed'], variables)
    expect(alone.output).to.contain('by the token of a program')
  })

  it('is left to a program of the house that shows a long-lived token on loopback, and the log says so', async () => {
    expect((await erase(registrar, erasureOf('student-2'))).status).to.equal(200)
    const path = '/v1/logs/drill/search?action=erasure.approved&actor=gateway'
    const newest = await eventually('the entry is searched', async () => {
      const page = (await (await ask(ledger, path, { token: registrar })).json()) as SearchPage
      return page.entries.find(({ facts }) => facts.reason === 'program')
    })
    expect(newest.facts.reason).to.equal('program')
  })

  it('releases a hold by the tokens of two, and by no one’s alone', async () => {
    const id = randomUUID()
    const path = '/v1/record/drill/registers/hold'
    const step = (token: string, actor: string, command = '', more: object = {}) =>
      postJson<RegisterEntry>(ledger, command === '' ? path : `${path}/${id}/${command}`, {
        token,
        body: { time, actor, ...more },
      })
    const legalCase = { reference: '26-7', relevance: 'litigation' }
    const opening = { id, facts: { scope: 'tenant' }, personal: { legalCase } }
    expect((await step(first, 'registrar-1', '', opening)).body.state).to.equal('proposed')
    expect((await step(first, 'registrar-1', 'approve')).status).to.equal(422)
    expect((await step(first, 'registrar-2', 'approve')).status).to.equal(403)
    expect((await step(second, 'registrar-2', 'approve')).body.state).to.equal('placed')
    const release = await step(second, 'registrar-2', 'propose_release', { statement: 'the case is closed' })
    expect(release.body.state, JSON.stringify(release.body)).to.equal('release_proposed')
    expect((await step(second, 'registrar-2', 'approve_release')).status).to.equal(422)
    expect((await step(first, 'registrar-1', 'approve_release')).body.state).to.equal('released')
  })
})
