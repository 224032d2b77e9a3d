/**
 * Student numbers by a pattern of the site. The pattern is not given to the engine's regular expressions,
 * because some of those take exponential time: a small subset (anchors, literals, classes, `\d`, counts) is
 * compiled into positions that are simulated together, in time linear in the text.
 */
import { PrivacyError } from '../errors.ts'
import { followsWord, isAlphanumeric, isDigit } from './characters.ts'

/** Default: an optional letter and 7–9 digits. */
export const defaultStudentNumber = '^[A-Z]?\\d{7,9}$'

/** Most characters a student number may have. */
const maxPositions = 32

interface Position {
  /** ASCII units accepted here, letters in both cases. */
  readonly accepts: readonly boolean[]
  readonly optional: boolean
}

/**
 * Compiles a site pattern into a search.
 *
 * @throws PrivacyError PRIVACY_PATTERN_UNSUPPORTED for anything outside the subset, for a pattern that
 *   asks for fewer than four digits, and for one of more than 32 characters
 */
export function compileSitePattern(pattern: string): (value: string) => boolean {
  const positions = parse(pattern)
  const digits = positions.filter(({ accepts, optional }) => !optional && onlyDigits(accepts)).length
  if (digits < 4)
    throw unsupported(pattern, 'it asks for fewer than four digits, so ordinary words would match')
  return (value) => search(positions, value)
}

function parse(pattern: string): Position[] {
  if (!pattern.startsWith('^') || !pattern.endsWith('$'))
    throw unsupported(pattern, 'it is not anchored by ^ and $')
  const positions: Position[] = []
  let rest = pattern.slice(1, -1)
  while (rest !== '') {
    const atom = /^(?:\\d|\[[A-Za-z0-9-]{1,40}\]|[A-Za-z0-9_-]|\\[.-])/.exec(rest)?.[0]
    if (atom === undefined) throw unsupported(pattern, `\`${rest}\` begins with no literal, class or \\d`)
    rest = rest.slice(atom.length)
    const count = /^(?:\?|\{(\d{1,2})(?:,(\d{1,2}))?\})/.exec(rest)
    rest = rest.slice(count?.[0].length ?? 0)
    const [least, most] = bounds(count)
    if (most < least || positions.length + most > maxPositions)
      throw unsupported(pattern, 'its counts are out of range')
    const accepts = accepted(atom, pattern)
    for (let at = 0; at < most; at++) positions.push({ accepts, optional: at >= least })
  }
  return positions
}

function bounds(count: RegExpExecArray | null): readonly [number, number] {
  if (count === null) return [1, 1]
  if (count[0] === '?') return [0, 1]
  const least = Number(count[1])
  return [least, count[2] === undefined ? least : Number(count[2])]
}

function accepted(atom: string, pattern: string): boolean[] {
  const accepts = Array<boolean>(128).fill(false)
  const add = (from: number, to: number): void => {
    for (let unit = from; unit <= to; unit++) {
      for (const text of [String.fromCharCode(unit).toLowerCase(), String.fromCharCode(unit).toUpperCase()]) {
        accepts[text.charCodeAt(0)] = true
      }
    }
  }
  if (atom === '\\d') add(48, 57)
  else if (atom.startsWith('[')) {
    for (const part of atom.slice(1, -1).match(/[A-Za-z0-9]-[A-Za-z0-9]|./g) ?? []) {
      const [from, to] = [part.charCodeAt(0), part.charCodeAt(part.length - 1)]
      if (from > to) throw unsupported(pattern, `\`${part}\` runs backwards`)
      add(from, to)
    }
  } else add(atom.charCodeAt(atom.length - 1), atom.charCodeAt(atom.length - 1))
  return accepts
}

function onlyDigits(accepts: readonly boolean[]): boolean {
  return accepts.every((accepted, unit) => !accepted || isDigit(unit))
}

/** Letters of a number that are looked for at the end of a word before its digits. */
const ownLetters = 2

/** Runs the positions over every place where an identifier can begin; work per place is bounded by the pattern. */
function search(positions: readonly Position[], value: string): boolean {
  for (let at = 0; at < value.length; at++) {
    for (let own = lettersBefore(value, at); own >= 0; own--)
      if (matchesFrom(positions, value, at - own)) return true
  }
  return false
}

/** Letters before a place that may belong to an identifier which begins there; -1 where none can begin. */
function lettersBefore(value: string, at: number): number {
  const [before, unit] = [value.charCodeAt(at - 1), value.charCodeAt(at)]
  if (!isAlphanumeric(unit)) return -1
  if (!isAlphanumeric(before)) return 0
  return isDigit(unit) && !isDigit(before) && followsWord(value, at) ? ownLetters : -1
}

function matchesFrom(positions: readonly Position[], value: string, start: number): boolean {
  let active = withSkipped(positions, new Set([0]))
  for (let at = start; active.size > 0; at++) {
    if (active.has(positions.length) && at > start && !isAlphanumeric(value.charCodeAt(at))) return true
    const unit = value.charCodeAt(at)
    const next = new Set<number>()
    for (const position of active) if (positions[position]?.accepts[unit] === true) next.add(position + 1)
    active = withSkipped(positions, next)
  }
  return false
}

/** Adds the positions reached by leaving optional ones out. */
function withSkipped(positions: readonly Position[], reached: Set<number>): Set<number> {
  for (const position of reached) if (positions[position]?.optional === true) reached.add(position + 1)
  return reached
}

function unsupported(pattern: string, why: string): PrivacyError {
  return new PrivacyError(
    'PRIVACY_PATTERN_UNSUPPORTED',
    `found the pattern ${pattern}, expected anchors, literals, classes, \\d and counts: ${why}`,
  )
}
