/**
 * What an expression yields: a number, or series with certain labels. Found by walking the tree, and every fault
 * on the way is noted: a metric or label nobody exposes, a rate of what only goes up and down, sides that never
 * match.
 */
import type { SyntaxNode } from '@lezer/common'
import { samples } from '../promql/samples.ts'
import { childrenOf, descendants, durationSeconds, textOf, type Expression } from './syntax.ts'

/** Labels: `always` on every series, `maybe` on some. */
export type Shape =
  | { readonly kind: 'scalar' }
  | { readonly kind: 'vector'; readonly always: ReadonlySet<string>; readonly maybe: ReadonlySet<string> }

export interface Walk {
  readonly expression: Expression
  /** How often Prometheus scrapes, in seconds. */
  readonly scrapeSeconds: number
  readonly fault: (why: string) => void
  readonly onSelector: () => void
}

const scalar: Shape = { kind: 'scalar' }
const vector = (labels: Iterable<string>): Shape => {
  const always = new Set(labels)
  return { kind: 'vector', always, maybe: always }
}

/** Finds the shape of a node. */
export function shapeOf(node: SyntaxNode, walk: Walk): Shape {
  switch (node.name) {
    case 'PromQL':
    case 'ParenExpr':
    case 'MatrixSelector':
    case 'OffsetExpr':
      return shapeOf(operandsOf(node)[0] ?? node.firstChild ?? node, walk)
    case 'NumberDurationLiteral':
      return scalar
    case 'VectorSelector':
      return selectorShape(node, walk)
    case 'AggregateExpr':
      return aggregateShape(node, walk)
    case 'FunctionCall':
      return functionShape(node, walk)
    case 'BinaryExpr':
      return binaryShape(node, walk)
    default:
      walk.fault(`no ${node.name}: the lint does not know it`)
      return scalar
  }
}

const expressionNames: ReadonlySet<string> = new Set([
  'ParenExpr',
  'MatrixSelector',
  'OffsetExpr',
  'NumberDurationLiteral',
  'StringLiteral',
  'VectorSelector',
  'AggregateExpr',
  'FunctionCall',
  'BinaryExpr',
  'UnaryExpr',
  'SubqueryExpr',
])

function operandsOf(node: SyntaxNode): SyntaxNode[] {
  return childrenOf(node).filter(({ name }) => expressionNames.has(name))
}

function selectorShape(node: SyntaxNode, walk: Walk): Shape {
  walk.onSelector()
  const name = nameOf(node, walk)
  const sample = samples.get(name)
  if (sample === undefined) {
    walk.fault(`a metric of the catalogue, found ${name}`)
    return vector([])
  }
  for (const label of descendants(node, 'LabelName').map((found) => textOf(walk.expression, found))) {
    if (!sample.labels.has(label)) walk.fault(`a label of ${name}, found ${label}`)
  }
  return vector(sample.labels)
}

function nameOf(selector: SyntaxNode, { expression }: Walk): string {
  const [identifier] = descendants(selector, 'Identifier')
  return identifier === undefined ? '' : textOf(expression, identifier)
}

function aggregateShape(node: SyntaxNode, walk: Walk): Shape {
  const [body] = childrenOf(node).filter(({ name }) => name === 'FunctionCallBody')
  const [argument] = body === undefined ? [] : operandsOf(body)
  const inner = argument === undefined ? scalar : shapeOf(argument, walk)
  const [modifier] = childrenOf(node).filter(({ name }) => name === 'AggregateModifier')
  if (modifier === undefined) return vector([])
  if (descendants(modifier, 'By').length === 0) walk.fault('by instead of without: labels come and go')
  const by = descendants(modifier, 'LabelName').map((label) => textOf(walk.expression, label))
  for (const label of by) {
    if (inner.kind === 'vector' && !inner.maybe.has(label))
      walk.fault(`a label to group by that is there, found ${label}`)
  }
  return vector(by)
}

function functionShape(node: SyntaxNode, walk: Walk): Shape {
  const { expression } = walk
  const [identifier, body] = childrenOf(node)
  const name = identifier === undefined ? '' : textOf(expression, identifier)
  const operands = body === undefined ? [] : operandsOf(body)
  switch (name) {
    case 'time':
      return scalar
    case 'vector':
    case 'absent':
      for (const operand of operands) shapeOf(operand, walk)
      return vector([])
    case 'rate':
    case 'increase':
      return growthShape(name, operands, walk)
    case 'sum_over_time':
    case 'last_over_time':
      return operands[0] === undefined ? scalar : shapeOf(operands[0], walk)
    case 'histogram_quantile':
      return quantileShape(operands, walk)
    case 'label_replace':
      return replaceShape(operands, walk)
    default:
      walk.fault(`a function the lint knows, found ${name}`)
      return vector([])
  }
}

