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
  return { text, tree: parser.parse(withoutOffsets(text)) }
}

/**
 * Blanks what only says when a selector is looked at. The grammar takes `a - b offset 1h` for `(a - b) offset 1h`, and
 * so `a - b offset 1h / c` for `(a - b) / c`; Prometheus lets an offset bind to the selector before it. One behind
 * anything else stays, as the error Prometheus calls it.
 */
function withoutOffsets(text: string): string {
  let blanked = text
  parser.parse(text).iterate({
    enter: ({ name, node }) => {
      const offset = name === 'OffsetExpr' ? node.getChild('Offset') : null
      if (offset === null) return
      const isOfSelector = /[\w}\]:]\s*$/.test(text.slice(0, offset.from))
      const instead = isOfSelector ? ' ' : '!'
      blanked = blanked.slice(0, offset.from) + instead.repeat(node.to - offset.from) + blanked.slice(node.to)
    },
  })
  return blanked
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
