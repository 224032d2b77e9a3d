/** What Prometheus refuses of an expression that the grammar lets pass: types, numbers of arguments, empty selectors. */
import { parametersOfAggregations, signatures, type ValueType } from './functions.ts'
import type { Aggregate, Binary, Call, Expression, Selector } from './syntax.ts'

const words: Readonly<Record<ValueType, string>> = { v: 'series', m: 'a range', s: 'a number', t: 'a text' }

export const comparisons: ReadonlySet<string> = new Set(['==', '!=', '>', '<', '>=', '<='])
export const setOperators: ReadonlySet<string> = new Set(['and', 'or', 'unless'])

/** Tells what an expression yields. */
export function typeOf(expression: Expression): ValueType {
  switch (expression.kind) {
    case 'number':
      return 's'
    case 'string':
      return 't'
    case 'selector':
      return expression.rangeSeconds === undefined ? 'v' : 'm'
    case 'subquery':
      return 'm'
    case 'negative':
      return typeOf(expression.of)
    case 'call':
      return signatures.get(expression.name)?.gives ?? 'v'
    case 'aggregate':
      return 'v'
    case 'binary':
      return typeOf(expression.left) === 's' && typeOf(expression.right) === 's' ? 's' : 'v'
  }
}

/** Lists what is wrong with an expression, the innermost first. */
export function faultsOf(expression: Expression): string[] {
  const within = operandsOf(expression).flatMap(faultsOf)
  switch (expression.kind) {
    case 'selector':
      return [...within, ...selectorFaults(expression)]
    case 'subquery':
      return typeOf(expression.of) === 'v' ? within : [...within, 'a subquery is of series']
    case 'call':
      return [...within, ...callFaults(expression)]
    case 'aggregate':
      return [...within, ...aggregateFaults(expression)]
    case 'binary':
      return [...within, ...binaryFaults(expression)]
    default:
      return within
  }
}

/** Lists the expressions an expression is made of. */
export function operandsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'call':
    case 'aggregate':
      return expression.operands
    case 'binary':
      return [expression.left, expression.right]
    case 'subquery':
    case 'negative':
      return [expression.of]
    default:
      return []
  }
}

function selectorFaults({ metric, matchers, rangeSeconds }: Selector): string[] {
  const faults: string[] = []
  const names = matchers.some(({ label }) => label === '__name__')
  if (metric !== '' && names) faults.push(`the metric of ${metric} is named twice`)
  const isOpen = ({ operator, value }: (typeof matchers)[number]) =>
    (operator === '=' && value === '') ||
    (operator === '!=' && value !== '') ||
    (operator === '=~' && /^(?:\.\*)?$/.test(value)) ||
    (operator === '!~' && value !== '.+')
  if (metric === '' && matchers.every(isOpen)) {
    faults.push('a selector has no matcher that leaves anything out')
  }
  if (rangeSeconds !== undefined && !(rangeSeconds > 0)) faults.push('a range is not longer than zero')
  return faults
}

function callFaults({ name, operands }: Call): string[] {
  const signature = signatures.get(name)
  if (signature === undefined) return [`there is no function ${name}`]
  const { takes, required, isOpen } = signature
  if (operands.length < required || (!isOpen && operands.length > takes.length)) {
    return [`${name} takes ${takes.length} arguments and has ${operands.length}`]
  }
  return operands.flatMap((operand, index) =>
    wrongType(name, takes[Math.min(index, takes.length - 1)] ?? 'v', operand),
  )
}

function aggregateFaults({ name, operands }: Aggregate): string[] {
  const parameter = parametersOfAggregations[name]
  const takes: readonly ValueType[] = parameter === undefined ? ['v'] : [parameter, 'v']
  if (operands.length !== takes.length) {
    return [`${name} takes ${takes.length} arguments and has ${operands.length}`]
  }
  return operands.flatMap((operand, index) => wrongType(name, takes[index] ?? 'v', operand))
}

function wrongType(name: string, expected: ValueType, operand: Expression): string[] {
  const found = typeOf(operand)
  return found === expected ? [] : [`${name} takes ${words[expected]} and has ${words[found]}`]
}

function binaryFaults({ operator, left, right, isBool, on, ignoring, isGrouped }: Binary): string[] {
  const types = [typeOf(left), typeOf(right)]
  if (types.some((type) => type === 'm' || type === 't')) return [`${operator} takes series and numbers`]
  const isScalar = types.every((type) => type === 's')
  const hasNumber = types.includes('s')
  const faults: string[] = []
  if (isBool && !comparisons.has(operator)) faults.push(`bool is no part of ${operator}`)
  if (isScalar && comparisons.has(operator) && !isBool) faults.push('numbers compare with bool only')
  if (setOperators.has(operator) && hasNumber) faults.push(`${operator} takes series`)
  if (setOperators.has(operator) && isGrouped) faults.push(`no grouping is part of ${operator}`)
  const isMatched = on !== undefined || (ignoring !== undefined && ignoring.length > 0)
  if (hasNumber && isMatched) faults.push('series match series only')
  return faults
}
