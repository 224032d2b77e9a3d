/** `PUT /grades`: enters or changes one grade, by the instructor of the course or the registrar of record. */
import type { Express } from 'express'
import Type from 'typebox'
import { tenantBody } from '../../door/authenticate.ts'
import { Refusal } from '../../../lib/refusal.ts'
import { validator } from '../../../lib/validate.ts'
import { letters, type Letter } from '../domain/gpa.ts'
import { bodyOf } from '../../door/input.ts'
import { uuidPattern } from '../../door/principal.ts'
import { answered, countCrossing, readerOf, type AcademicsDoor } from './door.ts'

export const GradeRequest = Type.Object(
  {
    course: Type.String({ pattern: uuidPattern }),
    student: Type.String({ pattern: uuidPattern }),
    grade: Type.Unsafe<Letter>({ type: 'string', enum: letters }),
  },
  { additionalProperties: false },
)

const check = validator(GradeRequest)

/** Mounts the entry of grades. */
export function mountGrades(app: Express, door: AcademicsDoor): void {
  app.put('/grades', tenantBody({ bytes: 4_096, depth: 2 }), async (request, response) => {
    const entry = bodyOf(check, request)
    const reader = readerOf(door, request)
    const answer = await answered(door, door.records.putGrade(reader, entry))
    if (answer.outcome === 'denied') {
      if (answer.reason === 'foreign') countCrossing(door, 'row')
      // One answer for all: whose course it is, who is enrolled and who exists is not learnt by trying.
      throw new Refusal('forbidden', { detail: 'no enrolment that the caller may grade' })
    }
    const { outcome } = answer
    if (outcome !== 'unchanged') {
      door.sdk.counter('grade_changes_total').inc({ tenant: reader.tenant, kind: outcome })
      door.sdk.log.info(`grade ${outcome}`, { tenant: reader.tenant, role: reader.role })
    }
    response.json({ outcome })
  })
}
