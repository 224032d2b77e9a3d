/** A small campus in the database, and calls of the record functions as the service makes them. */
import { randomUUID } from 'node:crypto'
import pg from 'pg'
import type { TestDatabase } from '../../../support/postgres.ts'

export interface Roster {
  readonly tenant: string
  readonly student: string
  readonly classmate: string
  readonly instructor: string
  readonly formerInstructor: string
  readonly advisor: string
  readonly registrar: string
  readonly otherRegistrar: string
  readonly dependentParent: string
  readonly consentedParent: string
  readonly formerParent: string
  readonly course: string
  readonly pastCourse: string
}

export const fixedReason = 'covering for the advisor of this student'

/** Lays out a campus: one current course, one past, and somebody in each relation to `student`. */
export async function layRoster(client: pg.Client, tenant: string): Promise<Roster> {
  const ids = Array.from({ length: 12 }, () => randomUUID())
  const [student, classmate, instructor, formerInstructor, advisor, registrar] = ids as [
    string,
    string,
    string,
    string,
    string,
    string,
    ...string[],
  ]
  const [otherRegistrar, dependentParent, consentedParent, formerParent, course, pastCourse] = ids.slice(
    6,
  ) as [string, string, string, string, string, string]
  const rows: readonly (readonly [string, readonly unknown[]])[] = [
    ['student (tenant, id, name, synthetic)', [student, 'Alba Ashdown (demo)', true]],
    ['student (tenant, id, name, synthetic)', [classmate, 'Bram Birkwood (demo)', true]],
    [
      'course (tenant, id, code, title, credit_hundredths, term, starts_on, ends_on)',
      [course, 'CS 101', 'Programming', 300, 'Now', '2000-01-01', '2999-12-31'],
    ],
    [
      'course (tenant, id, code, title, credit_hundredths, term, starts_on, ends_on)',
      [pastCourse, 'MATH 151', 'Calculus', 450, 'Then', '1999-01-01', '1999-12-31'],
    ],
    ['teaches (tenant, instructor, course)', [instructor, course]],
    ['teaches (tenant, instructor, course)', [formerInstructor, pastCourse]],
    ['enrolled (tenant, student, course)', [student, course]],
    ['enrolled (tenant, student, course)', [student, pastCourse]],
    ['enrolled (tenant, student, course)', [classmate, pastCourse]],
    ['advises (tenant, advisor, student)', [advisor, student]],
    ['custodian (tenant, account)', [registrar]],
    [
      'guardian (tenant, parent, student, ground, recorded_on)',
      [dependentParent, student, 'dependency', '2020-01-01'],
    ],
    [
      'guardian (tenant, parent, student, ground, recorded_on)',
      [consentedParent, student, 'consent', '2020-01-01'],
    ],
    [
      'guardian (tenant, parent, student, ground, recorded_on, ends_on)',
      [formerParent, student, 'consent', '2020-01-01', '2021-01-01'],
    ],
    ['grade (tenant, student, course, letter, entered_by)', [student, pastCourse, 'A-', formerInstructor]],
  ]
  for (const [target, values] of rows) {
    const places = values.map((_, index) => `$${index + 2}`).join(', ')
    await client.query(`INSERT INTO academics.${target} VALUES ($1, ${places})`, [tenant, ...values])
  }
  return {
    tenant,
    student,
    classmate,
    instructor,
    formerInstructor,
    advisor,
    registrar,
    otherRegistrar,
    dependentParent,
    consentedParent,
    formerParent,
    course,
    pastCourse,
  }
}

export interface Caller {
  readonly tenant: string
  readonly account: string
  readonly role: string
}

/** Calls a record function as `academics_app` in a transaction of the caller's tenant, and commits. */
export async function call<T>(
  client: pg.Client,
  caller: Caller,
  {
    name,
    args,
    setting = caller.tenant,
  }: { readonly name: string; readonly args: readonly unknown[]; readonly setting?: string },
): Promise<T> {
  const places = args.map((_, index) => `, $${index + 6}`).join('')
  await client.query('BEGIN')
  try {
    await client.query(`SELECT set_config('app.tenant', $1, true)`, [setting])
    const { rows } = await client.query<{ readonly answer: T }>(
      `SELECT academics.${name}(ROW($1, $2, $3, $4, $5)::academics.reader${places}) AS answer`,
      [caller.tenant, caller.account, caller.role, 'ab'.repeat(16), true, ...args],
    )
    await client.query('COMMIT')
    // One row by construction; its shape is what the test names.
    return (rows[0] as { readonly answer: T }).answer
  } catch (error) {
    await client.query('ROLLBACK')
    throw error
  }
}

/** Connects as a role until the suite ends. */
export async function connect(
  database: TestDatabase,
  role: Parameters<TestDatabase['url']>[0],
): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: database.url(role) })
  await client.connect()
  return client
}
