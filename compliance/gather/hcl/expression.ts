/** Expressions of HCL native syntax by recursive descent (HCL specification, "Expressions"). */
import { type Cursor, SyntaxStop } from './cursor.ts'
import type { BinaryOperator, Expression, ForExpression, ObjectItem } from './syntax.ts'
import { isHeredoc, parseHeredoc, parseQuoted } from './template.ts'

/** How tightly operators bind; those of one level group from the left. Longer ones first where they begin alike. */
const operators: readonly (readonly [BinaryOperator, number])[] = [
  ['||', 0],
  ['&&', 1],
  ['==', 2],
  ['!=', 2],
  ['<=', 3],
  ['>=', 3],
  ['<', 3],
  ['>', 3],
  ['+', 4],
  ['-', 4],
  ['*', 5],
  ['/', 5],
  ['%', 5],
]
const operatorBeginnings: ReadonlySet<string> = new Set(operators.map(([operator]) => operator.slice(0, 1)))
const keywords: ReadonlyMap<string, null | boolean> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
])
const indexDigits = /\d+(?!\d|[.]\d)/y
const number = /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y

/**
 * Parses one expression, leaving the cursor behind it.
 *
 * @throws SyntaxStop at the first thing that fits no rule
 */
export function parseExpression(cursor: Cursor): Expression {
  return cursor.nested(cursor.isNewlineBlank, parseConditional)
}

function parseConditional(cursor: Cursor): Expression {
  const condition = parseBinary(cursor, 0)
  cursor.skip()
  if (!cursor.take('?')) return condition
  const whenTrue = parseExpression(cursor)
  cursor.skip()
  cursor.expect(':', 'between the two results of a condition')
  const whenFalse = parseExpression(cursor)
  return {
    kind: 'conditional',
    condition,
    whenTrue,
    whenFalse,
    start: condition.start,
    end: whenFalse.end,
  }
}

/** Takes operators that bind at least as tightly as `level`. */
function parseBinary(cursor: Cursor, level: number): Expression {
  let left = parseUnary(cursor)
  for (;;) {
    cursor.skip()
    const found = operatorAt(cursor)
    if (found === undefined || found[1] < level) return left
    const [operator, tightness] = found
    cursor.at += operator.length
    const right = parseBinary(cursor, tightness + 1)
    left = { kind: 'binary', operator, left, right, start: left.start, end: right.end }
  }
}

function operatorAt({ text, at }: Cursor): readonly [BinaryOperator, number] | undefined {
  if (!operatorBeginnings.has(text.charAt(at))) return undefined
  return operators.find(([operator]) => text.startsWith(operator, at))
}

function parseUnary(cursor: Cursor): Expression {
  cursor.skip()
  const start = cursor.at
  const operator = cursor.take('!') ? '!' : cursor.take('-') ? '-' : undefined
  if (operator === undefined) return parseTraversal(cursor)
  const operand = cursor.nested(cursor.isNewlineBlank, parseUnary)
  return { kind: 'unary', operator, operand, start, end: operand.end }
}

function parseTraversal(cursor: Cursor): Expression {
  let target = parseTerm(cursor)
  for (;;) {
    const before = cursor.at
    cursor.skip()
    const next = takeStep(cursor, target)
    if (next === undefined) {
      cursor.at = before
      return target
    }
    target = next
  }
}

function takeStep(cursor: Cursor, target: Expression): Expression | undefined {
  if (cursor.text[cursor.at] === '.' && cursor.text[cursor.at + 1] !== '.') {
    cursor.at += 1
    return takeMember(cursor, target)
  }
  return cursor.take('[') ? cursor.nested(true, () => takeIndex(cursor, target)) : undefined
}

function takeMember(cursor: Cursor, target: Expression): Expression {
  cursor.skip()
  const { start } = target
  if (cursor.take('*')) {
    if (isInDotSplat(target)) throw cursor.unexpected('no second "*" after ".*"')
    return { kind: 'splat', target, isDotted: true, start, end: cursor.at }
  }
  const keyStart = cursor.at
  const digits = cursor.match(indexDigits)
  if (digits !== undefined && !isNumber(target)) {
    const key: Expression = { kind: 'literal', value: Number(digits), start: keyStart, end: cursor.at }
    return { kind: 'index', target, key, start, end: cursor.at }
  }
  const name = cursor.takeIdentifier()
  if (name === undefined) throw cursor.unexpected('a name, a number or * after "."')
  return { kind: 'attribute', target, name, start, end: cursor.at }
}

/** `a.*.b.*` is refused: a splat of attributes holds no other one. */
function isInDotSplat(target: Expression): boolean {
  if (target.kind === 'splat') return target.isDotted
  return (target.kind === 'attribute' || target.kind === 'index') && isInDotSplat(target.target)
}

/** `1.5.2` is no path into a number. */
function isNumber(target: Expression): boolean {
  return target.kind === 'literal' && typeof target.value === 'number'
}

function takeIndex(cursor: Cursor, target: Expression): Expression {
  cursor.skip()
  const { start } = target
  if (cursor.take('*')) {
    cursor.skip()
    cursor.expect(']', 'after [*')
    return { kind: 'splat', target, isDotted: false, start, end: cursor.at }
  }
  const key = parseExpression(cursor)
  cursor.skip()
  cursor.expect(']', 'after an index')
  return { kind: 'index', target, key, start, end: cursor.at }
}

