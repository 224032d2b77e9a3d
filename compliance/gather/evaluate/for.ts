/** `for` expressions (HCL specification, "For Expressions"). */
import type { Expression, ForExpression } from '../hcl/syntax.ts'
import { identityOf, shortened } from '../values/inspect.ts'
import { boolType, compareTexts, convert, nameOf, toText } from '../values/type.ts'
import { list, num, object, refused, text, unknown, type Unknown, type Value } from '../values/value.ts'
import { elementLimit } from './budget.ts'
import { bind, textAt, type Scope } from './scope.ts'

type Evaluate = (expression: Expression, scope: Scope) => Value

/** One turn of the loop. */
interface Turn {
  readonly key: Value
  readonly value: Value
}

/** Lists what a collection holds in the order Terraform walks it; undefined for what is no collection. */
export function turnsOf(value: Value): readonly Turn[] | undefined {
  if (value.kind === 'list') {
    return value.items.map((item, index) => ({ key: value.form === 'set' ? item : num(index), value: item }))
  }
  if (value.kind !== 'object') return undefined
  return [...value.entries]
    .sort(([left], [right]) => compareTexts(left, right))
    .map(([key, item]) => ({ key: text(key), value: item }))
}

/** Evaluates a `for`; elements whose condition is not known make the result open. */
export function evaluateFor(expression: ForExpression, scope: Scope, evaluate: Evaluate): Value {
  const collection = evaluate(expression.collection, scope)
  if (collection.kind === 'unknown') return openFor(expression, collection, scope)
  const turns = turnsOf(collection)
  if (turns === undefined) return refused(`found ${nameOf(collection)}, expected a collection`)
  const loop = new Loop(expression, scope, evaluate)
  for (const turn of turns) {
    const stop = loop.take(turn)
    if (stop !== undefined) return stop
  }
  const rest = collection.kind === 'list' || collection.kind === 'object' ? collection.rest : undefined
  const result = loop.finish(rest === undefined ? undefined : openFor(expression, rest, scope))
  return collection.isSensitive === true ? { ...result, isSensitive: true } : result
}

/** What the loop makes of elements nobody knows: the same of the same elements, at this place, with these names. */
function openFor(expression: ForExpression, { identity, why, isError }: Unknown, scope: Scope): Unknown {
  if (isError === true) return { kind: 'unknown', identity, why, isError }
  const names: string[] = []
  for (let each = scope.names; each !== undefined; each = each.outer) names.push(identityOf(each.value))
  const form = `${scope.module.prefix}for ${identity} ${textAt({ file: scope.file, span: expression })}`
  return unknown(shortened(`${form} ${expression.start} ${names.join()} #${(loops += 1)}`), why)
}

let loops = 0

class Loop {
  private readonly expression: ForExpression
  private readonly scope: Scope
  private readonly evaluate: Evaluate
  private readonly items: Value[] = []
  private readonly groups = new Map<string, Value[]>()
  private rest: Unknown | undefined

  constructor(expression: ForExpression, scope: Scope, evaluate: Evaluate) {
    this.expression = expression
    this.scope = scope
    this.evaluate = evaluate
  }

  /** Takes one turn; answers a value when the whole loop is that. */
  take({ key, value }: Turn): Value | undefined {
    const { names, condition } = this.expression
    const [first = '', second] = names
    const inner =
      second === undefined
        ? bind(this.scope, first, value)
        : bind(bind(this.scope, first, key), second, value)
    if (condition !== undefined) {
      const isTaken = convert(this.evaluate(condition, inner), boolType)
      if (isTaken.kind === 'null') return refused('found null, expected a condition')
      if (isTaken.kind === 'unknown') {
        if (isTaken.isError === true) return isTaken
        this.rest ??= openFor(this.expression, isTaken, inner)
        return undefined
      }
      if (isTaken.kind === 'bool' && !isTaken.value) return undefined
    }
    return this.add(inner)
  }

  private add(inner: Scope): Value | undefined {
    const { key, value, isGrouped } = this.expression
    if (key === undefined) {
      this.items.push(this.evaluate(value, inner))
      return this.items.length > elementLimit ? tooMany() : undefined
    }
    const name = toText(this.evaluate(key, inner))
    if (name.kind === 'unknown') {
      if (name.isError === true) return name
      this.rest ??= openFor(this.expression, name, inner)
      return undefined
    }
    if (name.kind !== 'string') return refused('found no text, expected a key')
    const group = this.groups.get(name.value)
    if (group === undefined) this.groups.set(name.value, [this.evaluate(value, inner)])
    else if (isGrouped) group.push(this.evaluate(value, inner))
    else return refused('found a key twice, expected it once')
    return this.groups.size > elementLimit ? tooMany() : undefined
  }

  finish(open: Unknown | undefined): Value {
    const rest = open ?? this.rest
    if (this.expression.key === undefined) return list(this.items, 'tuple', rest)
    const entries = [...this.groups].map(([key, group]): [string, Value] => [
      key,
      this.expression.isGrouped ? list(group, 'tuple', rest) : (group[0] ?? list([])),
    ])
    return object(new Map(entries), 'object', rest)
  }
}

function tooMany(): Value {
  return unknown(`too many #${(loops += 1)}`, `has more than ${elementLimit} elements`)
}
