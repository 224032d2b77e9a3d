/**
 * Values of expressions as far as literals, variables with a value, locals and paths into them reach. Everything else
 * is unknown and keeps its expression; a function or operator that is not evaluated never becomes a guess.
 */
import type { Position } from '../../evidence.ts'
import type { Value } from '../value.ts'
import { decode } from './cursor.ts'
import type { Expression, TemplatePart } from './syntax.ts'

/** An expression and the file it stands in. */
export interface Written {
  readonly expression: Expression
  readonly file: SourceText
}

export interface SourceText {
  readonly source: string
  readonly positionOf: (span: { readonly start: number; readonly end: number }) => Position
}

/** The names one module knows. */
export interface Names {
  /** Variables with a default or a value of `terraform.tfvars`; undefined for one that has neither. */
  readonly variables: ReadonlyMap<string, Written | undefined>
  readonly locals: ReadonlyMap<string, Written>
}

/** References to follow and expressions to descend into: a cycle or a long chain ends as unknown. */
const depthLimit = 200
/** Longest text a template may make, in characters. */
const textLimit = 1_000_000
const expressionTextLimit = 200

/** Evaluates expressions of one module; what a name means is found once and kept. */
export class Evaluator {
  private readonly names: Names
  private readonly kept = new Map<Written, Value>()
  private depth = 0

  constructor(names: Names) {
    this.names = names
  }

  /** Evaluates; never throws. */
  evaluate(expression: Expression, file: SourceText): Value {
    if (this.depth >= depthLimit) return unknown({ expression, file }, 'refers to itself or too far')
    this.depth += 1
    try {
      return { at: file.positionOf(expression), ...this.valueOf({ expression, file }) }
    } finally {
      this.depth -= 1
    }
  }

  private valueOf(written: Written): Value {
    const { expression, file } = written
    switch (expression.kind) {
      case 'literal':
        return { kind: 'plain', value: expression.value }
      case 'template':
        return this.template(expression.parts, written)
      case 'tuple':
        return { kind: 'list', items: expression.items.map((item) => this.evaluate(item, file)) }
      case 'object':
        return this.object(written)
      case 'parentheses':
        return this.evaluate(expression.inner, file)
      case 'unary':
        return this.unary(expression.operator, this.evaluate(expression.operand, file), written)
      case 'conditional':
        return this.conditional(written)
      case 'attribute':
      case 'index':
        return this.member(written)
      case 'call':
        return this.call(written)
      case 'variable':
      case 'splat':
      case 'binary':
      case 'for':
        return unknown(written)
    }
  }

  private template(parts: readonly TemplatePart[], written: Written): Value {
    let text = ''
    for (const part of parts) {
      if (part.kind === 'directive') return unknown(written)
      if (part.kind === 'text') text += part.text
      else {
        const value = this.evaluate(part.expression, written.file)
        if (value.kind !== 'plain' || value.value === null) return unknown(written, whyOf(value))
        text += String(value.value)
      }
      if (text.length > textLimit) return unknown(written, `more than ${textLimit} characters`)
    }
    return { kind: 'plain', value: text }
  }

  private object({ expression, file }: Written): Value {
    if (expression.kind !== 'object') return unknown({ expression, file })
    const entries = new Map<string, Value>()
    let open: string | undefined
    for (const { key, value } of expression.items) {
      const name = this.evaluate(key, file)
      if (name.kind === 'plain' && name.value !== null) {
        entries.set(String(name.value), this.evaluate(value, file))
      } else open ??= `the key ${textOf({ expression: key, file })} is not known`
    }
    return { kind: 'map', entries, ...(open === undefined ? {} : { open }) }
  }

  private unary(operator: '!' | '-', operand: Value, written: Written): Value {
    if (operand.kind === 'unknown') return unknown(written, operand.why)
    if (operand.kind !== 'plain') return unknown(written)
    if (operator === '-' && typeof operand.value === 'number') {
      return { kind: 'plain', value: -operand.value }
    }
    if (operator === '!' && typeof operand.value === 'boolean') {
      return { kind: 'plain', value: !operand.value }
    }
    return unknown(written)
  }

  private conditional(written: Written): Value {
    const { expression, file } = written
    if (expression.kind !== 'conditional') return unknown(written)
    const condition = this.evaluate(expression.condition, file)
    if (condition.kind !== 'plain' || typeof condition.value !== 'boolean') return unknown(written)
    return this.evaluate(condition.value ? expression.whenTrue : expression.whenFalse, file)
  }

  /** `jsonencode` shows its structure: controls read a policy the same way however it was written. */
  private call(written: Written): Value {
    const { expression, file } = written
    if (expression.kind !== 'call') return unknown(written)
    const [argument] = expression.args
    if (expression.name === 'jsonencode' && argument !== undefined) return this.evaluate(argument, file)
    return unknown(written)
  }

  private member(written: Written): Value {
    const { expression, file } = written
    if (expression.kind !== 'attribute' && expression.kind !== 'index') return unknown(written)
    const { target } = expression
    if (target.kind === 'variable' && expression.kind === 'attribute') {
      return this.named(target.name, expression.name, written)
    }
    const holder = this.evaluate(target, file)
    if (holder.kind === 'unknown') return unknown(written, whyOf(holder))
    const key = expression.kind === 'attribute' ? expression.name : this.keyOf(expression.key, file)
    const found = key === undefined ? undefined : memberOf(holder, key)
    return found === undefined ? unknown(written) : foreign(found)
  }

  private keyOf(expression: Expression, file: SourceText): string | undefined {
    const key = this.evaluate(expression, file)
    return key.kind === 'plain' && key.value !== null ? String(key.value) : undefined
  }

  private named(root: string, name: string, written: Written): Value {
    if (root === 'local') return this.follow(this.names.locals.get(name), written)
    if (root !== 'var') return unknown(written)
    const variable = this.names.variables.get(name)
    if (variable !== undefined) return this.follow(variable, written)
    return unknown(written, `refers to var.${name}, which has no value here`)
  }

  private follow(target: Written | undefined, from: Written): Value {
    if (target === undefined) return unknown(from)
    const before = this.kept.get(target)
    if (before !== undefined) return foreign(before)
    this.kept.set(target, unknown(from, 'refers to itself'))
    const value = this.evaluate(target.expression, target.file)
    this.kept.set(target, value)
    return value.kind === 'unknown' ? unknown(from, value.why) : foreign(value)
  }
}

/** Shows the text of an expression on one line, cut to a length people read. */
export function textOf({ expression, file }: Written): string {
  const text = decode(file.source.slice(expression.start, expression.end)).replace(/\s+/g, ' ')
  return text.length > expressionTextLimit ? `${text.slice(0, expressionTextLimit)}…` : text
}

function unknown(written: Written, why?: string): Value {
  const text = textOf(written)
  const isReference = /^[\w.*[\]"-]+$/.test(text)
  return {
    kind: 'unknown',
    why: why ?? (isReference ? `refers to ${text}` : `is not evaluated: ${text}`),
    expression: text,
  }
}

/** The reason to pass on; that the holder is a plain reference is said better by the whole path. */
function whyOf(value: Value): string | undefined {
  if (value.kind !== 'unknown' || value.why === `refers to ${value.expression}`) return undefined
  return value.why
}

function memberOf(holder: Value, key: string): Value | undefined {
  if (holder.kind === 'map') return holder.entries.get(key)
  return holder.kind === 'list' ? holder.items[Number(key)] : undefined
}

function foreign(value: Value): Value {
  const { at: _place, ...rest } = value
  return { ...rest, isForeign: true }
}
