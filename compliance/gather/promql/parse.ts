/**
 * Reads PromQL as Prometheus does (promql/parser/generated_parser.y): precedence, matching, ranges, offsets. The grammar
 * of its editor is no help here: it takes `a - b offset 1h` for `(a - b) offset 1h`.
 */
import { secondsOf } from './duration.ts'
import { Cursor, PromqlStop } from './cursor.ts'
import { parametersOfAggregations } from './functions.ts'
import { readMatchers } from './selector.ts'
import { unquoted } from './string-literal.ts'
import type { Binary, Expression } from './syntax.ts'
import { tokensOf } from './tokens.ts'

type Parsed = { readonly expression: Expression } | { readonly fault: string; readonly isTooLarge?: true }

/** Longest text that is read; what people write has a few thousand characters. */
const textLimit = 20_000

/** Parses an expression; never throws for what it holds. */
export function parsePromql(text: string): Parsed {
  if (text.length > textLimit) return { fault: `longer than ${textLimit} characters`, isTooLarge: true }
  const tokens = tokensOf(text)
  if (typeof tokens === 'number') return { fault: `cannot be parsed at character ${tokens + 1}` }
  const cursor = new Cursor(tokens)
  try {
    const expression = readExpression(cursor, 0)
    cursor.takeEnd()
    return { expression }
  } catch (error) {
    if (!(error instanceof PromqlStop)) throw error
    return error.isTooLarge ? { fault: error.message, isTooLarge: true } : { fault: error.message }
  }
}

const precedence: Readonly<Record<string, number>> = {
  or: 1,
  and: 2,
  unless: 2,
  '==': 3,
  '!=': 3,
  '<=': 3,
  '<': 3,
  '>=': 3,
  '>': 3,
  '+': 4,
  '-': 4,
  '*': 5,
  '/': 5,
  '%': 5,
  atan2: 5,
  '^': 6,
}

function readExpression(cursor: Cursor, above: number): Expression {
  return cursor.deeper(() => {
    let left = readSigned(cursor)
    for (;;) {
      const operator = cursor.peek().kind === 'text' ? '' : cursor.peek().text.toLowerCase()
      const own = precedence[operator] ?? 0
      if (own <= above) return left
      cursor.next()
      const modifiers = readModifiers(cursor)
      // Powers group to the right.
      const right = readExpression(cursor, operator === '^' ? own - 1 : own)
      left = { kind: 'binary', operator, left, right, ...modifiers }
    }
  })
}

function readSigned(cursor: Cursor): Expression {
  const sign = cursor.takeSign('-', '+')
  if (sign === undefined) return readPostfix(cursor, readPrimary(cursor))
  // A sign binds as `*` does: -x ^ 2 is -(x ^ 2).
  const of = readExpression(cursor, 5)
  if (sign === '+') return of
  return of.kind === 'number' ? { kind: 'number', value: -of.value } : { kind: 'negative', of }
}

function readModifiers(cursor: Cursor): Pick<Binary, 'isBool' | 'isGrouped' | 'on' | 'ignoring'> {
  const isBool = cursor.takeWord('bool') !== undefined
  const matching = cursor.takeWordBefore('(', 'on', 'ignoring')
  if (matching === undefined) return { isBool, isGrouped: false }
  const labels = readLabels(cursor)
  const isGrouped = cursor.takeWord('group_left', 'group_right') !== undefined
  if (isGrouped && cursor.isSign('(')) readLabels(cursor)
  return { isBool, isGrouped, ...(matching === 'on' ? { on: labels } : { ignoring: labels }) }
}

const aggregations: ReadonlySet<string> = new Set([
  'sum',
  'avg',
  'count',
  'min',
  'max',
  'group',
  'stddev',
  'stdvar',
  ...Object.keys(parametersOfAggregations),
])

function readPrimary(cursor: Cursor): Expression {
  const token = cursor.peek()
  switch (token.kind) {
    case 'number':
      cursor.next()
      return { kind: 'number', value: Number(token.text) }
    case 'duration':
      cursor.next()
      return { kind: 'number', value: secondsOf(token.text) ?? cursor.stop(token) }
    case 'text':
      cursor.next()
      return { kind: 'string', value: unquoted(token.text) }
    case 'name':
      return readNamed(cursor)
    default:
  }
  if (cursor.isSign('{')) return { kind: 'selector', ...readMatchers(cursor, '') }
  cursor.expectSign('(')
  const inside = readExpression(cursor, 0)
  cursor.expectSign(')')
  return inside
}