function parseTerm(cursor: Cursor): Expression {
  const start = cursor.at
  const next = cursor.text[start]
  if (next === '"') return parseQuoted(cursor, parseExpression)
  if (next === '<' && isHeredoc(cursor)) return parseHeredoc(cursor, parseExpression)
  if (next === '(') return parseParentheses(cursor)
  if (next === '[') return parseTuple(cursor)
  if (next === '{') return parseObject(cursor)
  const digits = cursor.match(number)
  if (digits !== undefined) return { kind: 'literal', value: Number(digits), start, end: cursor.at }
  return parseNamed(cursor)
}

function parseNamed(cursor: Cursor): Expression {
  const start = cursor.at
  let name = cursor.takeIdentifier()
  if (name === undefined) throw cursor.unexpected('an expression')
  while (cursor.take('::')) name += `::${takeName(cursor, 'after "::"')}`
  const end = cursor.at
  cursor.skip()
  if (cursor.take('(')) return parseCall(cursor, name, start)
  cursor.at = end
  if (name.includes('::')) throw cursor.unexpected('"(" after the name of a function')
  const keyword = keywords.get(name)
  if (keyword !== undefined) return { kind: 'literal', value: keyword, start, end }
  return { kind: 'variable', name, start, end }
}

function parseCall(cursor: Cursor, name: string, start: number): Expression {
  return cursor.nested(true, () => {
    const args: Expression[] = []
    let isExpanded = false
    for (;;) {
      cursor.skip()
      if (cursor.take(')')) break
      args.push(parseExpression(cursor))
      cursor.skip()
      if (cursor.take('...')) {
        isExpanded = true
        cursor.skip()
      } else if (cursor.take(',')) continue
      cursor.expect(')', 'or "," after an argument')
      break
    }
    return { kind: 'call', name, args, isExpanded, start, end: cursor.at }
  })
}

function parseParentheses(cursor: Cursor): Expression {
  const start = cursor.at
  cursor.at += 1
  return cursor.nested(true, () => {
    const inner = parseExpression(cursor)
    cursor.skip()
    cursor.expect(')', 'after an expression in parentheses')
    return { kind: 'parentheses', inner, start, end: cursor.at }
  })
}

function parseTuple(cursor: Cursor): Expression {
  const start = cursor.at
  cursor.at += 1
  return cursor.nested(true, () => {
    cursor.skip()
    if (cursor.peekIdentifier() === 'for') return parseFor(cursor, start, ']')
    const items: Expression[] = []
    while (!cursor.take(']')) {
      items.push(parseExpression(cursor))
      cursor.skip()
      if (cursor.take(',')) cursor.skip()
      else if (cursor.text[cursor.at] !== ']') throw cursor.unexpected('"," or "]" after an element')
    }
    return { kind: 'tuple', items, start, end: cursor.at }
  })
}

function parseObject(cursor: Cursor): Expression {
  const start = cursor.at
  cursor.at += 1
  return cursor.nested(false, () => {
    cursor.skip(true)
    if (cursor.peekIdentifier() === 'for') return cursor.nested(true, () => parseFor(cursor, start, '}'))
    const items: ObjectItem[] = []
    while (!cursor.take('}')) {
      items.push(parseItem(cursor))
      cursor.skip()
      if (cursor.text[cursor.at] === '}') continue
      if (!cursor.take(',') && cursor.text[cursor.at] !== '\n') {
        throw cursor.unexpected('",", "}" or a new line after a value')
      }
      cursor.skip(true)
    }
    return { kind: 'object', items, start, end: cursor.at }
  })
}

function parseItem(cursor: Cursor): ObjectItem {
  if (cursor.isAtEnd) throw cursor.unexpected('"}" at the end of an object')
  const key = parseExpression(cursor)
  cursor.skip()
  if (!cursor.take('=') && !cursor.take(':')) throw cursor.unexpected('"=" or ":" after a key')
  return { key: asKey(key), value: parseExpression(cursor) }
}

/** A bare name is the key itself; in parentheses it is an expression. */
function asKey(key: Expression): Expression {
  if (key.kind === 'variable') return { kind: 'literal', value: key.name, start: key.start, end: key.end }
  return key
}

function parseFor(cursor: Cursor, start: number, closing: ']' | '}'): ForExpression {
  cursor.takeIdentifier()
  const names = [takeName(cursor, 'after "for"')]
  cursor.skip()
  if (cursor.take(',')) names.push(takeName(cursor, 'after ","'))
  cursor.skip()
  if (cursor.takeIdentifier() !== 'in') throw cursor.unexpected('"in" after the names of a for')
  const collection = parseExpression(cursor)
  cursor.skip()
  cursor.expect(':', 'after the collection of a for')
  const first = parseExpression(cursor)
  cursor.skip()
  const hasKey = closing === '}'
  if (hasKey) cursor.expect('=>', 'after the key of a for')
  const value = hasKey ? parseExpression(cursor) : first
  cursor.skip()
  const isGrouped = hasKey && cursor.take('...')
  cursor.skip()
  const condition = takeCondition(cursor)
  cursor.skip()
  cursor.expect(closing, 'at the end of a for')
  return {
    kind: 'for',
    names,
    collection,
    value,
    isGrouped,
    ...(hasKey ? { key: first } : {}),
    ...(condition === undefined ? {} : { condition }),
    start,
    end: cursor.at,
  }
}

function takeCondition(cursor: Cursor): Expression | undefined {
  if (cursor.peekIdentifier() !== 'if') return undefined
  cursor.takeIdentifier()
  return parseExpression(cursor)
}

function takeName(cursor: Cursor, purpose: string): string {
  cursor.skip()
  const at = cursor.at
  const name = cursor.takeIdentifier()
  if (name === undefined) throw new SyntaxStop(at, `expected a name ${purpose}`)
  return name
}
