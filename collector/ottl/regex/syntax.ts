/** The parts of a regular expression in Go's dialect (RE2), as far as linear matching can do them. */

/** A set of characters: what the class of one position accepts. */
export interface CharacterSet {
  /** Pairs of first and last code point. */
  readonly ranges: number[]
  /** Unicode properties, each asked for one character at a time. */
  readonly properties: { readonly expression: RegExp; readonly negated: boolean }[]
  negated: boolean
  /** Accepts a character when its lower or upper case is in the set. */
  folds: boolean
}

export type Assertion = 'text-start' | 'text-end' | 'line-start' | 'line-end' | 'word' | 'not-word'

export type RegexNode =
  | { readonly kind: 'empty' }
  | { readonly kind: 'set'; readonly set: CharacterSet }
  | { readonly kind: 'assert'; readonly assertion: Assertion }
  | { readonly kind: 'join'; readonly items: readonly RegexNode[] }
  | { readonly kind: 'choose'; readonly items: readonly RegexNode[] }
  | { readonly kind: 'group'; readonly index: number; readonly item: RegexNode }
  | {
      readonly kind: 'repeat'
      readonly item: RegexNode
      readonly least: number
      /** Infinity where there is no bound. */
      readonly most: number
      readonly lazy: boolean
    }

export interface ParsedRegex {
  readonly node: RegexNode
  /** Name of each group, from 1; empty where it has none. */
  readonly groupNames: readonly string[]
}

/** What `(?…)` switches on and off. */
export interface RegexFlags {
  readonly folds: boolean
  readonly multiline: boolean
  readonly dotAll: boolean
  readonly ungreedy: boolean
}

/** Builds the set of one character. */
export function single(point: number, folds: boolean): CharacterSet {
  return { ranges: [point, point], properties: [], negated: false, folds }
}

/** Tells whether a set accepts a code point. */
export function accepts(set: CharacterSet, point: number): boolean {
  return holds(set, point) !== set.negated
}

function holds(set: CharacterSet, point: number): boolean {
  if (contains(set, point)) return true
  if (!set.folds) return false
  const text = String.fromCodePoint(point)
  const [lower, upper] = [text.toLowerCase(), text.toUpperCase()]
  return (
    (isOther(lower, text) && contains(set, pointOf(lower))) ||
    (isOther(upper, text) && contains(set, pointOf(upper)))
  )
}

/** Case mappings that give several characters are not simple ones, and Go's folding has only simple ones. */
function isOther(mapped: string, text: string): boolean {
  return mapped !== text && mapped.length === text.length
}

function pointOf(text: string): number {
  // Proven by isOther: the text is as long as the character it came from.
  return text.codePointAt(0) as number
}

function contains({ ranges, properties }: CharacterSet, point: number): boolean {
  for (let at = 0; at < ranges.length; at += 2) {
    // In bounds: ranges come in pairs.
    if (point >= (ranges[at] as number) && point <= (ranges[at + 1] as number)) return true
  }
  for (const { expression, negated } of properties) {
    if (expression.test(String.fromCodePoint(point)) !== negated) return true
  }
  return false
}
