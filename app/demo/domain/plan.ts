/**
 * Everything that is seeded for one tenant, from a seed, a date and nothing else: the same rows on every run,
 * so that seeding twice changes nothing. Ids arrive by a function because hashing is not this file's business.
 */
import { familyNames, givenNames, rooms, studentsPerTenant, subjects, type DemoCampus } from './campus.ts'
import { prng, seedOf } from './prng.ts'
import { termsAround, type Term } from './terms.ts'

/** Letters of the demo, good ones more often. */
const demoLetters = ['A', 'A', 'A-', 'A-', 'B+', 'B+', 'B', 'B', 'B-', 'C+', 'C', 'D', 'F'] as const

/** Courses a student takes per term. */
const coursesPerStudent = 4

export interface Ids {
  /** Account of an address; the one the users service gives the same address. */
  readonly account: (email: string) => string
  /** Stable id of anything else, from its kind and name. */
  readonly thing: (kind: 'course' | 'room', name: string) => string
}

export interface Plan {
  readonly students: readonly { readonly id: string; readonly name: string }[]
  readonly courses: readonly PlannedCourse[]
  readonly teaches: readonly { readonly instructor: string; readonly course: string }[]
  readonly enrolled: readonly { readonly student: string; readonly course: string }[]
  readonly advises: readonly { readonly advisor: string; readonly student: string }[]
  readonly custodians: readonly { readonly account: string }[]
  readonly guardians: readonly {
    readonly parent: string
    readonly student: string
    readonly ground: 'dependency' | 'consent'
    readonly recorded_on: string
  }[]
  readonly grades: readonly {
    readonly student: string
    readonly course: string
    readonly letter: string
    readonly entered_by: string
  }[]
  readonly rooms: readonly {
    readonly id: string
    readonly name: string
    readonly building: string
    readonly capacity: number
  }[]
}

interface PlannedCourse {
  readonly id: string
  readonly code: string
  readonly title: string
  readonly credit_hundredths: number
  readonly term: string
  readonly starts_on: string
  readonly ends_on: string
}

/** Address of a numbered person: `student07@…`; number 0 is the persona who can log in, `student@…`. */
export function addressOf(role: string, number: number, domain: string): string {
  return number === 0 ? `${role}@${domain}` : `${role}${String(number).padStart(2, '0')}@${domain}`
}

/** Plans one tenant as of a date (`YYYY-MM-DD`). */
export function planTenant(campus: DemoCampus, { seed, date, ids }: PlanInput): Plan {
  const random = prng(seedOf(seed, campus.tenant))
  const terms = termsAround(date)
  const account = (role: string, number: number) => ids.account(addressOf(role, number, campus.domain))
  const students = Array.from({ length: studentsPerTenant }, (_, number) => ({
    id: account('student', number),
    // The persona is called as the directory calls their account.
    name: number === 0 ? 'Student (demo)' : `${random.pick(givenNames)} ${random.pick(familyNames)} (demo)`,
  }))
  const past = coursesOf(campus, terms.previous, ids)
  const present = coursesOf(campus, terms.current, ids)
  const teaches = [...past, ...present].map(({ id: course, code }) => ({
    // The persona teaches the first two subjects, three numbered colleagues the others.
    instructor: account('faculty', Math.floor(subjects.findIndex((subject) => subject.code === code) / 2)),
    course,
  }))
  const enrolled = students.flatMap(({ id }, number) =>
    [past, present].flatMap((courses) => enrol(id, courses, { seed, number })),
  )
  return {
    students,
    courses: [...past, ...present],
    teaches,
    enrolled,
    advises: students.slice(0, 10).map(({ id }) => ({ advisor: account('staff', 0), student: id })),
    custodians: [{ account: account('registrar', 0) }],
    guardians: guardiansOf(students, { account, date: terms.previous.startsOn }),
    grades: gradesOf(enrolled, { past, teaches, seed }),
    rooms: rooms.map((room) => ({ ...room, id: ids.thing('room', `${campus.tenant}/${room.name}`) })),
  }
}

export interface PlanInput {
  readonly seed: number
  readonly date: string
  readonly ids: Ids
}

function coursesOf({ tenant }: DemoCampus, term: Term, ids: Ids): PlannedCourse[] {
  return subjects.map(({ code, title, creditHundredths }) => ({
    id: ids.thing('course', `${tenant}/${code}/${term.name}`),
    code,
    title,
    credit_hundredths: creditHundredths,
    term: term.name,
    starts_on: term.startsOn,
    ends_on: term.endsOn,
  }))
}

/**
 * Enrols a student in one term, the same whenever it is planned. The persona, number 0, always takes the
 * persona instructor's first course, so that the two are related.
 */
function enrol(
  student: string,
  courses: readonly PlannedCourse[],
  { seed, number }: { readonly seed: number; readonly number: number },
) {
  const first = courses[0]
  const random = prng(seedOf(seed, student, first?.term ?? ''))
  const chosen = random.sample(courses, coursesPerStudent)
  if (number === 0 && first !== undefined && !chosen.includes(first)) chosen.splice(0, 1, first)
  return chosen.map(({ id: course }) => ({ student, course }))
}

function guardiansOf(
  students: Plan['students'],
  { account, date }: { readonly account: (role: string, number: number) => string; readonly date: string },
): Plan['guardians'] {
  return students.slice(0, 4).map(({ id }, number) => ({
    parent: account('parent', number),
    student: id,
    ground: number % 2 === 0 ? 'dependency' : 'consent',
    recorded_on: date,
  }))
}

/** Every course of the past term is graded. */
function gradesOf(
  enrolled: Plan['enrolled'],
  {
    past,
    teaches,
    seed,
  }: { readonly past: readonly PlannedCourse[]; readonly teaches: Plan['teaches']; readonly seed: number },
): Plan['grades'] {
  const graded = new Set(past.map(({ id }) => id))
  const instructors = new Map(teaches.map(({ course, instructor }) => [course, instructor]))
  return enrolled.flatMap(({ student, course }) => {
    const instructor = instructors.get(course)
    if (!graded.has(course) || instructor === undefined) return []
    return [
      {
        student,
        course,
        letter: prng(seedOf(seed, student, course)).pick(demoLetters),
        entered_by: instructor,
      },
    ]
  })
}
