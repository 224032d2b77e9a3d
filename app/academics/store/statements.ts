/** The statements of this service, read once when the process starts. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

function load(name: string): string {
  return readFileSync(join(import.meta.dirname, `${name}.sql`), 'utf8')
}

export const statements = {
  readTranscript: load('read-transcript'),
  openAccesses: load('open-accesses'),
  listCourses: load('list-courses'),
  readRoster: load('read-roster'),
  listStudents: load('list-students'),
  listGlass: load('list-glass'),
  reviewGlass: load('review-glass'),
  countGlass: load('count-glass'),
  putGrade: load('put-grade'),
  isReady: load('is-ready'),
} as const
