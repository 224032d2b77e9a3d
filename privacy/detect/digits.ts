/** Finds written numbers: runs of digits with single separators, cut at letters. */
import { isAlphanumeric, isDigit, isSeparator } from './characters.ts'

export interface WrittenNumber {
  readonly digits: string
  /** Digits per group, groups being cut by separators: `555-867-5309` is 3, 3, 4. */
  readonly groups: readonly string[]
  /** Separators between the groups, each as written. */
  readonly separators: readonly string[]
  /** True when a `+` stands before the first digit. */
  readonly international: boolean
}

/** Most groups of one run; a run of more is looked at in pieces. */
const maxRun = 64

/** Most groups a written number has: a card in four, a telephone number in five. */
const maxGroups = 5

/**
 * Lists every number that may be meant by runs of digits: each run of up to five neighbouring groups, because
 * `2026-11-21 123-45-6789` is two numbers. A run that touches a letter is an identifier and no number.
 */
export function writtenNumbers(value: string): WrittenNumber[] {
  const found: WrittenNumber[] = []
  let at = 0
  while (at < value.length) {
    if (!isDigit(value.charCodeAt(at))) {
      at++
      continue
    }
    const number = readNumber(value, at)
    if (number.found !== undefined) found.push(...neighbours(number.found))
    at = number.end
  }
  return found
}

function readNumber(value: string, start: number): { end: number; found?: WrittenNumber } {
  const groups: string[] = []
  const separators: string[] = []
  let end = start
  while (groups.length < maxRun) {
    const from = end
    while (isDigit(value.charCodeAt(end))) end++
    groups.push(value.slice(from, end))
    const next = skipSeparators(value, end)
    if (next === end || !isDigit(value.charCodeAt(next))) break
    separators.push(value.slice(end, next))
    end = next
  }
  const digits = groups.join('')
  const touches = isAlphanumeric(value.charCodeAt(start - 1)) || isAlphanumeric(value.charCodeAt(end))
  if (touches) return { end }
  const sign = value.charCodeAt(start - 1) === 40 ? value.charCodeAt(start - 2) : value.charCodeAt(start - 1)
  return { end, found: { digits, groups, separators, international: sign === 43 } }
}

function neighbours(run: WrittenNumber): WrittenNumber[] {
  const found: WrittenNumber[] = []
  for (let from = 0; from < run.groups.length; from++) {
    for (let to = from + 1; to <= Math.min(run.groups.length, from + maxGroups); to++) {
      const groups = run.groups.slice(from, to)
      found.push({
        digits: groups.join(''),
        groups,
        separators: run.separators.slice(from, to - 1),
        international: run.international && from === 0,
      })
    }
  }
  return found
}

/** At most two separators in a row, as in `(555) 867-5309`. */
function skipSeparators(value: string, at: number): number {
  let end = at
  while (end < at + 2 && isSeparator(value.charCodeAt(end))) end++
  return end
}
