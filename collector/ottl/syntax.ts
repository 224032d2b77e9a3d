/** What the OpenTelemetry Transformation Language says, as a tree; `at` is the place in the text, in UTF-16 units. */

export interface PathPart {
  readonly name: string
  /** What stands in brackets after it. */
  readonly keys: readonly (string | number)[]
}

export interface Argument {
  /** Empty for one that is given by its position. */
  readonly name: string
  readonly value: Expression
}

export interface Call {
  readonly kind: 'call'
  readonly at: number
  readonly name: string
  readonly arguments: readonly Argument[]
  readonly keys: readonly (string | number)[]
}

export type MathOperator = '+' | '-' | '*' | '/'
export type Comparator = '==' | '!=' | '<' | '<=' | '>' | '>='

export type Expression =
  | { readonly kind: 'nil'; readonly at: number }
  | { readonly kind: 'bool'; readonly at: number; readonly value: boolean }
  | { readonly kind: 'int'; readonly at: number; readonly value: number | bigint }
  | { readonly kind: 'float'; readonly at: number; readonly value: number }
  | { readonly kind: 'string'; readonly at: number; readonly value: string }
  | { readonly kind: 'bytes'; readonly at: number; readonly hex: string }
  /** An enum, or a function that is named without being called. */
  | { readonly kind: 'name'; readonly at: number; readonly name: string }
  | { readonly kind: 'path'; readonly at: number; readonly parts: readonly PathPart[] }
  | { readonly kind: 'list'; readonly at: number; readonly items: readonly Expression[] }
  | {
      readonly kind: 'map'
      readonly at: number
      readonly entries: readonly { readonly key: string; readonly value: Expression }[]
    }
  | {
      readonly kind: 'math'
      readonly at: number
      readonly operator: MathOperator
      readonly left: Expression
      readonly right: Expression
    }
  | Call

export type Condition =
  | { readonly kind: 'or' | 'and'; readonly items: readonly Condition[] }
  | { readonly kind: 'not'; readonly item: Condition }
  | {
      readonly kind: 'compare'
      readonly operator: Comparator
      readonly left: Expression
      readonly right: Expression
    }
  /** `true`, `false`, or a converter that answers one of them. */
  | { readonly kind: 'truth'; readonly value: Expression }

export interface Statement {
  readonly editor: Call
  /** Absent where the statement always holds. */
  readonly where: Condition | undefined
}
