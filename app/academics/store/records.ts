/**
 * Calls the record functions of the database. Each call is one transaction of the caller's tenant: the
 * decision, its audit event and the change are durable together, and only then does the answer come back.
 */
import { DatabaseError, type Pool } from '#sdk'
import type { Role } from '../../../contracts/services.ts'
import type { AccessesAnswer, Denied, TranscriptAnswer } from '../domain/access.ts'
import type { GlassAnswer, GlassReview, GlassWaiting, ReviewAnswer } from '../domain/broken-glass.ts'
import type { Letter } from '../domain/gpa.ts'
import { AcademicsError } from '../errors.ts'
import { statements } from './statements.ts'

/** Who is asking, as the access token says. */
export interface Reader {
  readonly tenant: string
  readonly account: string
  readonly role: Role
  readonly traceId: string | undefined
  /** True while the appliance runs on demo data. */
  readonly synthetic: boolean
}

export interface ListedCourse {
  readonly id: string
  readonly code: string
  readonly title: string
  readonly term: string
  readonly creditHundredths: number
  /** `YYYY-MM-DD`. */
  readonly startsOn: string
  readonly endsOn: string
  readonly current: boolean
  readonly mine: 'teaches' | 'enrolled' | null
}

export type RosterAnswer =
  | {
      readonly outcome: 'read'
      readonly basis: '99.31(a)(1)(i)(A)'
      readonly course: { readonly id: string; readonly code: string; readonly title: string }
      readonly students: readonly {
        readonly id: string
        readonly name: string
        readonly grade: Letter | null
      }[]
    }
  | Denied<'no_relationship' | 'unknown' | 'foreign'>

export type StudentsAnswer =
  | { readonly outcome: 'read'; readonly students: readonly { readonly id: string; readonly name: string }[] }
  | Denied<'role'>

export type GradeAnswer =
  | { readonly outcome: 'entered' | 'changed' | 'unchanged' }
  | Denied<'no_relationship' | 'unknown' | 'foreign'>

export interface GradeEntry {
  readonly course: string
  readonly student: string
  readonly grade: Letter
}

export interface RecordStore {
  /** @param reason typed reason of a break-glass read, already checked */
  readonly readTranscript: (
    reader: Reader,
    student: string,
    reason: string | undefined,
  ) => Promise<TranscriptAnswer>
  readonly openAccesses: (reader: Reader, student: string) => Promise<AccessesAnswer>
  readonly listCourses: (reader: Reader) => Promise<readonly ListedCourse[]>
  readonly readRoster: (reader: Reader, course: string) => Promise<RosterAnswer>
  /** @param page students after the id `after`, at most `limit` (200) */
  readonly listStudents: (
    reader: Reader,
    page: { readonly after: string | undefined; readonly limit: number },
  ) => Promise<StudentsAnswer>
  readonly putGrade: (reader: Reader, entry: GradeEntry) => Promise<GradeAnswer>
  /** Lists broken glass that waits for its review, oldest first, at most `limit` (200). */
  readonly listGlass: (reader: Reader, limit: number) => Promise<GlassAnswer>
  readonly reviewGlass: (reader: Reader, review: GlassReview) => Promise<ReviewAnswer>
  /** Counts what waits for its review, in every tenant where glass was ever broken. */
  readonly countGlass: () => Promise<readonly GlassWaiting[]>
  /** Tells whether the database answers and the functions may be called. */
  readonly isReady: () => Promise<boolean>
}

/**
 * Opens the records on a pool of the role `academics_app`.
 *
 * Every call may throw AcademicsError ACADEMICS_TENANT_MISMATCH when the transaction was not the caller's tenant's.
 */
export function recordStore(pool: Pool): RecordStore {
  const call = <T>(reader: Reader, statement: string, rest: readonly unknown[] = []): Promise<T> =>
    callFunction<T>(pool, reader, { statement, rest })
  return {
    readTranscript: (reader, student, reason) =>
      call(reader, statements.readTranscript, [student, reason ?? null]),
    openAccesses: (reader, student) => call(reader, statements.openAccesses, [student]),
    listCourses: (reader) => call(reader, statements.listCourses),
    readRoster: (reader, course) => call(reader, statements.readRoster, [course]),
    listStudents: (reader, { after, limit }) => call(reader, statements.listStudents, [after ?? null, limit]),
    putGrade: (reader, { course, student, grade }) =>
      call(reader, statements.putGrade, [course, student, grade]),
    listGlass: (reader, limit) => call(reader, statements.listGlass, [limit]),
    reviewGlass: (reader, { glass, verdict, finding }) =>
      call(reader, statements.reviewGlass, [glass, verdict, finding]),
    countGlass: () => pool.transaction((tx) => tx.query<GlassWaiting>(statements.countGlass)),
    isReady: () =>
      pool.transaction(async (tx) => {
        const [row] = await tx.query<{ readonly ready: boolean }>(statements.isReady)
        return row?.ready === true
      }),
  }
}

async function callFunction<T>(
  pool: Pool,
  reader: Reader,
  { statement, rest }: { readonly statement: string; readonly rest: readonly unknown[] },
): Promise<T> {
  const { tenant, account, role, traceId, synthetic } = reader
  try {
    return await pool.inTenant(tenant, async (tx) => {
      const caller = [tenant, account, role, traceId ?? null, synthetic]
      const [row] = await tx.query(statement, [...caller, ...rest])
      // A function of our own migration answers exactly one row, in the shape its caller names.
      return (row as { readonly answer: T }).answer
    })
  } catch (error) {
    throw isTenantMismatch(error)
      ? new AcademicsError('ACADEMICS_TENANT_MISMATCH', 'the transaction was set to another tenant', {
          cause: error,
        })
      : error
  }
}

/** SQLSTATE CT001 is raised by academics.require_tenant. */
function isTenantMismatch(error: unknown): boolean {
  return error instanceof DatabaseError && error.sqlState === 'CT001'
}
