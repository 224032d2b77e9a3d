/** The statements that seed the demo, read once when the command starts. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

function load(name: string): string {
  return readFileSync(join(import.meta.dirname, `${name}.sql`), 'utf8')
}

export const statements = {
  insertCampus: load('insert-campus'),
  insertRooms: load('insert-rooms'),
  insertStudents: load('insert-students'),
  insertCourses: load('insert-courses'),
  insertTeaches: load('insert-teaches'),
  insertEnrolled: load('insert-enrolled'),
  insertAdvises: load('insert-advises'),
  insertCustodians: load('insert-custodians'),
  insertGuardians: load('insert-guardians'),
  insertGrades: load('insert-grades'),
} as const
