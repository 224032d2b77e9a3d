/** Writes a plan into the database as `seed_app`, which may insert into demo tenants and read nothing. */
import type { Pool } from '#sdk'
import type { DemoCampus } from '../domain/campus.ts'
import type { Plan } from '../domain/plan.ts'
import { statements } from './statements.ts'

/** Writes one tenant in one transaction. Rows that are there stay as they are. */
export async function seedTenant(pool: Pool, { tenant, timeZone }: DemoCampus, plan: Plan): Promise<void> {
  await pool.inTenant(tenant, async (tx) => {
    const insert = (statement: string, rows: readonly object[]) =>
      tx.query(statement, [tenant, JSON.stringify(rows)])
    await tx.query(statements.insertCampus, [tenant, timeZone])
    await insert(statements.insertRooms, plan.rooms)
    await insert(statements.insertStudents, plan.students)
    await insert(statements.insertCourses, plan.courses)
    await insert(statements.insertTeaches, plan.teaches)
    await insert(statements.insertEnrolled, plan.enrolled)
    await insert(statements.insertAdvises, plan.advises)
    await insert(statements.insertCustodians, plan.custodians)
    await insert(statements.insertGuardians, plan.guardians)
    await insert(statements.insertGrades, plan.grades)
  })
}
