/** Times written as texts, by formats of `strptime`: the directives that have one meaning everywhere. */

/** Digits of each directive: the fewest and the most. */
const digits: Readonly<Record<string, readonly [number, number]>> = {
  Y: [4, 4],
  m: [2, 2],
  d: [2, 2],
  e: [1, 2],
  H: [2, 2],
  M: [2, 2],
  S: [2, 2],
  L: [3, 3],
  f: [1, 9],
}
const shorthands: Readonly<Record<string, string>> = { F: '%Y-%m-%d', T: '%H:%M:%S', R: '%H:%M' }
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** A directive (one letter) or a text that stands for itself. */
type Part = { readonly directive: string } | { readonly text: string }

/** Reads a time; absent where the text is not in the format. */
export type TimeReader = (text: string) => bigint | undefined

/**
 * Compiles a format.
 *
 * @returns what is wrong with it where it cannot be read, or leaves the zone to the machine
 */
export function compileTimeFormat(format: string): TimeReader | string {
  const whole = format.replaceAll(/%([FTR])/g, (_, letter: string) => shorthands[letter] ?? '')
  const parts: Part[] = []
  for (const [part] of whole.matchAll(/%[^]?|[^%]+/g)) {
    const letter = part.slice(1)
    if (!part.startsWith('%')) parts.push({ text: part })
    else if (letter === '%') parts.push({ text: '%' })
    else if (Object.hasOwn(digits, letter) || letter === 'b' || letter === 'z')
      parts.push({ directive: letter })
    else
      return `found the directive ${part}, expected one of %${[...Object.keys(digits), 'b', 'z', 'F', 'T', 'R'].join(' %')}`
  }
  const has = (wanted: string) => parts.some((part) => 'directive' in part && part.directive === wanted)
  if (!has('z')) return 'found a format without %z, expected the zone in the text'
  if (!has('Y') || !(has('m') || has('b')) || !(has('d') || has('e')))
    return 'found a format without a date, expected %Y, %m and %d'
  return (text) => read(text, parts)
}

function read(text: string, parts: readonly Part[]): bigint | undefined {
  const fields = new Map<string, string>()
  let rest = text
  for (const part of parts) {
    const found =
      'text' in part ? (rest.startsWith(part.text) ? part.text : undefined) : taken(rest, part.directive)
    if (found === undefined) return undefined
    if ('directive' in part) fields.set(part.directive, found.trim())
    rest = rest.slice(found.length)
  }
  return rest === '' ? nanosOf(fields) : undefined
}

/** Takes what a directive stands for from the beginning of a text. */
function taken(text: string, directive: string): string | undefined {
  if (directive === 'z') return /^(?:Z|[+-]\d{2}:?\d{2})/.exec(text)?.[0]
  if (directive === 'b') return months.find((month) => text.startsWith(month))
  const [least, most] = digits[directive] ?? [0, 0]
  const found = /^ ?(\d{0,9})/.exec(
    directive === 'e' ? text.slice(0, most) : text.trimStart() === text ? text.slice(0, most) : '',
  )
  return found !== null && (found[1] ?? '').length >= least ? found[0] : undefined
}

function nanosOf(fields: ReadonlyMap<string, string>): bigint | undefined {
  const number = (directive: string, otherwise = 0) => Number(fields.get(directive) ?? otherwise)
  const month = fields.has('b') ? months.indexOf(fields.get('b') ?? '') : number('m') - 1
  const day = fields.has('e') ? number('e') : number('d')
  const date = new Date(Date.UTC(number('Y'), month, day, number('H'), number('M'), number('S')))
  // The calendar of the runtime rolls over: what comes back as another day was none.
  const isDay = date.getUTCMonth() === month && date.getUTCDate() === day
  if (!isDay || number('H') > 23 || number('M') > 59 || number('S') > 59) return undefined
  const fraction = (fields.get('f') ?? fields.get('L') ?? '').padEnd(9, '0')
  return BigInt(date.getTime() - zoneMillis(fields.get('z') ?? 'Z')) * 1_000_000n + BigInt(fraction)
}

function zoneMillis(zone: string): number {
  if (zone === 'Z') return 0
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2))
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000
}
