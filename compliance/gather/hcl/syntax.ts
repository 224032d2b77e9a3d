/** The syntax tree of HCL native syntax; every node carries byte offsets into its file, the end exclusive. */

export interface Span {
  readonly start: number
  readonly end: number
}

export type Literal = null | boolean | number | string

export type BinaryOperator = '||' | '&&' | '==' | '!=' | '<' | '>' | '<=' | '>=' | '+' | '-' | '*' | '/' | '%'

export type Expression = Span &
  (
    | { readonly kind: 'literal'; readonly value: Literal }
    | { readonly kind: 'template'; readonly parts: readonly TemplatePart[] }
    | { readonly kind: 'tuple'; readonly items: readonly Expression[] }
    | { readonly kind: 'object'; readonly items: readonly ObjectItem[] }
    | { readonly kind: 'variable'; readonly name: string }
    | { readonly kind: 'attribute'; readonly target: Expression; readonly name: string }
    | { readonly kind: 'index'; readonly target: Expression; readonly key: Expression }
    | {
        readonly kind: 'splat'
        readonly target: Expression
        /** Written `.*`, which takes attributes only, and not `[*]`. */
        readonly isDotted: boolean
      }
    | {
        readonly kind: 'call'
        readonly name: string
        readonly args: readonly Expression[]
        /** The last argument ends in `...`. */
        readonly isExpanded: boolean
      }
    | {
        readonly kind: 'conditional'
        readonly condition: Expression
        readonly whenTrue: Expression
        readonly whenFalse: Expression
      }
    | {
        readonly kind: 'binary'
        readonly operator: BinaryOperator
        readonly left: Expression
        readonly right: Expression
      }
    | { readonly kind: 'unary'; readonly operator: '!' | '-'; readonly operand: Expression }
    | { readonly kind: 'parentheses'; readonly inner: Expression }
    | ForExpression
  )

export interface ForExpression extends Span {
  readonly kind: 'for'
  readonly names: readonly string[]
  readonly collection: Expression
  /** Only in `{for …}`. */
  readonly key?: Expression
  readonly value: Expression
  readonly isGrouped: boolean
  readonly condition?: Expression
}

export interface ObjectItem {
  readonly key: Expression
  readonly value: Expression
}

export type TemplatePart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'interpolation'; readonly expression: Expression }
  | {
      readonly kind: 'directive'
      readonly keyword: string
      readonly expression?: Expression
      /** The loop variables of `for`. */
      readonly names?: readonly string[]
    }

export interface Attribute extends Span {
  readonly name: string
  readonly value: Expression
}

export interface Block extends Span {
  readonly type: string
  readonly labels: readonly string[]
  readonly body: Body
}

export interface Body {
  readonly attributes: readonly Attribute[]
  readonly blocks: readonly Block[]
}

/** What is wrong and where; lines and columns are counted from 1, columns in code points. */
export interface SyntaxFault {
  readonly line: number
  readonly column: number
  readonly message: string
}
