/** What a PromQL expression asks for, read from its syntax tree (the grammar of Prometheus' own editor). */
import type { SyntaxNode } from '@lezer/common'
import { parser } from '@prometheus-io/lezer-promql'

export interface Selector {
  /** Empty when the metric is not named. */
  readonly metric: string
  readonly matchers: ReadonlyMap<string, { readonly operator: string; readonly value: string }>
  /** Range in brackets, as written; absent for an instant selector. */
  readonly range?: string
  /** Functions around it, the innermost first. */
  readonly within: readonly string[]
}

export interface Expression {
  /** Positions the grammar could not read; empty for a sound expression. */
  readonly errors: readonly number[]
  readonly selectors: readonly Selector[]
  /** Labels that results are grouped or matched by. */
  readonly grouped: readonly string[]
  readonly functions: readonly string[]
}

/** Reads an expression without variables. */
export function readExpression(text: string): Expression {
  const errors: number[] = []
  const selectors: Selector[] = []
  const grouped: string[] = []
  const functions: string[] = []
  const textOf = (node: { readonly from: number; readonly to: number }) => text.slice(node.from, node.to)
  parser.parse(text).iterate({
    enter: ({ type, node }) => {
      if (type.isError) errors.push(node.from)
      if (type.name === 'VectorSelector') selectors.push(selectorOf(node, textOf))
      if (type.name === 'FunctionIdentifier') functions.push(textOf(node))
      if (type.name === 'GroupingLabels') grouped.push(...node.getChildren('LabelName').map(textOf))
    },
  })
  return { errors, selectors, grouped, functions }
}

type TextOf = (node: SyntaxNode) => string

function selectorOf(node: SyntaxNode, textOf: TextOf): Selector {
  const name = node.getChild('Identifier')
  const matchers = node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? []
  const matrix = node.parent?.name === 'MatrixSelector' ? node.parent : undefined
  return {
    metric: name === null ? '' : textOf(name),
    matchers: new Map(matchers.map((matcher) => matcherOf(matcher, textOf))),
    within: functionsAround(node, textOf),
    ...(matrix === undefined ? {} : { range: textOf(matrix).slice(node.to - matrix.from + 1, -1) }),
  }
}

function matcherOf(node: SyntaxNode, textOf: TextOf) {
  const part = (name: string) => {
    const found = node.getChild(name)
    return found === null ? '' : textOf(found)
  }
  return [
    part('LabelName'),
    { operator: part('MatchOp'), value: part('StringLiteral').slice(1, -1) },
  ] as const
}

function functionsAround(node: SyntaxNode, textOf: TextOf): readonly string[] {
  const names: string[] = []
  for (let above = node.parent; above !== null; above = above.parent) {
    const identifier = above.name === 'FunctionCall' ? above.getChild('FunctionIdentifier') : null
    if (identifier !== null) names.push(textOf(identifier))
  }
  return names
}
