/** Finds written numbers: runs of digits with at most two separators between them. */
import { followsWord, isAlphanumeric, isDigit, isSeparator } from './characters.ts'

export interface WrittenNumber {
  readonly digits: string
  /** Digits per group, groups being cut by separators: `555-867-5309` is 3, 3, 4. */
  readonly groups: readonly string[]
  /** Separators between the groups, each as written. */
  readonly separators: readonly string[]
  /** True when a `+` stands before the first digit. */
  readonly international: boolean
  /** True when it may be a part of an identifier: a letter stands right after it, or before it what is no word. */
  readonly touches: boolean
}

/** A run as it stands in the text. */
interface Run {
  readonly groups: readonly string[]
  readonly separators: readonly string[]
  /** What stands before the first group, `+` or `+(` being what matters. */
  readonly before: string
  readonly touchesStart: boolean
  readonly touchesEnd: boolean
}

/** Most groups of one run; a run of more is looked at in pieces. */
const maxRun = 64
/** Most groups a written number has: a card in four, a telephone number in five. */
const maxGroups = 5
/** Least digits that are written one by one and are meant as one number. */
const fewestSpelled = 7

/**
 * Lists every number that may be meant by runs of digits: each run of up to five neighbouring groups, because
 * `2026-11-21 123-45-6789` is two numbers, and a run of single digits as a whole.
 */
export function writtenNumbers(value: string): WrittenNumber[] {
  const found: WrittenNumber[] = []
  let at = 0
  while (at < value.length) {
    if (!isDigit(value.charCodeAt(at))) {
      at++
      continue
    }
    const { run, end } = readRun(value, at)
    found.push(...spelled(run), ...neighbours(run))
    at = end
  }
  return found
}

function readRun(value: string, start: number): { readonly run: Run; readonly end: number } {
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
  const run = {
    groups,
    separators,
    before: value.slice(Math.max(0, start - 2), start),
    touchesStart: isAlphanumeric(value.charCodeAt(start - 1)) && !followsWord(value, start),
    touchesEnd: isAlphanumeric(value.charCodeAt(end)),
  }
  return { run, end }
}

function neighbours(run: Run): WrittenNumber[] {
  const found: WrittenNumber[] = []
  for (let from = 0; from < run.groups.length; from++) {
    const last = Math.min(run.groups.length, from + maxGroups)
    for (let to = from + 1; to <= last; to++) found.push(part(run, from, to))
  }
  return found
}

function part({ groups, separators, before, touchesStart, touchesEnd }: Run, from: number, to: number) {
  const own = groups.slice(from, to)
  return {
    digits: own.join(''),
    groups: own,
    separators: separators.slice(from, to - 1),
    international: /\+\(?$/.test(from === 0 ? before : (separators[from - 1] ?? '')),
    touches: (from === 0 && touchesStart) || (to === groups.length && touchesEnd),
  }
}

/** A run of single digits is one number that somebody spelled: `1_2_3_4_5_6_7_8_9`. */
function spelled({ groups, before, touchesStart, touchesEnd }: Run): WrittenNumber[] {
  if (groups.length < fewestSpelled || groups.some((group) => group.length !== 1)) return []
  const digits = groups.join('')
  const touches = touchesStart || touchesEnd
  return [{ digits, groups: [digits], separators: [], international: before.endsWith('+'), touches }]
}

/** At most two separators in a row, as in `(555) 867-5309`. */
function skipSeparators(value: string, at: number): number {
  let end = at
  while (end < at + 2 && isSeparator(value.charCodeAt(end))) end++
  return end
}
