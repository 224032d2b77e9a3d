/**
 * Patterns of `regex`, `regexall` and `replace`. Terraform's are RE2's, which never take more than linear time.
 * JavaScript's engine goes back and forth, so a pattern that could make it do so for long is not run: its result is
 * unknown. What RE2 does not have is refused as Terraform does.
 */
import { list, nothing, object, text, type Value } from '../values/value.ts'
import { FunctionStop } from './definition.ts'

/** Most characters of a pattern, and most steps its repetitions could take over a text. */
const patternLimit = 1_000
const stepLimit = 20_000_000

const classNames: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  ascii: '\\x00-\\x7f',
  blank: '\\t ',
  cntrl: '\\x00-\\x1f\\x7f',
  digit: '0-9',
  graph: '!-~',
  lower: 'a-z',
  print: ' -~',
  punct: '!-\\/:-@\\[-`{-~',
  space: '\\t\\n\\v\\f\\r ',
  upper: 'A-Z',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
}

/**
 * Compiles a pattern for a text of a length.
 *
 * @throws FunctionStop when RE2 does not take it, or when it could take too long
 */
export function compilePattern(pattern: string, length: number, flags: '' | 'g'): RegExp {
  if (pattern.length > patternLimit) throw new FunctionStop('is made by a pattern that is too long', false)
  const translated = new Translator(pattern).translate()
  const steps = (length + 1) ** (translated.repetitions + 1)
  if (translated.isNested || steps > stepLimit) {
    throw new FunctionStop('is made by a pattern that could take too long', false)
  }
  try {
    return new RegExp(translated.source, `${flags}u${translated.flags}`)
  } catch {
    throw new FunctionStop('is made by a pattern that is not known here', false)
  }
}

/** Shows a match as `regex` does: the text, the numbered groups, or the named ones. */
export function groupsOf(match: RegExpExecArray | RegExpMatchArray): Value {
  if (match.groups !== undefined) {
    const entries = Object.entries(match.groups).map(([name, found]): [string, Value] => [
      name,
      groupOf(found),
    ])
    return object(new Map(entries))
  }
  return match.length === 1 ? text(match[0]) : list(match.slice(1).map(groupOf))
}

function groupOf(found: string | undefined): Value {
  return found === undefined ? nothing : text(found)
}

/** Replaces as Go does: `$1`, `${1}` and `${name}` stand for groups, `$$` for a dollar. */
export function replaceAll(pattern: RegExp, value: string, by: string): string {
  return value.replaceAll(pattern, (...args: unknown[]) => {
    const last = args.at(-1)
    const groups: (readonly [string, unknown])[] =
      typeof last === 'object' && last !== null ? Object.entries(last) : []
    return by.replaceAll(/\$(?:\$|(\w+)|\{(\w+)\})/g, (all, plain?: string, braced?: string) => {
      if (all === '$$') return '$'
      const name = plain ?? braced ?? ''
      const found = /^\d+$/.test(name) ? args[Number(name)] : groups.find(([key]) => key === name)?.[1]
      return typeof found === 'string' && Number(name) !== args.length - 2 ? found : ''
    })
  })
}

interface Translated {
  readonly source: string
  readonly flags: string
  /** Repetitions without a bound. */
  readonly repetitions: number
  /** A repetition holds another one. */
  readonly isNested: boolean
}

class Translator {
  private readonly pattern: string
  private at = 0
  private out = ''
  private flags = ''
  private repetitions = 0
  private isNested = false
  /** Repetitions and alternatives so far. */
  private choices = 0
  /** For each open group the choices before it. */
  private readonly open: number[] = []
  /** Choices inside what was just read: a group, or a single character. */
  private inside = 0

  constructor(pattern: string) {
    this.pattern = pattern
  }

  translate(): Translated {
    const leading = /^\(\?([imsU]+)\)/.exec(this.pattern)
    if (leading !== null) {
      this.flags = Array.from(leading[1] ?? '')
        .sort()
        .join('')
      this.at = leading[0].length
    }
    if (this.flags.includes('U')) throw notKnown()
    while (this.at < this.pattern.length) this.step()
    return {
      source: this.out,
      flags: this.flags.replace('m', ''),
      repetitions: this.repetitions,
      isNested: this.isNested,
    }
  }

  private step(): void {
    const next = this.pattern[this.at]
    if (next === '\\') this.escape()
    else if (next === '[') this.characterClass()
    else if (next === '(') this.openGroup()
    else if (next === ')') this.closeGroup()
    else if (next === '*' || next === '+' || next === '?' || next === '{') this.repetition()
    else if (next === '.' && !this.flags.includes('s')) this.copy('[^\\n]', 1)
    else if (next === '^' && this.flags.includes('m')) this.copy('(?<![^\\n])', 1)
    else if (next === '$' && this.flags.includes('m')) this.copy('(?![^\\n])', 1)
    else if (next === '|') {
      this.choices += 1
      this.copy('|', 1)
    } else this.copy(next === '}' || next === ']' ? `\\${next}` : (next ?? ''), 1)
  }

