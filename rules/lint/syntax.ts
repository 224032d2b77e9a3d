/** PromQL as a tree: parsed by Prometheus's own grammar, never read as text. */
import type { SyntaxNode, Tree } from '@lezer/common'
import { parser } from '@prometheus-io/lezer-promql'

/** A parsed expression and its text. */
export interface Expression {
  readonly text: string
  readonly tree: Tree
}

/** Parses an expression; the grammar never fails, errors are nodes of the tree. */
export function parseExpression(text: string): Expression {
  return { text, tree: parser.parse(withoutModifiers(text)) }
}

/** Names what says when a selector is looked at, and the word each begins with. */
const modifiers: Readonly<Record<string, string>> = { OffsetExpr: 'Offset', StepInvariantExpr: 'At' }
const selectors: ReadonlySet<string> = new Set(['VectorSelector', 'MatrixSelector', 'SubqueryExpr'])

/**
 * Blanks what only says when a selector is looked at: `offset` and `@`. The grammar takes `a - b offset 1h` for
 * `(a - b) offset 1h`, and so `a - b offset 1h / c` for `(a - b) / c`; Prometheus lets both bind to the selector before
 * them. One behind anything else, or said twice, stays as the error Prometheus calls it.
 */
function withoutModifiers(text: string): string {
  let blanked = text
  parser.parse(text).iterate({
    enter: ({ name, node }) => {
      const start = node.getChild(modifiers[name] ?? '')
      if (start === null || node.lastChild?.type.isError === true) return
      const instead = isOfSelector(node) ? ' ' : '!'
      blanked = blanked.slice(0, start.from) + instead.repeat(node.to - start.from) + blanked.slice(node.to)
    },
  })
  return blanked
}

/** Tells whether a selector stands before a modifier, with no other modifier of its kind between the two. */
function isOfSelector(modifier: SyntaxNode): boolean {
  let before = operandsOf(modifier)[0]
  while (before !== undefined && before.name !== modifier.name) {
    if (selectors.has(before.name)) return true
    if (before.name in modifiers) before = operandsOf(before)[0]
    else if (/^(?:Binary|Unary)Expr$/.test(before.name)) before = operandsOf(before).at(-1)
    else return false
  }
  return false
}

function operandsOf(node: SyntaxNode): SyntaxNode[] {
  return childrenOf(node).filter(({ name }) => name !== 'LineComment')
}

/** Finds the first place the grammar does not know, as an offset. */
export function syntaxErrorAt({ tree }: Expression): number | undefined {
  let found: number | undefined
  tree.iterate({
    enter: (node) => {
      if (node.type.isError) found ??= node.from
      return found === undefined
    },
  })
  return found
}

/** Lists the direct children of a node. */
export function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = []
  for (let child = node.firstChild; child !== null; child = child.nextSibling) children.push(child)
  return children
}

/** Lists every node of a name below a node. */
export function descendants(node: SyntaxNode, name: string): SyntaxNode[] {
  const below = childrenOf(node)
  const found = below.filter((child) => child.name === name)
  return found.concat(below.flatMap((child) => descendants(child, name)))
}

/** Cuts the text of a node out of the expression. */
export function textOf({ text }: Expression, { from, to }: SyntaxNode): string {
  return text.slice(from, to)
}

const unitSeconds: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  m: 60,
  h: 3_600,
  d: 86_400,
  w: 604_800,
}

/** Reads a duration such as `5m` or `1h30m` in seconds. */
export function durationSeconds(text: string): number {
  return [...text.matchAll(/(\d+)(ms|[smhdw])/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * (unitSeconds[unit ?? ''] ?? Number.NaN),
    0,
  )
}