function readNamed(cursor: Cursor): Expression {
  const { text } = cursor.next()
  const word = text.toLowerCase()
  const isCalled = cursor.isSign('(')
  if (aggregations.has(word) && (isCalled || cursor.isWordBefore('(', 'by', 'without'))) {
    return readAggregate(cursor, word)
  }
  if (isCalled) return { kind: 'call', name: text, operands: readOperands(cursor) }
  if (/^inf$|^nan$/.test(word)) return { kind: 'number', value: word === 'inf' ? Infinity : Number.NaN }
  if (cursor.isSign('{')) return { kind: 'selector', ...readMatchers(cursor, text) }
  return { kind: 'selector', metric: text, matchers: [] }
}

function readAggregate(cursor: Cursor, name: string): Expression {
  const before = readGrouping(cursor)
  const operands = readOperands(cursor)
  return { kind: 'aggregate', name, operands, ...(before ?? readGrouping(cursor)) }
}

function readGrouping(cursor: Cursor) {
  const word = cursor.takeWordBefore('(', 'by', 'without')
  if (word === undefined) return undefined
  const labels = readLabels(cursor)
  return word === 'by' ? { by: labels } : { without: labels }
}

function readOperands(cursor: Cursor): Expression[] {
  cursor.expectSign('(')
  if (cursor.takeSign(')') !== undefined) return []
  const operands = [readExpression(cursor, 0)]
  while (cursor.takeSign(',') !== undefined) operands.push(readExpression(cursor, 0))
  cursor.expectSign(')')
  return operands
}

function readLabels(cursor: Cursor): string[] {
  cursor.expectSign('(')
  const labels: string[] = []
  while (!cursor.isSign(')')) {
    const token = cursor.next()
    if (token.kind !== 'name' && token.kind !== 'text') return cursor.stop(token)
    labels.push(token.kind === 'text' ? unquoted(token.text) : token.text)
    if (cursor.takeSign(',') === undefined) break
  }
  cursor.expectSign(')')
  return labels
}

/** `[5m]`, `[1h:1m]`, `offset 1h` and `@ 123` bind before everything else. */
function readPostfix(cursor: Cursor, primary: Expression): Expression {
  let expression = primary
  for (;;) {
    const token = cursor.peek()
    if (cursor.isSign('[')) expression = readRange(cursor, expression)
    else if (cursor.takeWord('offset') !== undefined) {
      const sign = cursor.takeSign('-') ?? ''
      expression = moved(cursor, expression, `offset ${sign}${readDuration(cursor)}`)
    } else if (cursor.takeSign('@') !== undefined) {
      expression = moved(cursor, expression, `@ ${readMoment(cursor)}`)
    } else return expression
    if (cursor.peek() === token) return cursor.stop(token)
  }
}

function moved(cursor: Cursor, of: Expression, by: string): Expression {
  if (of.kind !== 'selector' && of.kind !== 'subquery') return cursor.stop(cursor.peek())
  return { ...of, moved: `${of.moved ?? ''} ${by}` }
}

function readMoment(cursor: Cursor): string {
  const token = cursor.next()
  if (token.kind === 'number' || token.kind === 'duration') return token.text
  if (token.text === '-' || token.text === '+') return `${token.text}${cursor.next().text}`
  if (!/^(?:start|end)$/i.test(token.text)) return cursor.stop(token)
  cursor.expectSign('(')
  cursor.expectSign(')')
  return `${token.text}()`
}

function readRange(cursor: Cursor, of: Expression): Expression {
  const bracket = cursor.next()
  const rangeSeconds = readDuration(cursor)
  const colon = cursor.peek()
  if (!colon.text.startsWith(':')) {
    cursor.expectSign(']')
    const isPlain = of.kind === 'selector' && of.rangeSeconds === undefined && of.moved === undefined
    return isPlain ? { ...of, rangeSeconds } : cursor.stop(bracket)
  }
  cursor.next()
  if (!cursor.isSign(']')) readDuration(cursor)
  cursor.expectSign(']')
  return { kind: 'subquery', of, rangeSeconds }
}

function readDuration(cursor: Cursor): number {
  const token = cursor.next()
  if (token.kind === 'number') return Number(token.text)
  return token.kind === 'duration' ? (secondsOf(token.text) ?? cursor.stop(token)) : cursor.stop(token)
}
