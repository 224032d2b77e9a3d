/** Reads character classes and escapes of Go's regular expressions. */
import { perlClasses, posixClasses, complement, unicodeProperty } from './classes.ts'
import type { PatternCursor } from './pattern-cursor.ts'
import { single, type CharacterSet } from './syntax.ts'

const controls: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 }

/** Reads the rest of `[…]`. */
export function readClass(cursor: PatternCursor, folds: boolean): CharacterSet {
  const set: CharacterSet = { ranges: [], properties: [], negated: cursor.take('^'), folds }
  let isFirst = true
  while (isFirst || !cursor.sees(']')) {
    if (cursor.isAtEnd()) throw cursor.refusal('a `[` is not closed')
    readItem(cursor, set)
    isFirst = false
  }
  cursor.skip(1)
  return set
}

/** Reads what follows a backslash outside a class. */
export function readEscapedSet(cursor: PatternCursor, folds: boolean): CharacterSet {
  const set: CharacterSet = { ranges: [], properties: [], negated: false, folds }
  if (readNamed(cursor, set)) return set
  return single(readEscapedPoint(cursor), folds)
}

function readItem(cursor: PatternCursor, set: CharacterSet): void {
  if (readPosix(cursor, set)) return
  const first = readPoint(cursor, set)
  if (first === undefined) return
  if (!/^-[^\]]/.test(cursor.rest())) {
    set.ranges.push(first, first)
    return
  }
  cursor.skip(1)
  const last = readPoint(cursor, set)
  if (last === undefined || last < first)
    throw cursor.refusal('a range of a class runs backwards or ends in a class')
  set.ranges.push(first, last)
}

/** Absent where it was a class of its own, which is in the set then. */
function readPoint(cursor: PatternCursor, set: CharacterSet): number | undefined {
  if (!cursor.take('\\')) return cursor.next()
  return readNamed(cursor, set) ? undefined : readEscapedPoint(cursor)
}

function readPosix(cursor: PatternCursor, set: CharacterSet): boolean {
  const found = /^\[:(\^?)([a-z]+):\]/.exec(cursor.rest())
  if (found === null) return false
  const name = found[2] ?? ''
  const ranges = Object.hasOwn(posixClasses, name) ? posixClasses[name] : undefined
  if (ranges === undefined) throw cursor.refusal(`no class is named ${name}`)
  cursor.skip(found[0].length)
  set.ranges.push(...(found[1] === '^' ? complement(ranges) : ranges))
  return true
}

/** Reads `\d` and the like, `\pL` and `\p{Greek}`. */
function readNamed(cursor: PatternCursor, set: CharacterSet): boolean {
  const letter = cursor.rest().charAt(0)
  if (Object.hasOwn(perlClasses, letter)) {
    set.ranges.push(...(perlClasses[letter] ?? []))
    cursor.skip(1)
    return true
  }
  const found = /^([pP])(?:([A-Z])|\{(\^?)([A-Za-z_]+)\})/.exec(cursor.rest())
  if (found === null) return false
  const expression = unicodeProperty(found[2] ?? found[4] ?? '')
  if (expression === undefined) throw cursor.refusal('Unicode has no such category or script')
  cursor.skip(found[0].length)
  set.properties.push({ expression, negated: (found[1] === 'P') !== (found[3] === '^') })
  return true
}

function readEscapedPoint(cursor: PatternCursor): number {
  const hex = /^x(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]{1,6})\})/.exec(cursor.rest())
  if (hex !== null) {
    cursor.skip(hex[0].length)
    return pointOf(cursor, Number.parseInt(hex[1] ?? hex[2] ?? '', 16))
  }
  const point = cursor.next()
  const letter = String.fromCodePoint(point)
  if (Object.hasOwn(controls, letter)) return controls[letter] ?? point
  if (/^[A-Za-z0-9]$/.test(letter) || point > 127)
    throw cursor.refusal(`\\${letter} is no escape that can be matched in linear time`)
  return point
}

function pointOf(cursor: PatternCursor, point: number): number {
  if (point > 0x10_ffff) throw cursor.refusal('a character is beyond Unicode')
  return point
}
