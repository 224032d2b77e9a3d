/** How often something runs that a cron expression starts. */

export interface Cadence {
  /** Longest time between two runs, in hours; 24 is every day, 168 every week. */
  readonly hours: number
  /** Hour of the day, where it is one. */
  readonly atHour?: number
}

const macros: Readonly<Record<string, Cadence>> = {
  '@hourly': { hours: 1 },
  '@daily': { hours: 24, atHour: 0 },
  '@midnight': { hours: 24, atHour: 0 },
  '@weekly': { hours: 168, atHour: 0 },
}

/** Reads `0 2 * * *`, `cron(0 2 * * ? *)`, `@daily` or `@every 6h`; undefined for what is rarer or none of them. */
export function cadenceOf(expression: string): Cadence | undefined {
  const text = expression.trim().toLowerCase()
  const macro = Object.hasOwn(macros, text) ? macros[text] : undefined
  if (macro !== undefined) return macro
  const every = /^@every (\d{1,4})(h|m)/.exec(text)
  if (every !== null) return { hours: every[2] === 'h' ? Number(every[1]) : Number(every[1]) / 60 }
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = text
    .replace(/^cron\((.*)\)$/, '$1')
    .split(/\s+/)
  if (!/^[\d*/,-]+$/.test(minute) || !/^[*?]$/.test(month)) return undefined
  const ofDay = hoursOf(hour)
  if (ofDay === undefined || !/^([*?]|\*\/1|1\/1)$/.test(day)) return undefined
  if (/^[*?]$/.test(weekday)) return ofDay
  return /^(\d|[a-z]{3})$/.test(weekday) ? { ...ofDay, hours: 168 } : undefined
}

function hoursOf(field: string): Cadence | undefined {
  if (field === '*') return { hours: 1 }
  const step = /^(?:\*|\d{1,2}|0-23)\/(\d{1,2})$/.exec(field)
  if (step !== null) return Number(step[1]) > 0 ? { hours: Number(step[1]) } : undefined
  const hours = field.split(',').map(Number)
  const [first] = hours
  if (first === undefined || hours.some((hour) => !Number.isInteger(hour) || hour < 0 || hour > 23))
    return undefined
  if (hours.length === 1) return { hours: 24, atHour: first }
  const sorted = hours.toSorted((left, right) => left - right)
  const gaps = sorted.map((hour, at) => (sorted[at + 1] ?? (sorted[0] ?? 0) + 24) - hour)
  return { hours: Math.max(...gaps) }
}
