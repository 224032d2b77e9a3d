import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import fc from 'fast-check'
import type pg from 'pg'
import { connect } from '../app/academics/store/roster-rows.ts'
import { startPostgres, type TestDatabase, type TestPostgres } from '../support/postgres.ts'
import { propertyRuns } from '../support/property.ts'
import { sdkMigrations } from './sdk-migrations.ts'

const step = fc.constantFrom('record', 'settle', 'refuse', 'savepoint', 'rollback to', 'forge', 'unsay')
const transaction = fc.record({
  steps: fc.array(step, { maxLength: 8 }),
  end: fc.constantFrom('COMMIT', 'ROLLBACK'),
})
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

const forgery = `INSERT INTO outbox.event (turn, id, tenant, sequence, payload)
  VALUES ('1', gen_random_uuid(), 'university_a', 99, '{}')`
const unsaying = 'UPDATE outbox.counter SET next = next - 1'

/** What must be true of the outbox: which numbers were given out, and what has become of their rows. */
interface Model {
  readonly next: number
  /** Numbers of rows that wait. */
  readonly waiting: readonly number[]
  readonly refused: readonly number[]
}

describe('a service that may call the outbox as it likes', () => {
  let postgres: TestPostgres
  let database: TestDatabase
  let root: pg.Client
  let app: pg.Client
  let model: Model

  before(async () => {
    postgres = await startPostgres({ migrations: sdkMigrations() })
    database = await postgres.createDatabase()
    root = await connect(database, 'superuser')
    app = await connect(database, 'booking_app')
    model = { next: 0, waiting: [], refused: [] }
  })
  after(async () => {
    await app.end()
    await root.end()
    await postgres.stop()
  })

  it('removes no row of its own transaction, leaves no number out and gives none twice', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(transaction, { maxLength: 4 }), async (transactions) => {
        for (const { steps, end } of transactions) {
          await app.query('BEGIN')
          const after = await walk(steps)
          await app.query(end)
          if (end === 'COMMIT') model = after
          expect(await state()).to.deep.equal(model)
        }
      }),
      propertyRuns({ ci: 60, soak: 1_000 }),
    )
  })

  /** Takes the steps of one transaction and tells what a commit would leave. */
  async function walk(steps: readonly Step[]): Promise<Model> {
    const committed = model.waiting
    let now = model
    let saved: Model | undefined
    for (const taken of steps) {
      switch (taken) {
        case 'record':
          await app.query(`SELECT outbox.record($1, 'university_a', '{}')`, [randomUUID()])
          now = { ...now, next: now.next + 1, waiting: [...now.waiting, now.next] }
          break
        case 'settle':
          await app.query('SELECT outbox.settle(array_agg(position)) FROM outbox.event')
          now = { ...now, waiting: now.waiting.filter((number) => !committed.includes(number)) }
          break
        case 'refuse': {
          await app.query(`SELECT outbox.refuse(max(position), 'invalid', '') FROM outbox.event`)
          const last = now.waiting.at(-1)
          if (last === undefined || !committed.includes(last)) break
          now = { ...now, waiting: now.waiting.slice(0, -1), refused: [...now.refused, last] }
          break
        }
        case 'savepoint':
          await app.query('SAVEPOINT walk')
          saved = now
          break
        case 'rollback to':
          if (saved === undefined) break
          await app.query('ROLLBACK TO walk')
          now = saved
          break
        case 'forge':
          await refusedWith(forgery)
          break
        case 'unsay':
          await refusedWith(unsaying)
      }
    }
    return now
  }

  async function refusedWith(sql: string): Promise<void> {
    await app.query('SAVEPOINT attempt')
    const code = await app.query(sql).catch((error: { readonly code?: string }) => error.code)
    expect(code, sql).to.equal('42501')
    await app.query('ROLLBACK TO attempt; RELEASE attempt')
  }

  async function state(): Promise<Model> {
    const { rows } = await root.query<{ readonly state: Model }>(
      `SELECT jsonb_build_object(
         'next', coalesce((SELECT max(next) FROM outbox.counter), 0),
         'waiting', (SELECT coalesce(jsonb_agg(sequence ORDER BY sequence), '[]') FROM outbox.event),
         'refused', (SELECT coalesce(jsonb_agg(sequence ORDER BY refused_at), '[]') FROM outbox.refused)) AS state`,
    )
    // One row by construction.
    return (rows[0] as { readonly state: Model }).state
  }
})
