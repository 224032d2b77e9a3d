/**
 * Regular expressions of the configuration. They meet texts of strangers, so they run in linear time; the
 * runtime's own expressions take exponential time for some patterns, which is why they are not used.
 */
import { CollectorError } from '../../errors.ts'
import { Automaton, canAutomate } from './automaton.ts'
import { Machine, type Slots } from './machine.ts'
import { parseRegex } from './parse.ts'
import { compileProgram } from './program.ts'

/**
 * One match takes time linear in the text, but as many matches may each read on to its end. So many units are looked
 * at again in one replacement, which is a fraction of a second.
 */
const maxLooked = 2 ** 20

/** A match in a text: ends in UTF-16 units, groups from 0 (the whole); absent where a group took no part. */
export interface PatternMatch {
  readonly start: number
  readonly end: number
  readonly groups: readonly (string | undefined)[]
  /** How far the text had to be looked at to know. */
  readonly lookedTo: number
}

export interface Pattern {
  readonly source: string
  /** From 0, which is the whole match; empty where a group has no name. */
  readonly groupNames: readonly string[]
  readonly test: (text: string) => boolean
  readonly match: (text: string, from?: number) => PatternMatch | undefined
}

/**
 * Compiles a regular expression in Go's dialect.
 *
 * @throws CollectorError PATTERN_UNSUPPORTED
 */
export function compilePattern(source: string): Pattern {
  const { node, groupNames } = parseRegex(source)
  const program = compileProgram(node)
  const machine = new Machine(program, groupNames.length)
  const automaton = canAutomate(program) ? new Automaton(program) : undefined
  return {
    source,
    groupNames,
    test:
      automaton === undefined
        ? (text) => machine.run(text, 0, true) !== undefined
        : (text) => automaton.test(text),
    match: (text, from = 0) => {
      // Most texts hold no match, which the automaton tells sooner; it cannot begin in the middle of a text.
      if (from === 0 && automaton?.test(text) === false) return undefined
      const slots = machine.run(text, from, false)
      return slots === undefined
        ? undefined
        : { ...matchOf(text, slots, groupNames.length), lookedTo: machine.lookedTo }
    },
  }
}

/**
 * Replaces every match; `$1`, `${1}`, `$name` and `${name}` stand for groups, `$$` for a dollar (Go's Expand).
 *
 * @param rewrite applied to each replacement before it is put in
 * @throws CollectorError OTTL_FAILED where the matches need the text to be looked at again and again
 */
export function replaceAll(
  pattern: Pattern,
  text: string,
  template: string,
  rewrite: (replacement: string) => string = (replacement) => replacement,
): string {
  let result = ''
  let copied = 0
  let at = 0
  let looked = 0
  while (at <= text.length) {
    const match = pattern.match(text, at)
    if (match === undefined) break
    looked += match.lookedTo - at
    if (looked > maxLooked + text.length)
      throw new CollectorError('OTTL_FAILED', 'found a text whose matches take too long')
    const isEmpty = match.end === match.start
    // An empty match that touches the one before is none.
    if (!isEmpty || match.start !== copied || copied === 0) {
      result += text.slice(copied, match.start) + rewrite(expand(pattern, match, template))
      copied = match.end
    }
    at = isEmpty ? match.end + widthAt(text, match.end) : match.end
  }
  return result + text.slice(copied)
}

function expand({ groupNames }: Pattern, { groups }: PatternMatch, template: string): string {
  return template.replaceAll(/\$(?:\$|(\w+)|\{(\w+)\})/g, (_, bare?: string, braced?: string) => {
    const name = bare ?? braced
    if (name === undefined) return '$'
    const index = /^\d+$/.test(name) ? Number(name) : groupNames.indexOf(name)
    return groups[index] ?? ''
  })
}

function widthAt(text: string, at: number): number {
  const point = text.codePointAt(at)
  return point !== undefined && point > 0xffff ? 2 : 1
}

function matchOf(text: string, slots: Slots, groups: number): Omit<PatternMatch, 'lookedTo'> {
  // In bounds: slots come in pairs, as many as there are groups.
  const end = (slot: number) => slots[slot] as number
  return {
    start: end(0),
    end: end(1),
    groups: Array.from({ length: groups }, (_, group) => {
      const [from, to] = [end(group * 2), end(group * 2 + 1)]
      return from < 0 || to < 0 ? undefined : text.slice(from, to)
    }),
  }
}
