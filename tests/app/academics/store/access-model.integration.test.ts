import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import fc from 'fast-check'
import type pg from 'pg'
import { roles } from '../../../../contracts/services.ts'
import { sharedPostgres, type TestDatabase } from '../../../support/postgres.ts'
import { expectedDecision, type Attempt } from './access-model.ts'
import { call, connect, fixedReason, layRoster, type Roster } from './roster-rows.ts'
import { propertyRuns } from '../../../support/property.ts'

const attempts: fc.Arbitrary<Attempt> = fc.record({
  role: fc.constantFrom(...roles),
  reason: fc.constantFrom(null, '', 'too short', `${' '.repeat(30)}x`, fixedReason),
  isStudent: fc.boolean(),
  teachesNow: fc.boolean(),
  taughtOnce: fc.boolean(),
  advises: fc.boolean(),
  keepsRecords: fc.boolean(),
  guardian: fc.constantFrom('none', 'dependency', 'consent', 'both', 'ended'),
})

describe('access decision', function () {
  let database: TestDatabase
  let root: pg.Client
  let app: pg.Client
  let roster: Roster

  before(async () => {
    database = await (await sharedPostgres()).createDatabase()
    root = await connect(database, 'superuser')
    app = await connect(database, 'academics_app')
    roster = await layRoster(root, 'university_a')
  })
  after(async () => {
    await app.end()
    await root.end()
    await database.drop()
  })

  it('is the model’s for every role, reason and standing, with one event each', async () => {
    let events = 0
    await fc.assert(
      fc.asyncProperty(attempts, async (attempt) => {
        const account = await stand(attempt)
        const answer = await call<Readonly<Record<string, string>>>(
          app,
          { tenant: 'university_a', account, role: attempt.role },
          { name: 'read_transcript', args: [roster.student, attempt.reason] },
        )
        const decision =
          answer['outcome'] === 'denied'
            ? `denied/${answer['reason']}`
            : `${answer['relationship']} ${answer['basis']}`
        expect(decision).to.equal(expectedDecision(attempt))
        events += 1
        const { rows } = await root.query<{ readonly count: number }>(
          'SELECT count(*)::integer AS count FROM outbox.event',
        )
        expect(rows[0]?.count).to.equal(events)
      }),
      propertyRuns({ ci: 300, soak: 6_000 }),
    )
  })

  /** Gives somebody exactly this standing and answers who it is. */
  async function stand(attempt: Attempt): Promise<string> {
    const { student, course, pastCourse } = roster
    const account = attempt.isStudent ? student : randomUUID()
    for (const table of ['glass', 'teaches', 'advises', 'custodian', 'guardian']) {
      await root.query(`DELETE FROM academics.${table}`)
    }
    const insert = (table: string, ...values: readonly unknown[]) =>
      root.query(
        `INSERT INTO academics.${table} VALUES ('university_a', ${values.map((_, at) => `$${at + 1}`).join(', ')})`,
        [...values],
      )
    if (attempt.teachesNow) await insert('teaches', account, course)
    if (attempt.taughtOnce) await insert('teaches', account, pastCourse)
    if (attempt.advises) await insert('advises', account, student)
    if (attempt.keepsRecords) await insert('custodian', account)
    const { guardian } = attempt
    if (guardian === 'ended')
      await insert('guardian', account, student, 'consent', '2020-01-01', '2021-01-01')
    for (const ground of ['dependency', 'consent']) {
      if (guardian === ground || guardian === 'both') {
        await insert('guardian', account, student, ground, '2020-01-01', null)
      }
    }
    return account
  }
})
