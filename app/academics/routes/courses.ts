/** Courses, class rosters and the list of students. */
import type { Express } from 'express'
import { Refusal } from '../../../lib/refusal.ts'
import { countQuery, uuidParam, uuidQuery } from '../../door/input.ts'
import { answered, foreignId, readerOf, type AcademicsDoor } from './door.ts'

/** Mounts the lists. */
export function mountCourses(app: Express, door: AcademicsDoor): void {
  app.get('/courses', async (request, response) => {
    const courses = await answered(door, door.records.listCourses(readerOf(door, request)))
    response.json({
      courses: courses.map(({ creditHundredths, ...course }) => ({
        ...course,
        credits: creditHundredths / 100,
      })),
    })
  })
  mountRoster(app, door)
  app.get('/students', async (request, response) => {
    const page = {
      after: uuidQuery(request, 'after'),
      limit: countQuery(request, 'limit', { fallback: 100, max: 200 }),
    }
    const answer = await answered(door, door.records.listStudents(readerOf(door, request), page))
    if (answer.outcome === 'denied') throw new Refusal('forbidden')
    response.set('cache-control', 'no-store').json({ students: answer.students })
  })
}

function mountRoster(app: Express, door: AcademicsDoor): void {
  app.get('/courses/:id/roster', async (request, response) => {
    const reader = readerOf(door, request)
    const answer = await answered(door, door.records.readRoster(reader, uuidParam(request, 'id')))
    if (answer.outcome === 'denied') {
      if (answer.reason === 'foreign') throw foreignId(door, 'path')
      throw new Refusal(answer.reason === 'unknown' ? 'not_found' : 'forbidden')
    }
    const { course, students, basis } = answer
    // A roster is one read of every listed student's record.
    const { tenant } = reader
    door.sdk.counter('record_reads_total').inc({ tenant, class: 'access', basis }, students.length)
    response.set('cache-control', 'no-store').json({ course, students })
  })
}
