/** Reads regular expressions in Go's dialect (RE2): what needs backtracking is refused, as Go does. */
import { CollectorError } from '../../errors.ts'
import { readClass, readEscapedSet } from './parse-class.ts'
import { PatternCursor } from './pattern-cursor.ts'
import { single, type CharacterSet, type ParsedRegex, type RegexFlags, type RegexNode } from './syntax.ts'

/** Most characters of a pattern, and most groups within one another. */
const maxLength = 4096
const maxDepth = 50
/** As Go: a count beyond would make the program as many times larger. */
const maxCount = 1000

/**
 * Parses a pattern.
 *
 * @throws CollectorError PATTERN_UNSUPPORTED, with the place in the pattern
 */
export function parseRegex(source: string): ParsedRegex {
  if (source.length > maxLength) {
    throw new CollectorError(
      'PATTERN_UNSUPPORTED',
      `found a pattern of ${source.length} characters, expected at most ${maxLength}`,
    )
  }
  const parser = new RegexParser(new PatternCursor(source))
  return { node: parser.whole(), groupNames: parser.groupNames }
}

class RegexParser {
  readonly groupNames: string[] = ['']
  readonly #cursor: PatternCursor
  #flags: RegexFlags = { folds: false, multiline: false, dotAll: false, ungreedy: false }
  #depth = 0

  constructor(cursor: PatternCursor) {
    this.#cursor = cursor
  }

  whole(): RegexNode {
    const node = this.#choice()
    if (!this.#cursor.isAtEnd()) throw this.#cursor.refusal('a `)` closes nothing')
    return node
  }

  /** Flags set inside a group end with it. */
  #choice(): RegexNode {
    if (++this.#depth > maxDepth) throw this.#cursor.refusal(`groups nest deeper than ${maxDepth}`)
    const outer = this.#flags
    const items = [this.#sequence()]
    while (this.#cursor.take('|')) items.push(this.#sequence())
    this.#flags = outer
    this.#depth--
    // In bounds: the first was put in above.
    return items.length === 1 ? (items[0] as RegexNode) : { kind: 'choose', items }
  }

  #sequence(): RegexNode {
    const items: RegexNode[] = []
    while (!this.#cursor.isAtEnd() && !this.#cursor.sees('|') && !this.#cursor.sees(')')) {
      const atom = this.#atom()
      if (atom !== undefined) items.push(this.#repeated(atom))
    }
    if (items.length === 0) return { kind: 'empty' }
    // In bounds: the line above has left.
    return items.length === 1 ? (items[0] as RegexNode) : { kind: 'join', items }
  }

  /** Absent for a group that only sets flags. */
  #atom(): RegexNode | undefined {
    const cursor = this.#cursor
    const { folds, multiline, dotAll } = this.#flags
    if (cursor.take('(')) return this.#group()
    if (cursor.take('[')) return { kind: 'set', set: readClass(cursor, folds) }
    if (cursor.take('.')) return { kind: 'set', set: anyPoint(dotAll) }
    if (cursor.take('^')) return { kind: 'assert', assertion: multiline ? 'line-start' : 'text-start' }
    if (cursor.take('$')) return { kind: 'assert', assertion: multiline ? 'line-end' : 'text-end' }
    if (cursor.take('\\')) return this.#escape()
    if (/^[*+?]/.test(cursor.rest())) throw cursor.refusal('there is nothing to repeat')
    return { kind: 'set', set: single(cursor.next(), folds) }
  }

  #escape(): RegexNode {
    const cursor = this.#cursor
    if (cursor.take('A')) return { kind: 'assert', assertion: 'text-start' }
    if (cursor.take('z')) return { kind: 'assert', assertion: 'text-end' }
    if (cursor.take('b')) return { kind: 'assert', assertion: 'word' }
    if (cursor.take('B')) return { kind: 'assert', assertion: 'not-word' }
    return { kind: 'set', set: readEscapedSet(cursor, this.#flags.folds) }
  }

  #group(): RegexNode | undefined {
    const cursor = this.#cursor
    const outer = this.#flags
    let index = 0
    if (cursor.take('?')) {
      const named = /^P?<([A-Za-z_][A-Za-z0-9_]{0,63})>/.exec(cursor.rest())
      if (named !== null) {
        cursor.skip(named[0].length)
        // Proven by the expression: the group takes part in every match.
        index = this.#nextGroup(named[1] as string)
      } else if (this.#readFlags()) return undefined
    } else index = this.#nextGroup('')
    const item = this.#choice()
    this.#flags = outer
    if (!cursor.take(')')) throw cursor.refusal('a `(` is not closed')
    return index === 0 ? item : { kind: 'group', index, item }
  }

  /** Reads `i)`, which holds for the rest of the group and tells true, or `i:`, which begins a group of its own. */
  #readFlags(): boolean {
    const cursor = this.#cursor
    const found = /^([imsU]*)(?:-([imsU]+))?([:)])/.exec(cursor.rest())
    if (found === null || found[0] === ')') {
      throw cursor.refusal('look-around, back-references and unknown flags have no linear matching')
    }
    cursor.skip(found[0].length)
    this.#flags = withFlags(withFlags(this.#flags, found[1] ?? '', true), found[2] ?? '', false)
    return found[3] === ')'
  }

  #nextGroup(name: string): number {
    if (name !== '' && this.groupNames.includes(name))
      throw this.#cursor.refusal(`two groups are named ${name}`)
    return this.groupNames.push(name) - 1
  }

  #repeated(item: RegexNode): RegexNode {
    const cursor = this.#cursor
    const found = /^(?:([*+?])|\{(\d{1,4})(?:(,)(\d{1,4})?)?\})(\?)?/.exec(cursor.rest())
    if (found === null) return item
    const [least, most] = boundsOf(found)
    if (most < least || least > maxCount || (most !== Infinity && most > maxCount)) {
      throw cursor.refusal(`a count is out of order or above ${maxCount}`)
    }
    cursor.skip(found[0].length)
    if (/^(?:[*+?]|\{\d+(?:,\d*)?\})/.test(cursor.rest()))
      throw cursor.refusal('a repetition is repeated: put it into a group')
    return { kind: 'repeat', item, least, most, lazy: (found[5] === '?') !== this.#flags.ungreedy }
  }
}

function boundsOf([, sign, least, comma, most]: readonly (string | undefined)[]): readonly [number, number] {
  if (sign === '*') return [0, Infinity]
  if (sign === '+') return [1, Infinity]
  if (sign === '?') return [0, 1]
  if (comma === undefined) return [Number(least), Number(least)]
  return [Number(least), most === undefined ? Infinity : Number(most)]
}

function withFlags(flags: RegexFlags, letters: string, on: boolean): RegexFlags {
  return {
    folds: letters.includes('i') ? on : flags.folds,
    multiline: letters.includes('m') ? on : flags.multiline,
    dotAll: letters.includes('s') ? on : flags.dotAll,
    ungreedy: letters.includes('U') ? on : flags.ungreedy,
  }
}

function anyPoint(dotAll: boolean): CharacterSet {
  return { ranges: dotAll ? [] : [10, 10], properties: [], negated: true, folds: false }
}
