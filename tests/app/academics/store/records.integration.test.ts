import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import type pg from 'pg'
import { basisCodes, recordDuty, type BasisCode } from '../../../../contracts/basis.ts'
import { sharedPostgres, type TestDatabase } from '../../../support/postgres.ts'
import { outboxEvents } from '../../outbox-events.ts'
import { call, connect, fixedReason, layRoster, type Caller, type Roster } from './roster-rows.ts'

interface Answer {
  readonly outcome: string
  readonly reason?: string
  readonly relationship?: string
  readonly basis?: BasisCode
  readonly class?: string
  readonly transcript?: { readonly courses: readonly { readonly grade: string | null }[] }
}

describe('record functions of the database', function () {
  let database: TestDatabase
  let root: pg.Client
  let app: pg.Client
  let a: Roster
  let b: Roster

  before(async () => {
    database = await (await sharedPostgres()).createDatabase()
    root = await connect(database, 'superuser')
    app = await connect(database, 'academics_app')
    a = await layRoster(root, 'university_a')
    b = await layRoster(root, 'university_b')
  })
  after(async () => {
    await app.end()
    await root.end()
    await database.drop()
  })

  const as = (role: string, account: string, tenant = 'university_a'): Caller => ({ tenant, account, role })
  const read = (caller: Caller, student = a.student, reason: string | null = null) =>
    call<Answer>(app, caller, { name: 'read_transcript', args: [student, reason] })
  const lastEvent = async () => (await outboxEvents(root)).at(-1)

  describe('read by relationship', () => {
    it('lets a student read their own record as access', async () => {
      const answer = await read(as('student', a.student))
      expect(answer).to.include({
        outcome: 'read',
        relationship: 'self',
        basis: '99.31(a)(12)',
        class: 'access',
      })
      expect(answer.transcript?.courses.map(({ grade }) => grade)).to.deep.equal(['A-', null])
    })

    it('lets the instructor of a current course read as a school official', async () => {
      expect(await read(as('faculty', a.instructor))).to.include({
        relationship: 'instructor',
        basis: '99.31(a)(1)(i)(A)',
        class: 'access',
      })
    })

    it('lets the advisor and the registrar of record read', async () => {
      expect(await read(as('staff', a.advisor))).to.include({ relationship: 'advisor' })
      expect(await read(as('registrar', a.registrar))).to.include({ relationship: 'registrar' })
    })

    it('records a dependent student’s parent as disclosure and a consented one as access', async () => {
      expect(await read(as('parent', a.dependentParent))).to.include({
        basis: '99.31(a)(8)',
        class: 'disclosure',
      })
      expect(await read(as('parent', a.consentedParent))).to.include({ basis: '99.30', class: 'access' })
    })

    it('writes who, whom, on which basis and in which trace, in the same transaction', async () => {
      await read(as('faculty', a.instructor))
      expect(await lastEvent()).to.deep.include({
        tenant: 'university_a',
        producer: 'academics',
        facts: {
          class: 'access',
          action: 'transcript.read',
          outcome: 'success',
          actorRole: 'faculty',
          basis: '99.31(a)(1)(i)(A)',
          reason: 'instructor',
          resource: 'transcript',
          traceId: 'ab'.repeat(16),
          synthetic: true,
        },
        personal: {
          actor: a.instructor,
          subject: a.student,
          party: 'Instructor of CS 101',
          interest: 'Teaches this student in CS 101',
        },
      })
    })

    it('classes every basis as the contract does', async () => {
      const { rows } = await root.query<{ readonly basis: BasisCode; readonly class: string }>(
        'SELECT basis, academics.class_of(basis) AS class FROM unnest($1::text[]) AS basis',
        [['99.30', '99.31(a)(1)(i)(A)', '99.31(a)(8)', '99.31(a)(12)']],
      )
      for (const { basis, class: kind } of rows) {
        expect(basisCodes).to.include(basis)
        expect(kind).to.equal(recordDuty(basis) === 'required' ? 'disclosure' : 'access')
      }
    })
  })

  describe('read without a relationship', () => {
    it('wants a typed reason of faculty, staff and registrars', async () => {
      for (const role of ['faculty', 'staff', 'registrar']) {
        expect(await read(as(role, randomUUID()))).to.deep.equal({
          outcome: 'denied',
          reason: 'reason_missing',
        })
      }
    })

    it('opens for a typed reason and keeps it', async () => {
      const caller = as('faculty', a.formerInstructor)
      expect(await read(caller, a.student, fixedReason)).to.include({
        outcome: 'read',
        relationship: 'break_glass',
      })
      const event = await lastEvent()
      expect(event?.facts).to.include({ action: 'break_glass.read', reason: 'break_glass' })
      expect(event?.personal).to.include({ interest: fixedReason, party: 'Faculty member' })
    })

    it('stays closed for a reason under 20 characters', async () => {
      const answer = await read(as('staff', randomUUID()), a.student, 'because             ')
      expect(answer).to.deep.equal({ outcome: 'denied', reason: 'reason_missing' })
    })

    it('refuses students and parents whatever they type, and records the request', async () => {
      for (const caller of [as('student', a.classmate), as('parent', a.formerParent)]) {
        expect(await read(caller, a.student, fixedReason)).to.deep.equal({
          outcome: 'denied',
          reason: 'no_relationship',
        })
        const event = await lastEvent()
        expect(event?.facts).to.include({
          action: 'transcript.denied',
          class: 'disclosure',
          outcome: 'denied',
        })
      }
    })

    it('never opens to admin, auditor and operator, even with a row in the roster', async () => {
      for (const role of ['admin', 'auditor', 'operator']) {
        for (const account of [a.instructor, a.advisor, a.registrar, a.student]) {
          expect(await read(as(role, account), a.student, fixedReason)).to.deep.equal({
            outcome: 'denied',
            reason: 'role',
          })
        }
      }
    })

    it('tells an unknown student from nobody and keeps no subject', async () => {
      const denied = { outcome: 'denied', reason: 'unknown_student' }
      expect(await read(as('registrar', a.registrar), randomUUID())).to.deep.equal({
        ...denied,
        keeper: true,
      })
      expect(await read(as('registrar', a.otherRegistrar), randomUUID())).to.deep.equal(denied)
      expect((await lastEvent())?.personal).not.to.have.property('subject')
    })
  })

  describe('other tenants', () => {
    it('answer nothing and are recorded as a crossing without the id', async () => {
      expect(await read(as('registrar', a.registrar), b.student, fixedReason)).to.deep.equal({
        outcome: 'denied',
        reason: 'foreign',
        keeper: true,
      })
      const event = await lastEvent()
      expect(event).to.deep.include({ tenant: 'university_a' })
      expect(event?.facts).to.include({ class: 'security', action: 'tenant.crossed' })
      expect(JSON.stringify(event)).not.to.contain(b.student)
    })

    it('answer nothing when the connection was set to another tenant than the caller’s', async () => {
      const turned = call(app, as('registrar', a.registrar), {
        name: 'read_transcript',
        args: [b.student, fixedReason],
        setting: 'university_b',
      })
      expect(await turned.catch((error: { code?: string }) => error.code)).to.equal('CT001')
    })

    it('keep their rosters, lists and grades apart', async () => {
      const caller = as('registrar', a.registrar)
      const roster = await call<Answer>(app, caller, { name: 'read_roster', args: [b.course] })
      expect(roster).to.include({ outcome: 'denied', reason: 'foreign' })
      const grade = await call<Answer>(app, caller, { name: 'put_grade', args: [b.course, a.student, 'A'] })
      expect(grade).to.include({ outcome: 'denied', reason: 'foreign' })
      const courses = await call<readonly { readonly id: string }[]>(app, caller, {
        name: 'list_courses',
        args: [],
      })
      expect(courses.map(({ id }) => id)).to.have.members([a.course, a.pastCourse])
      const listed = await call<{ students: readonly { id: string }[] }>(app, caller, {
        name: 'list_students',
        args: [null, 200],
      })
      expect(listed.students.map(({ id }) => id)).to.have.members([a.student, a.classmate])
    })
  })

  describe('rights', () => {
    const tables = [
      'student', 'course', 'teaches', 'enrolled', 'advises', 'custodian', 'guardian', 'grade', 'owner_of_id',
    ] // prettier-ignore

    it('give academics_app none on any table of the schema', async () => {
      const { rows } = await root.query<{ readonly name: string }>(
        `SELECT c.relname AS name FROM pg_class c
         WHERE c.relnamespace = 'academics'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
           AND has_table_privilege('academics_app', c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')`,
      )
      expect(rows).to.deep.equal([])
      for (const table of tables) {
        const asked = app.query(`SELECT FROM academics.${table}`)
        expect(await asked.catch((error: { code?: string }) => error.code)).to.equal('42501')
      }
    })

    it('let academics_app call nine functions and none of their parts', async () => {
      const { rows } = await root.query<{ readonly name: string }>(
        `SELECT p.proname AS name FROM pg_proc p
         WHERE p.pronamespace = 'academics'::regnamespace AND has_function_privilege('academics_app', p.oid, 'EXECUTE')
         ORDER BY 1`,
      )
      expect(rows.map(({ name }) => name)).to.deep.equal([
        'count_glass',
        'list_courses', 'list_glass',
        'list_students', 'open_accesses', 'put_grade', 'read_roster', 'read_transcript',
        'review_glass',
      ]) // prettier-ignore
    })

    it('force row-level security on every table, and pin the search path of every function', async () => {
      const open = await root.query(
        `SELECT relname FROM pg_class WHERE relnamespace = 'academics'::regnamespace AND relkind = 'r'
           AND NOT (relrowsecurity AND relforcerowsecurity)`,
      )
      expect(open.rows).to.deep.equal([])
      const loose = await root.query(
        `SELECT proname FROM pg_proc WHERE pronamespace = 'academics'::regnamespace
           AND NOT ('search_path=pg_catalog, pg_temp' = ANY (coalesce(proconfig, '{}')))`,
      )
      expect(loose.rows).to.deep.equal([])
    })

    it('show the owner no row while no tenant is set', async () => {
      await root.query('BEGIN')
      await root.query('SET LOCAL ROLE campanile_owner')
      const { rows } = await root.query(`SELECT count(*)::integer AS count FROM academics.student`)
      await root.query('ROLLBACK')
      expect(rows).to.deep.equal([{ count: 0 }])
    })

    it('let seed_app add synthetic people of demo tenants and nothing else', async () => {
      const seed = await connect(database, 'seed_app')
      const insert = async (tenant: string, synthetic: boolean) => {
        await seed.query('BEGIN')
        await seed.query(`SELECT set_config('app.tenant', $1, true)`, [tenant])
        const done = await seed
          .query('INSERT INTO academics.student VALUES ($1, $2, $3, $4)', [
            tenant,
            randomUUID(),
            'Cleo (demo)',
            synthetic,
          ])
          .then(
            () => 'done',
            (error: { code?: string }) => error.code,
          )
        await seed.query('ROLLBACK')
        return done
      }
      expect(await insert('drill', true)).to.equal('done')
      expect(await insert('drill', false)).to.equal('42501')
      expect(await insert('real_college', true)).to.equal('42501')
      const asked = seed.query('SELECT FROM academics.student')
      expect(await asked.catch((error: { code?: string }) => error.code)).to.equal('42501')
      await seed.end()
    })
  })

  describe('grades', () => {
    const put = (caller: Caller, course: string, letter = 'B+') =>
      call<Answer>(app, caller, { name: 'put_grade', args: [course, a.student, letter] })

    it('are entered, changed and left alone, and each change is recorded without the letter', async () => {
      const caller = as('faculty', a.instructor)
      expect(await put(caller, a.course)).to.deep.equal({ outcome: 'entered' })
      expect((await lastEvent())?.facts).to.include({ action: 'grade.entered' })
      expect(await put(caller, a.course, 'A')).to.deep.equal({ outcome: 'changed' })
      const event = await lastEvent()
      expect(event?.facts).to.include({ action: 'grade.changed' })
      const events = (await outboxEvents(root)).length
      expect(await put(caller, a.course, 'A')).to.deep.equal({ outcome: 'unchanged' })
      expect(await outboxEvents(root)).to.have.length(events)
    })

    it('are closed to instructors of past courses and to everybody else', async () => {
      const strangers = [
        as('faculty', a.formerInstructor),
        as('student', a.student),
        as('admin', a.instructor),
      ]
      for (const caller of strangers) {
        expect(await put(caller, a.pastCourse)).to.deep.equal({
          outcome: 'denied',
          reason: 'no_relationship',
        })
      }
    })

    it('may be corrected later by the registrar of record', async () => {
      expect(await put(as('registrar', a.registrar), a.pastCourse, 'A')).to.deep.equal({ outcome: 'changed' })
    })
  })

  it('records a roster as a read of every listed student', async () => {
    const before = (await outboxEvents(root)).length
    const roster = await call<{ students: readonly { id: string }[] }>(app, as('registrar', a.registrar), {
      name: 'read_roster',
      args: [a.pastCourse],
    })
    const written = (await outboxEvents(root)).slice(before)
    expect(written.map(({ personal }) => personal?.['subject'])).to.have.members(
      roster.students.map(({ id }) => id),
    )
    expect(written).to.have.length(2)
  })
})
