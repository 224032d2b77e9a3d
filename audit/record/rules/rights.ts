/** Who holds the rights over a student's record on a day, 34 CFR 99.3 and 99.5. Pure. */
import type { RegisterEntry } from './register-entry.ts'
import { heldAt } from './register-entry.ts'

export interface Rights {
  /** `unknown` where the registers do not say when they pass; nobody may take that for the parent's. */
  readonly holder: 'parent' | 'student' | 'unknown'
  /** Day on which they pass, or passed, to the student. */
  readonly transferOn?: string
  /** By what a parent may see the record without the student's consent; absent where by nothing. */
  readonly parentBasis?: '99.31(a)(12)' | '99.31(a)(8)'
  /** What shows that the student is a dependent. */
  readonly dependencyEvidence?: 'tax_return' | 'declaration' | 'student_record'
}

export interface RightsInputs {
  readonly eligibility: readonly RegisterEntry<'eligibility'>[]
  readonly dependency: readonly RegisterEntry<'dependency'>[]
  /** RFC 3339. */
  readonly time: string
}

/** Answers who holds the rights at an instant: they pass by the day, without anybody doing anything. */
export function rightsOf({ eligibility, dependency, time }: RightsInputs): Rights {
  const day = time.slice(0, 10)
  const days = eligibility
    .filter(({ state }) => state === 'in_force')
    .flatMap(({ personal }) => [personal?.eighteenOn, personal?.postsecondaryFrom])
    .filter((each) => each !== undefined)
    .toSorted()
  const [transferOn] = days
  if (transferOn !== undefined && day < transferOn) {
    return { holder: 'parent', transferOn, parentBasis: '99.31(a)(12)' }
  }
  const dependent = dependency.find(
    (entry) => heldAt(entry, time) && entry.facts.from <= day && day <= entry.facts.until,
  )
  return {
    holder: transferOn === undefined ? 'unknown' : 'student',
    ...(transferOn === undefined ? {} : { transferOn }),
    ...(dependent === undefined
      ? {}
      : { parentBasis: '99.31(a)(8)', dependencyEvidence: dependent.facts.evidence }),
  }
}