  private copy(text: string, taken: number): void {
    this.out += text
    this.at += taken
    this.inside = 0
  }

  private escape(): void {
    const letter = this.pattern[this.at + 1] ?? ''
    const property = /^\\[pP](?:\{\^?[A-Za-z_]+\}|[A-Z])/.exec(this.pattern.slice(this.at))?.[0]
    if (property !== undefined) {
      if (property.includes('^')) throw notKnown()
      this.copy(
        property.replace(/^(\\[pP])([A-Z])$/, '$1{$2}').replace(/\{([A-Z][a-z]+)\}/, '{Script=$1}'),
        property.length,
      )
    } else if (letter === 'A') this.copy('(?<![\\s\\S])', 2)
    else if (letter === 'z') this.copy('(?![\\s\\S])', 2)
    else if (letter === 's') this.copy('[\\t\\n\\f\\r ]', 2)
    else if (letter === 'S') this.copy('[^\\t\\n\\f\\r ]', 2)
    else if (letter === 'a') this.copy('\\x07', 2)
    else if (/[dDwWbBtnrfv]/.test(letter)) this.copy(`\\${letter}`, 2)
    else if (letter === 'x') this.hexadecimal()
    else if (/[0-9A-Za-z]/.test(letter) || letter === '')
      throw new FunctionStop('found an escape that patterns do not have')
    else this.copy(/[$()*+./?[\\\]^{|}]/.test(letter) ? `\\${letter}` : letter, 2)
  }

  private hexadecimal(): void {
    const found = /^\\x(?:([0-9a-fA-F]{2})|\{([0-9a-fA-F]{1,6})\})/.exec(this.pattern.slice(this.at))
    if (found === null) throw new FunctionStop('found an escape that patterns do not have')
    this.copy(`\\u{${found[1] ?? found[2]}}`, found[0].length)
  }

  private characterClass(): void {
    const found = /^\[(\^?)(\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*)\]/s.exec(this.pattern.slice(this.at))
    if (found === null) throw new FunctionStop('found a class without its end')
    const inner = (found[2] ?? '').replace(
      /\[:(\^?)(\w+):\]|\\(s|[0-9A-Za-z]|.)|[[\]()|{}/]/gs,
      (all: string, isNot?: string, name?: string, letter?: string) => {
        if (name !== undefined) {
          const members = classNames[name]
          if (isNot === '^' || members === undefined) throw notKnown()
          return members
        }
        if (letter === undefined) return `\\${all}`
        if (letter === 's') return '\\t\\n\\f\\r '
        if (/[SAzaxpPQC]/.test(letter)) throw notKnown()
        return /[dDwWtnrfv]/.test(letter) || /[$()*+./?[\\\]^{|}-]/.test(letter) ? `\\${letter}` : letter
      },
    )
    this.copy(`[${found[1]}${inner}]`, found[0].length)
  }

  private openGroup(): void {
    const head = /^\((?:\?(?:P?<(\w+)>|:|([^:]*)))?/.exec(this.pattern.slice(this.at))
    const [all = '(', name] = head ?? []
    if (head?.[2] !== undefined) {
      throw /^[=!<]/.test(head[2]) ? new FunctionStop('found a group that patterns do not have') : notKnown()
    }
    this.open.push(this.choices)
    this.copy(name === undefined ? all : `(?<${name}>`, all.length)
  }

  private closeGroup(): void {
    const before = this.open.pop()
    if (before === undefined) throw new FunctionStop('found ")" without its beginning')
    this.copy(')', 1)
    this.inside = this.choices - before
  }

  private repetition(): void {
    const found = /^(?:[*+?]|\{(\d+)(,?)(\d*)\})\??/.exec(this.pattern.slice(this.at))
    if (found === null) {
      this.copy('\\{', 1)
      return
    }
    const [all, least, comma, most] = found
    if (Number(least ?? 0) > 1_000 || Number(most ?? 0) > 1_000) {
      throw new FunctionStop('found more than 1000 repetitions, expected fewer')
    }
    const isOne = all.startsWith('?') || (least !== undefined && comma === '')
    if (!isOne) this.repetitions += 1
    this.choices += 1
    // What is repeated and itself repeats can be matched in very many ways.
    if (this.inside > 0 && !all.startsWith('?')) this.isNested = true
    this.copy(all, all.length)
    this.inside = isOne ? 0 : 1
  }
}

function notKnown(): FunctionStop {
  return new FunctionStop('is made by a pattern that is not known here', false)
}
