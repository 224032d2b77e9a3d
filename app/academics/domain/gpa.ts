/**
 * Grade point average in exact decimal arithmetic. Points are tenths and credits hundredths, both whole
 * numbers, so no sum is ever rounded; only the average is, once, half up to two decimals.
 */

/** Grade points in tenths: A = 4.0 … F = 0.0. */
const pointTenths = {
  A: 40,
  'A-': 37,
  'B+': 33,
  B: 30,
  'B-': 27,
  'C+': 23,
  C: 20,
  'C-': 17,
  'D+': 13,
  D: 10,
  F: 0,
} as const

export type Letter = keyof typeof pointTenths

/** Every letter that counts, best first. */
export const letters: readonly Letter[] = ['A', 'A-', 'B+', 'B', 'B-', 'C+', 'C', 'C-', 'D+', 'D', 'F']

/** Fewest credits of one course, in hundredths. */
export const minCreditHundredths = 25
/** Most credits of one course, in hundredths: a full year of work. */
export const maxCreditHundredths = 3_000

export interface Graded {
  readonly grade: Letter
  /** Credits in hundredths, so 3 credits are 300. */
  readonly creditHundredths: number
}

export interface GradePointAverage {
  /** 0–4 with two decimals, rounded half up. */
  readonly gpa: number
  readonly credits: number
  /** Points times credits, exact to three decimals. */
  readonly qualityPoints: number
}

/**
 * Reads credits as hundredths.
 *
 * @returns undefined for a number outside 0.25–30 or with more than two decimals
 */
export function creditHundredthsOf(credits: number): number | undefined {
  // The shortest decimal that names the double is what the client wrote; 2.675 has three decimals and is refused.
  const match = /^(\d{1,2})(?:\.(\d{1,2}))?$/.exec(String(credits))
  if (match === null) return undefined
  const [, whole = '', fraction = ''] = match
  const hundredths = Number(whole) * 100 + Number(fraction.padEnd(2, '0'))
  return hundredths >= minCreditHundredths && hundredths <= maxCreditHundredths ? hundredths : undefined
}

/**
 * Averages grade points by credit.
 *
 * @param courses at most some thousands, so every sum stays far below 2^53
 * @returns undefined for no course, since nothing has no average
 */
export function gradePointAverage(courses: readonly Graded[]): GradePointAverage | undefined {
  let qualityThousandths = 0
  let creditHundredths = 0
  for (const course of courses) {
    qualityThousandths += pointTenths[course.grade] * course.creditHundredths
    creditHundredths += course.creditHundredths
  }
  if (creditHundredths === 0) return undefined
  return {
    gpa: roundedHundredths(qualityThousandths, creditHundredths) / 100,
    credits: creditHundredths / 100,
    qualityPoints: qualityThousandths / 1_000,
  }
}

/** Divides thousandths by hundredths into hundredths: (q / 1000) / (c / 100) = q / (10 c), times 100, half up. */
function roundedHundredths(qualityThousandths: number, creditHundredths: number): number {
  // floor(10 q / c + 1/2) with whole numbers only: floor((20 q + c) / 2 c).
  return Number(
    (20n * BigInt(qualityThousandths) + BigInt(creditHundredths)) / (2n * BigInt(creditHundredths)),
  )
}
