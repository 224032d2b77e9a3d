/** Academic terms of the demo: three that fill the year, so that on any day some courses are current. */

export interface Term {
  /** e.g. `Fall 2026`. */
  readonly name: string
  /** `YYYY-MM-DD`, both inclusive. */
  readonly startsOn: string
  readonly endsOn: string
}

const seasons = [
  { name: 'Spring', starts: '01-01', ends: '05-31' },
  { name: 'Summer', starts: '06-01', ends: '07-31' },
  { name: 'Fall', starts: '08-01', ends: '12-31' },
] as const

/** Finds the term of a date (`YYYY-MM-DD`) and the one before it. */
export function termsAround(date: string): { readonly current: Term; readonly previous: Term } {
  const year = Number(date.slice(0, 4))
  const all = [year - 1, year].flatMap((of) =>
    seasons.map(({ name, starts, ends }) => ({
      name: `${name} ${of}`,
      startsOn: `${of}-${starts}`,
      endsOn: `${of}-${ends}`,
    })),
  )
  const at = all.findIndex(({ startsOn, endsOn }) => startsOn <= date && date <= endsOn)
  const [current, previous] = [all[at], all[at - 1]]
  // The seasons fill every year, and the year before stands in front.
  if (current === undefined || previous === undefined) throw new RangeError(`found no term for ${date}`)
  return { current, previous }
}
