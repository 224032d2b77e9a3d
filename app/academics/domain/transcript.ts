/** Turns a stored transcript into the one a person reads, with its grade point average. */
import type { StoredCourse, Transcript } from './access.ts'
import { gradePointAverage, type Graded } from './gpa.ts'

export interface CourseLine {
  readonly id: string
  readonly code: string
  readonly title: string
  readonly term: string
  readonly credits: number
  /** null until a grade is entered. */
  readonly grade: string | null
}

export interface WrittenTranscript {
  readonly student: Transcript['student']
  readonly courses: readonly CourseLine[]
  /** null while no course is graded. */
  readonly gpa: number | null
  /** Credits of the graded courses. */
  readonly credits: number
}

/** Writes a transcript; only graded courses count towards the average. */
export function writeTranscript({ student, courses }: Transcript): WrittenTranscript {
  const average = gradePointAverage(courses.flatMap(gradedOf))
  return {
    student,
    courses: courses.map(({ creditHundredths, ...course }) => ({
      ...course,
      credits: creditHundredths / 100,
    })),
    gpa: average?.gpa ?? null,
    credits: average?.credits ?? 0,
  }
}

function gradedOf({ grade, creditHundredths }: StoredCourse): Graded[] {
  return grade === null ? [] : [{ grade, creditHundredths }]
}
