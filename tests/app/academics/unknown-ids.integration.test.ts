import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import type pg from 'pg'
import type { Role } from '../../../contracts/services.ts'
import { startAcademics } from '../../../app/academics/start.ts'
import type { Service } from '../../../app/door/start-service.ts'
import { sharedPostgres, type TestDatabase } from '../../support/postgres.ts'
import { ask, metric, testSettings, tokenGateway, type TokenGateway } from '../campus-service.ts'
import { outboxEvents } from '../outbox-events.ts'
import { connect, fixedReason, layRoster, type Roster } from './store/roster-rows.ts'

/** Whoever may not read a record must not find out by trying which ids are students of the tenant, or of another. */
describe('an id that a caller stands in no relationship to', () => {
  let database: TestDatabase
  let root: pg.Client
  let gateway: TokenGateway
  let service: Service
  let a: Roster
  let b: Roster

  before(async () => {
    database = await (await sharedPostgres()).createDatabase()
    root = await connect(database, 'superuser')
    a = await layRoster(root, 'university_a')
    b = await layRoster(root, 'university_b')
    gateway = await tokenGateway()
    service = await startAcademics(testSettings(database.url('academics_app')), gateway.keys)
  })
  after(async () => {
    await service.close()
    await root.end()
    await database.drop()
  })

  interface Attempt {
    readonly role: Role
    readonly account?: string
    readonly reason?: string
  }

  /** Asks for a path of a student and leaves out of the answer what differs each time. */
  async function answerFor(student: string, rest: string, { role, account, reason }: Attempt) {
    const token = await gateway.token({ tenant: 'university_a', account: account ?? randomUUID(), role })
    const headers = reason === undefined ? {} : { 'x-access-reason': encodeURIComponent(reason) }
    const { status, body } = await ask(service.port, `/students/${student}/${rest}`, { token, headers })
    const { traceId: _, ...document } = body
    return { status, document }
  }

  const roles: readonly Role[] = [
    'student',
    'parent',
    'faculty',
    'staff',
    'registrar',
    'admin',
    'auditor',
    'operator',
  ]

  for (const role of roles) {
    for (const rest of ['transcript', 'accesses']) {
      it(`gets ${role} the same 403 on ${rest} whether it is a student here, elsewhere, or nobody`, async () => {
        const there = await answerFor(a.classmate, rest, { role })
        expect(there.status).to.equal(403)
        expect(await answerFor(randomUUID(), rest, { role })).to.deep.equal(there)
        expect(await answerFor(b.student, rest, { role })).to.deep.equal(there)
      })
    }
  }

  it('is told to nobody but officials as one that a typed reason would open', async () => {
    for (const role of roles) {
      const { document } = await answerFor(randomUUID(), 'transcript', { role })
      const isAsked = ['faculty', 'staff', 'registrar'].includes(role)
      expect(document['faults'] !== undefined, role).to.equal(isAsked)
    }
  })

  it('is told as unknown to whoever may read it if it were there', async () => {
    for (const student of [randomUUID(), b.student]) {
      const keeper = { role: 'registrar', account: a.registrar } as const
      expect((await answerFor(student, 'transcript', keeper)).status).to.equal(404)
      expect((await answerFor(student, 'accesses', keeper)).status).to.equal(404)
      const reasoned = { role: 'staff', reason: fixedReason } as const
      expect((await answerFor(student, 'transcript', reasoned)).status).to.equal(404)
    }
  })

  it('is counted and recorded as what it is', async () => {
    const series = (reason: string) => `record_reads_denied_total{tenant="university_a",reason="${reason}"}`
    const crossed = 'cross_tenant_denied_total{service="academics",kind="path"}'
    const names = [series('unknown_student'), series('no_relationship'), crossed]
    const counts = () => Promise.all(names.map((name) => metric(service.port, name)))
    const before = await counts()
    const account = randomUUID()
    for (const student of [a.classmate, randomUUID(), b.student]) {
      await answerFor(student, 'transcript', { role: 'student', account })
    }
    const after = await counts()
    // An id of another tenant counts among the unknown ones, and as a crossing.
    expect(after.map((count, at) => count - (before[at] ?? 0))).to.deep.equal([2, 1, 1])
    const events = (await outboxEvents(root)).filter(({ personal }) => personal?.actor === account)
    expect(events.map(({ facts }) => [facts.action, facts.reason])).to.deep.equal([
      ['transcript.denied', 'no_relationship'],
      ['transcript.denied', 'unknown_student'],
      ['tenant.crossed', 'foreign_id'],
    ])
  })

  it('is no grade that can be entered, with one answer for all', async () => {
    const put = async (course: string, student: string, role: Role, account: string) => {
      const token = await gateway.token({ tenant: 'university_a', account, role })
      const body = { course, student, grade: 'B' }
      const answer = await ask(service.port, '/grades', { method: 'PUT', token, body })
      const { traceId: _, ...document } = answer.body
      return { status: answer.status, document }
    }
    const stranger = randomUUID()
    const there = await put(a.course, a.student, 'faculty', stranger)
    expect(there.status).to.equal(403)
    for (const [course, student] of [
      [a.course, b.student],
      [b.course, b.student],
      [a.course, randomUUID()],
      [randomUUID(), a.student],
    ] as const) {
      expect(await put(course, student, 'faculty', stranger)).to.deep.equal(there)
      expect(await put(course, student, 'faculty', a.instructor)).to.deep.equal(there)
    }
  })

  it('is on no list but that of their own children, for a parent', async () => {
    const listed = async (account: string) => {
      const token = await gateway.token({ tenant: 'university_a', account, role: 'parent' })
      const { body } = await ask(service.port, '/students', { token })
      return (body['students'] as readonly { readonly id: string }[]).map(({ id }) => id)
    }
    expect(await listed(a.dependentParent)).to.deep.equal([a.student])
    expect(await listed(a.consentedParent)).to.deep.equal([a.student])
    for (const account of [a.formerParent, a.instructor, a.advisor, randomUUID()]) {
      expect(await listed(account)).to.deep.equal([])
    }
  })
})
