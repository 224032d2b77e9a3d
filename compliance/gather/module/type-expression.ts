/** Reads the type of a variable as it is written: `list(object({ name = string, port = optional(number, 80) }))`. */
import type { Expression } from '../hcl/syntax.ts'
import { anyType, type AttributeType, type Type } from '../values/type.ts'
import type { Value } from '../values/value.ts'

/** Evaluates the default of `optional`, which refers to nothing. */
export type EvaluateDefault = (expression: Expression) => Value

/** Reads a type; what is not one is taken for `any`, which converts nothing. */
export function typeOf(expression: Expression, evaluate: EvaluateDefault): Type {
  if (expression.kind === 'literal' && typeof expression.value === 'string') {
    // Written in quotes before Terraform 0.12; `list` and `map` alone say nothing of their elements.
    return simpleType(expression.value)
  }
  if (expression.kind === 'variable') return simpleType(expression.name)
  if (expression.kind !== 'call') return anyType
  const [argument] = expression.args
  if (argument === undefined) return anyType
  switch (expression.name) {
    case 'list':
    case 'set':
    case 'map':
      return { kind: expression.name, element: typeOf(argument, evaluate) }
    case 'tuple':
      return argument.kind === 'tuple'
        ? { kind: 'tuple', items: argument.items.map((item) => typeOf(item, evaluate)) }
        : anyType
    case 'object':
      return argument.kind === 'object' ? objectType(argument, evaluate) : anyType
    default:
      return anyType
  }
}

function simpleType(name: string): Type {
  if (name === 'string' || name === 'number' || name === 'bool') return { kind: name }
  return name === 'list' || name === 'set' || name === 'map' ? { kind: name, element: anyType } : anyType
}

function objectType(written: Extract<Expression, { kind: 'object' }>, evaluate: EvaluateDefault): Type {
  const attributes = new Map<string, AttributeType>()
  for (const { key, value } of written.items) {
    if (key.kind === 'literal') attributes.set(String(key.value), attributeType(value, evaluate))
  }
  return { kind: 'object', attributes }
}

function attributeType(written: Expression, evaluate: EvaluateDefault): AttributeType {
  if (written.kind !== 'call' || written.name !== 'optional') {
    return { type: typeOf(written, evaluate), isOptional: false }
  }
  const [type, fallback] = written.args
  const inner = type === undefined ? anyType : typeOf(type, evaluate)
  if (fallback === undefined) return { type: inner, isOptional: true }
  return { type: inner, isOptional: true, fallback: evaluate(fallback) }
}