function growthShape(name: string, operands: readonly SyntaxNode[], walk: Walk): Shape {
  const [operand] = operands
  if (operand === undefined) return vector([])
  const whole = operand.name === 'MatrixSelector' ? operand : descendants(operand, 'MatrixSelector')[0]
  const [selector] = whole === undefined ? [] : operandsOf(whole)
  if (whole === undefined || selector === undefined) {
    walk.fault(`a range for ${name}`)
    return vector([])
  }
  const metric = nameOf(selector, walk)
  if (samples.get(metric)?.kind === 'gauge') walk.fault(`a counter for ${name}, found the gauge ${metric}`)
  const [range] = descendants(whole, 'DurationExpr')
  const seconds = range === undefined ? 0 : durationSeconds(textOf(walk.expression, range))
  if (seconds < 2 * walk.scrapeSeconds) walk.fault(`a range of two scrapes for ${name}, found ${seconds} s`)
  return shapeOf(operand, walk)
}

function quantileShape(operands: readonly SyntaxNode[], walk: Walk): Shape {
  const inner = operands[1] === undefined ? scalar : shapeOf(operands[1], walk)
  if (inner.kind === 'scalar' || !inner.always.has('le')) {
    walk.fault('the label le for histogram_quantile')
    return vector([])
  }
  return vector([...inner.always].filter((label) => label !== 'le'))
}

function replaceShape(operands: readonly SyntaxNode[], walk: Walk): Shape {
  const [operand, target, , source] = operands
  const inner = operand === undefined ? scalar : shapeOf(operand, walk)
  if (inner.kind === 'scalar' || target === undefined || source === undefined) {
    walk.fault('series, a target and a source for label_replace')
    return vector([])
  }
  const quoted = (node: SyntaxNode) => textOf(walk.expression, node).slice(1, -1)
  if (!inner.always.has(quoted(source))) walk.fault(`a label to copy that is there, found ${quoted(source)}`)
  return vector([...inner.always, quoted(target)])
}

const setOperators: ReadonlySet<string> = new Set(['And', 'Or', 'Unless'])

function binaryShape(node: SyntaxNode, walk: Walk): Shape {
  const children = childrenOf(node)
  const [left, right] = operandsOf(node)
  const operator = children[1]?.name ?? ''
  if (left === undefined || right === undefined) return scalar
  const [a, b] = [shapeOf(left, walk), shapeOf(right, walk)]
  if (a.kind === 'scalar' || b.kind === 'scalar') {
    if (setOperators.has(operator)) walk.fault(`series on both sides of ${operator.toLowerCase()}`)
    return a.kind === 'scalar' ? b : a
  }
  const on = matchedOn(children, walk)
  if (operator === 'Or') {
    const always = [...a.always].filter((label) => b.always.has(label))
    return { kind: 'vector', always: new Set(always), maybe: new Set([...a.maybe, ...b.maybe]) }
  }
  if (on === undefined) {
    if (a.maybe.size !== b.maybe.size || ![...a.maybe].every((label) => b.maybe.has(label))) {
      walk.fault(`sides that match, found {${[...a.maybe].join(', ')}} and {${[...b.maybe].join(', ')}}`)
    }
    return a
  }
  for (const label of on) {
    if (!a.always.has(label) || !b.always.has(label))
      walk.fault(`a label to match on both sides, found ${label}`)
  }
  return setOperators.has(operator) ? a : vector(on)
}

/** Labels of `on (…)`; `ignoring` and the group modifiers are not used. */
function matchedOn(children: readonly SyntaxNode[], walk: Walk): string[] | undefined {
  const clause = children.find(({ name }) => name === 'MatchingModifierClause')
  if (clause === undefined) return undefined
  const parts = childrenOf(clause)
  const isOn = parts.length === 2 && parts[0]?.name === 'On' ? parts[1] : undefined
  if (isOn === undefined) walk.fault('on and nothing else, for matching')
  return isOn === undefined
    ? []
    : descendants(isOn, 'LabelName').map((label) => textOf(walk.expression, label))
}
