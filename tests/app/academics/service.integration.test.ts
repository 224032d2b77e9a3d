import { randomUUID } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import fc from 'fast-check'
import type pg from 'pg'
import type { Role } from '../../../contracts/services.ts'
import { startAcademics } from '../../../app/academics/start.ts'
import type { Service } from '../../../app/door/start-service.ts'
import { sharedPostgres, type TestDatabase } from '../../support/postgres.ts'
import { ask, metric, testSettings, tokenGateway, type TokenGateway } from '../campus-service.ts'
import { outboxEvents } from '../outbox-events.ts'
import { connect, fixedReason, layRoster, type Roster } from './store/roster-rows.ts'
import { propertyRuns } from '../../support/property.ts'

describe('academics service', () => {
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

  const token = (role: Role, account: string, tenant = 'university_a') =>
    gateway.token({ tenant, account, role })
  const transcript = async (role: Role, account: string, student = a.student, headers = {}) =>
    ask(service.port, `/students/${student}/transcript`, { token: await token(role, account), headers })

  it('is ready when its functions may be called', async () => {
    expect((await ask(service.port, '/health')).body).to.deep.equal({ status: 'ok' })
  })

  it('refuses whoever shows no token', async () => {
    expect((await ask(service.port, '/courses')).status).to.equal(401)
  })

  it('describes itself', async () => {
    const { body } = await ask(service.port, '/api/docs/openapi.json')
    expect(body['paths']).to.include.keys('/calculate', '/students/{id}/transcript', '/grades')
  })

  describe('grade point average', () => {
    it('is calculated for any caller and counted', async () => {
      const body = {
        courses: [
          { grade: 'A', credits: 3 },
          { grade: 'B+', credits: 4 },
        ],
      }
      const answer = await ask(service.port, '/calculate', {
        method: 'POST',
        token: await token('student', a.student),
        body,
      })
      expect(answer.status).to.equal(200)
      expect(answer.body).to.include({ gpa: 3.6, credits: 7, qualityPoints: 25.2 })
      const series = 'gpa_calculations_total{tenant="university_a",outcome="success"}'
      expect(await metric(service.port, series)).to.equal(1)
    })

    it('names every fault of a body', async () => {
      const body = { courses: [{ grade: 'E', credits: 3 }, { grade: 'A', credits: 2.675 }, { grade: 'A' }] }
      const answer = await ask(service.port, '/calculate', {
        method: 'POST',
        token: await token('student', a.student),
        body,
      })
      expect(answer).to.have.property('status', 422)
      expect(answer.body).to.have.property('code', 'BODY_INVALID')
      expect(answer.body['faults']).to.have.length(2)
    })
  })

  describe('transcript', () => {
    it('is answered to the student with their average', async () => {
      const { status, body, headers } = await transcript('student', a.student)
      expect(status).to.equal(200)
      expect(headers.get('cache-control')).to.equal('no-store')
      expect(body).to.deep.include({
        student: { id: a.student, name: 'Alba Ashdown (demo)' },
        gpa: 3.7,
        credits: 4.5,
        access: { relationship: 'self', basis: '99.31(a)(12)', class: 'access', breakGlass: false },
      })
    })

    it('is in the outbox before the answer has left, with the trace of the request', async () => {
      const traceId = 'c0ffee'.padEnd(32, '0')
      const headers = { traceparent: `00-${traceId}-${'1'.repeat(16)}-01` }
      await transcript('faculty', a.instructor, a.student, headers)
      const event = (await outboxEvents(root)).find(({ facts }) => facts.traceId === traceId)
      expect(event?.facts).to.include({ action: 'transcript.read', actorRole: 'faculty', synthetic: true })
      expect(event?.personal).to.include({ subject: a.student, actor: a.instructor })
    })

    it('asks an unrelated official for a reason and opens for one', async () => {
      const closed = await transcript('staff', randomUUID())
      expect(closed.status).to.equal(403)
      expect(closed.body['faults']).to.deep.include.members([
        { at: 'x-access-reason', expected: 'a reason of at least 20 characters' },
      ])
      const headers = { 'x-access-reason': encodeURIComponent(fixedReason) }
      const opened = await transcript('staff', randomUUID(), a.student, headers)
      expect(opened.body['access']).to.include({ relationship: 'break_glass', breakGlass: true })
      const series = 'break_glass_reads_total{tenant="university_a",role="staff"}'
      expect(await metric(service.port, series)).to.equal(1)
    })

    it('opens for a reason in a body, too', async () => {
      const answer = await ask(service.port, `/students/${a.student}/transcript`, {
        method: 'POST',
        token: await token('faculty', randomUUID()),
        body: { reason: fixedReason },
      })
      expect(answer.body['access']).to.include({ breakGlass: true })
    })

    it('is closed to administrators with any reason, counted by reason', async () => {
      const headers = { 'x-access-reason': encodeURIComponent(fixedReason) }
      expect((await transcript('admin', randomUUID(), a.student, headers)).status).to.equal(403)
      const series = 'record_reads_denied_total{tenant="university_a",reason="role"}'
      expect(await metric(service.port, series)).to.equal(1)
    })

    it('of another tenant looks like one that does not exist, and is counted', async () => {
      const foreign = await transcript('registrar', a.registrar, b.student)
      const unknown = await transcript('registrar', a.registrar, randomUUID())
      expect(foreign.status).to.equal(404)
      const { traceId: _a, ...foreignBody } = foreign.body
      const { traceId: _b, ...unknownBody } = unknown.body
      expect(foreignBody).to.deep.equal(unknownBody)
      const series = 'cross_tenant_denied_total{service="academics",kind="path"}'
      expect(await metric(service.port, series)).to.equal(1)
    })

    it('of an id that is none is not found', async () => {
      expect((await transcript('registrar', a.registrar, "1' OR '1'='1")).status).to.equal(404)
    })
  })

  describe('courses, rosters and grades', () => {
    it('are listed with the caller’s own part', async () => {
      const { body } = await ask(service.port, '/courses', { token: await token('faculty', a.instructor) })
      const courses = body['courses'] as readonly { id: string; mine: string | null; credits: number }[]
      expect(courses.find(({ id }) => id === a.course)).to.include({
        mine: 'teaches',
        credits: 3,
        current: true,
      })
    })

    it('show a roster to its instructor and to nobody unrelated', async () => {
      const path = `/courses/${a.course}/roster`
      const own = await ask(service.port, path, { token: await token('faculty', a.instructor) })
      expect(own.body['students']).to.deep.equal([
        { id: a.student, name: 'Alba Ashdown (demo)', grade: null },
      ])
      expect((await ask(service.port, path, { token: await token('student', a.student) })).status).to.equal(
        403,
      )
      const foreign = await ask(service.port, path, {
        token: await token('registrar', b.registrar, 'university_b'),
      })
      expect(foreign.status).to.equal(404)
    })

    it('list students a page at a time', async () => {
      const registrar = await token('registrar', a.registrar)
      const first = await ask(service.port, '/students?limit=1', { token: registrar })
      const [student] = first.body['students'] as readonly { id: string }[]
      const rest = await ask(service.port, `/students?after=${student?.id}`, { token: registrar })
      expect(rest.body['students']).to.have.length(1)
      const refused = await ask(service.port, '/students?limit=many', { token: registrar })
      expect(refused.body).to.include({ code: 'QUERY_INVALID' })
    })

    it('take a grade from the instructor and count it', async () => {
      const body = { course: a.course, student: a.student, grade: 'B' }
      const put = async (role: Role, account: string) =>
        ask(service.port, '/grades', { method: 'PUT', token: await token(role, account), body })
      expect((await put('faculty', a.instructor)).body).to.deep.equal({ outcome: 'entered' })
      expect((await put('faculty', a.instructor)).body).to.deep.equal({ outcome: 'unchanged' })
      expect((await put('student', a.student)).status).to.equal(403)
      const series = 'grade_changes_total{tenant="university_a",kind="entered"}'
      expect(await metric(service.port, series)).to.equal(1)
    })

    it('refuse a body that names another tenant', async () => {
      const answer = await ask(service.port, '/grades', {
        method: 'PUT',
        token: await token('faculty', a.instructor),
        body: { course: a.course, student: a.student, grade: 'B', tenant: 'university_b' },
      })
      expect(answer.status).to.equal(403)
    })
  })

  describe('list of accesses', () => {
    it('is 503 while the ledger is away, for the student', async () => {
      const answer = await ask(service.port, `/students/${a.student}/accesses`, {
        token: await token('student', a.student),
      })
      expect(answer.status).to.equal(503)
      expect(answer.body).to.include({ code: 'OVERLOADED' })
    })

    it('is the ledger’s, asked with the service’s token, and looking is recorded', async () => {
      const ledger = await fakeLedger()
      const { port } = ledger.address() as AddressInfo
      const settings = testSettings(database.url('academics_app'), port)
      const withLedger = await startAcademics(settings, gateway.keys)
      try {
        const answer = await ask(withLedger.port, `/students/${a.student}/accesses`, {
          token: await token('student', a.student),
        })
        expect(answer.body['accesses']).to.deep.equal([access])
        expect((await outboxActions()).at(-1)).to.equal('accesses.read')
        const other = await ask(withLedger.port, `/students/${a.student}/accesses`, {
          token: await token('student', a.classmate),
        })
        expect(other.status).to.equal(403)
      } finally {
        await withLedger.close()
        ledger.close()
      }
    })

    async function outboxActions(): Promise<string[]> {
      const { rows } = await root.query<{ readonly action: string }>(
        `SELECT payload #>> '{facts,action}' AS action FROM outbox.event ORDER BY position`,
      )
      return rows.map(({ action }) => action)
    }
  })

  it('answers any body with a problem and never with a defect', async () => {
    const student = await token('student', a.student)
    const paths: readonly (readonly [string, string])[] = [
      ['POST', '/calculate'],
      ['PUT', '/grades'],
      ['POST', `/students/${a.student}/transcript`],
    ]
    const anything = fc.oneof(
      fc.string(),
      fc.json(),
      fc.anything().map((value) => JSON.stringify(value) ?? ''),
    )
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), anything, async ([method, path], body) => {
        const { status } = await ask(service.port, path, { method, token: student, body })
        expect(status).to.be.within(400, 499)
      }),
      propertyRuns({ ci: 150, soak: 3_000 }),
    )
    expect((await ask(service.port, '/health')).status).to.equal(200)
  })
})

const access = {
  id: '00000000-0000-4000-8000-000000000001',
  index: 4,
  time: '2026-11-21T02:00:00.000Z',
  action: 'transcript.read',
  class: 'access',
  outcome: 'success',
  basis: '99.31(a)(1)(i)(A)',
  actorRole: 'faculty',
  party: 'Instructor of CS 101',
  interest: 'Teaches this student in CS 101',
  synthetic: true,
}

/** A ledger that knows one access and answers only to the service's token. */
async function fakeLedger(): Promise<Server> {
  const server = createServer((request, response) => {
    const isService = request.headers.authorization === 'Bearer a-service-token-for-tests'
    response.statusCode = isService ? 200 : 401
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ accesses: isService && request.method === 'GET' ? [access] : [] }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}
