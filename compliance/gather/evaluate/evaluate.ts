/** Evaluates expressions of HCL as Terraform does, as far as their parts are known (HCL specification, "Expressions"). */
import type { Expression, ForExpression } from '../hcl/syntax.ts'
import { numeric, parseNumber } from '../values/decimal.ts'
import { areEqual, identityOf, isSensitive, shortened } from '../values/inspect.ts'
import { convert, boolType, toText } from '../values/type.ts'
import {
  bool,
  nothing,
  num,
  refused,
  referred,
  unknown,
  type Place,
  type Unknown,
  type Value,
} from '../values/value.ts'
import { evaluateCall } from './call.ts'
import { binary, unary } from './operators.ts'
import { evaluateFor } from './for.ts'
import { applySteps } from './path.ts'
import { boundValue, textAt, type Scope, type Step } from './scope.ts'
import { evaluateTemplate } from './template.ts'

/** Evaluates; never throws. What is not known says why. */
export function evaluate(expression: Expression, scope: Scope): Value {
  const { budget } = scope.module
  const at: Place = { file: scope.file, span: expression }
  const stop = budget.enter()
  if (stop !== undefined) return { ...unknown(`${stop} #${(stops += 1)}`, stop), at }
  try {
    const value = valueOf(expression, scope, at)
    return value.at === undefined ? { ...value, at } : value
  } finally {
    budget.leave()
  }
}

/** What was cut off is like nothing else. */
let stops = 0

function valueOf(expression: Expression, scope: Scope, at: Place): Value {
  switch (expression.kind) {
    case 'literal':
      return literal(expression, at)
    case 'template':
      return evaluateTemplate(expression.parts, scope, evaluate)
    case 'tuple':
      return { kind: 'list', form: 'tuple', items: expression.items.map((item) => evaluate(item, scope)), at }
    case 'object':
      return evaluateObject(expression, scope, at)
    case 'parentheses':
      return evaluate(expression.inner, scope)
    case 'unary':
      return unary(expression.operator, evaluate(expression.operand, scope))
    case 'binary':
      return binary(expression.operator, evaluate(expression.left, scope), () =>
        evaluate(expression.right, scope),
      )
    case 'conditional':
      return conditional(expression, scope)
    case 'for':
      return forValue(expression, scope)
    case 'call':
      return evaluateCall(expression, scope, evaluate)
    case 'variable':
    case 'attribute':
    case 'index':
    case 'splat':
      return member(expression, scope, at)
  }
}

function literal({ value }: Extract<Expression, { kind: 'literal' }>, at: Place): Value {
  switch (typeof value) {
    case 'string':
      return { kind: 'string', value, at }
    case 'boolean':
      return { ...bool(value), at }
    case 'number':
      return { ...num(Number.isSafeInteger(value) ? value : exactly(value, at)), at }
    default:
      return { ...nothing, at }
  }
}

type ObjectExpression = Extract<Expression, { kind: 'object' }>

/** A number that is no small whole one is read again from its digits. */
function exactly(value: number, { file, span }: Place) {
  return parseNumber(file.source.slice(span.start, span.end)) ?? numeric(value)
}

function evaluateObject({ items }: ObjectExpression, scope: Scope, at: Place): Value {
  const entries = new Map<string, Value>()
  let rest: Unknown | undefined
  for (const { key, value } of items) {
    const name = toText(evaluate(key, scope))
    if (name.kind === 'string') entries.set(name.value, evaluate(value, scope))
    else if (name.kind === 'unknown' && name.isError !== true) {
      const why = `the key ${textAt({ file: scope.file, span: key })} is not known`
      rest ??= unknown(`{${name.identity}} #${(stops += 1)}`, why)
    } else return refused('found a key that is no text, expected a text')
  }
  const form = 'object'
  return rest === undefined
    ? { kind: 'object', form, entries, at }
    : { kind: 'object', form, entries, rest, at }
}

type Conditional = Extract<Expression, { kind: 'conditional' }>

function conditional({ condition, whenTrue, whenFalse }: Conditional, scope: Scope): Value {
  const answer = convert(evaluate(condition, scope), boolType)
  if (answer.kind === 'bool') {
    const [taken, other] = answer.value ? [whenTrue, whenFalse] : [whenFalse, whenTrue]
    const value = evaluate(taken, scope)
    const isMixed =
      (value.kind === 'number' || value.kind === 'bool') && evaluate(other, scope).kind === 'string'
    const result = isMixed ? toText(value) : value
    return answer.isSensitive === true ? { ...result, isSensitive: true } : result
  }
  if (answer.kind !== 'unknown') return refused('found null, expected a condition')
  if (answer.isError === true) return answer
  const [left, right] = [evaluate(whenTrue, scope), evaluate(whenFalse, scope)]
  // Whichever it is, it is the same.
  if (areEqual(left, right) === true) return left
  const identity = `(${answer.identity} ? ${identityOf(left)} : ${identityOf(right)})`
  const isSecret = [answer, left, right].some(isSensitive)
  return { ...unknown(shortened(identity), answer.why), ...(isSecret ? { isSensitive: true } : {}) }
}

function forValue(expression: ForExpression, scope: Scope): Value {
  return evaluateFor(expression, scope, evaluate)
}

/** Takes a path apart and follows it from its root. */
function member(expression: Expression, scope: Scope, at: Place): Value {
  const steps: Step[] = []
  let target = expression
  for (;;) {
    if (target.kind === 'attribute') steps.push({ kind: 'attribute', name: target.name })
    else if (target.kind === 'index') steps.push({ kind: 'index', key: evaluate(target.key, scope) })
    else if (target.kind === 'splat') steps.push({ kind: 'splat', isDotted: target.isDotted })
    else break
    target = target.target
  }
  steps.reverse()
  if (target.kind !== 'variable') return placed(applySteps(evaluate(target, scope), steps), at)
  const bound = boundValue(target.name, scope.names)
  if (bound !== undefined) return referred(applySteps(bound, steps), at)
  const { value, taken } = scope.module.resolve({ root: target.name, steps, at })
  return referred(taken === steps.length ? value : applySteps(value, steps.slice(taken)), at)
}

function placed(value: Value, at: Place): Value {
  return value.kind === 'unknown' ? { ...value, at } : value
}
