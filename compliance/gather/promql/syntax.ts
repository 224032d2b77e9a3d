/** PromQL as a tree of values. */

export interface Matcher {
  readonly label: string
  readonly operator: '=' | '!=' | '=~' | '!~'
  readonly value: string
}

export interface Selector {
  readonly kind: 'selector'
  /** Empty when no metric is named. */
  readonly metric: string
  readonly matchers: readonly Matcher[]
  /** Present for a range. */
  readonly rangeSeconds?: number
  /** `offset` and `@` as they are written: another time is another value. */
  readonly moved?: string
}

export interface Binary {
  readonly kind: 'binary'
  /** As it is written, words in lower case: `>`, `and`, `/`. */
  readonly operator: string
  readonly left: Expression
  readonly right: Expression
  readonly isBool: boolean
  readonly on?: readonly string[]
  readonly ignoring?: readonly string[]
  readonly isGrouped: boolean
}

export interface Aggregate {
  readonly kind: 'aggregate'
  readonly name: string
  readonly by?: readonly string[]
  readonly without?: readonly string[]
  readonly operands: readonly Expression[]
}

export interface Call {
  readonly kind: 'call'
  readonly name: string
  readonly operands: readonly Expression[]
}

export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | Selector
  | {
      readonly kind: 'subquery'
      readonly of: Expression
      readonly rangeSeconds: number
      readonly moved?: string
    }
  | { readonly kind: 'negative'; readonly of: Expression }
  | Call
  | Aggregate
  | Binary
