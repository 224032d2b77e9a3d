/** How often a resource or a module is made: `count` and `for_each`. */
import { isWhole, toNumber } from '../values/decimal.ts'
import { nameOf, toNumeric } from '../values/type.ts'
import { num, object, refused, text, unknown, type Unknown, type Value } from '../values/value.ts'
import { evaluate } from '../evaluate/evaluate.ts'
import type { Expression } from '../hcl/syntax.ts'
import { bind, type Scope } from '../evaluate/scope.ts'
import { attributeIn, type Declared } from './source.ts'

/** Most instances of one block that are looked at one by one. */
const instanceLimit = 20_000

/** One of the things a block makes. */
export interface Instance {
  readonly key?: string | number
  /** The scope of the module with `each` or `count`. */
  readonly scope: Scope
  /** Not known, and whether it is made at all depends on it. */
  readonly madeIf?: Unknown
  /** Nothing is made: `count` is 0 or `for_each` is empty. It is there to be accounted for. */
  readonly isAbsent?: true
}

export interface Expansion {
  readonly kind: 'single' | 'count' | 'each'
  readonly instances: readonly Instance[]
  /** The instances are bounded or not known: there may be others. */
  readonly open?: Unknown
}

/** Counts the instances of a block. @param address its address, for the identities of what is not known */
export function expand(declared: Declared, address: string, scope: Scope): Expansion {
  const count = attributeIn(declared, 'count')
  if (count !== undefined) {
    const inFile = { ...scope, file: count.file }
    const made = counted(evaluate(count.expression, inFile), address, scope)
    return made.open === undefined || mayBeNone(count.expression, inFile) ? made : surely(made)
  }
  const each = attributeIn(declared, 'for_each')
  if (each !== undefined)
    return forEach(evaluate(each.expression, { ...scope, file: each.file }), address, scope)
  return { kind: 'single', instances: [{ scope }] }
}

function counted(value: Value, address: string, scope: Scope): Expansion {
  const converted = toNumeric(value)
  const total =
    converted.kind === 'number' && isWhole(converted.value) ? toNumber(converted.value) : undefined
  if (total === undefined || total < 0) return deferredCount(asUnknown(converted, 'count'), address, scope)
  if (total > instanceLimit) {
    const why = `makes ${total} instances, of which at most ${instanceLimit} are looked at one by one`
    const open = unknown(`${address} count`, why)
    return { kind: 'count', instances: [uncounted(open, address, scope)], open }
  }
  if (total === 0) {
    return {
      kind: 'count',
      instances: [
        { scope: withCount(scope, unknown(`${address} count.index`, 'is never made')), isAbsent: true },
      ],
    }
  }
  const instances = Array.from({ length: total }, (_, key) => ({ key, scope: withCount(scope, num(key)) }))
  return { kind: 'count', instances }
}

/** `var.is_wide ? 3 : 1` makes some whichever it is. */
function mayBeNone(expression: Expression, scope: Scope): boolean {
  if (expression.kind === 'parentheses') return mayBeNone(expression.inner, scope)
  if (expression.kind === 'conditional')
    return mayBeNone(expression.whenTrue, scope) || mayBeNone(expression.whenFalse, scope)
  const value = toNumeric(evaluate(expression, scope))
  return value.kind !== 'number' || toNumber(value.value) <= 0
}

function surely({ instances, ...rest }: Expansion): Expansion {
  return { ...rest, instances: instances.map(({ madeIf: _, ...instance }) => instance) }
}

function deferredCount(open: Unknown, address: string, scope: Scope): Expansion {
  return { kind: 'count', instances: [{ ...uncounted(open, address, scope), madeIf: open }], open }
}

/** It stands for instances nobody could count. */
function uncounted(open: Unknown, address: string, scope: Scope): Instance {
  return { scope: withCount(scope, unknown(`${address} count.index`, open.why)) }
}

function withCount(scope: Scope, index: Value): Scope {
  return bind(scope, 'count', object(new Map([['index', index]])))
}

function forEach(value: Value, address: string, scope: Scope): Expansion {
  const turns = keysOf(value)
  if (!Array.isArray(turns))
    return { kind: 'each', instances: [{ ...unnamed(turns, address, scope), madeIf: turns }], open: turns }
  const rest = value.kind === 'list' || value.kind === 'object' ? value.rest : undefined
  const instances: Instance[] = turns
    .slice(0, instanceLimit)
    .map(([key, item]) => ({ key, scope: withEach(scope, text(key), item) }))
  if (rest !== undefined) {
    const perhaps = { ...unnamed(rest, address, scope), madeIf: rest }
    return { kind: 'each', instances: [...instances, perhaps], open: rest }
  }
  if (turns.length > instanceLimit) {
    const open = unknown(`${address} for_each`, `makes more than ${instanceLimit} instances`)
    return { kind: 'each', instances: [...instances, unnamed(open, address, scope)], open }
  }
  if (instances.length > 0) return { kind: 'each', instances }
  const none = unnamed(unknown('', 'is never made'), address, scope)
  return { kind: 'each', instances: [{ ...none, isAbsent: true }] }
}

/** Lists keys and values; a value that is not known as a whole, or is no map and no set, answers why. */
function keysOf(value: Value): (readonly [string, Value])[] | Unknown {
  if (value.kind === 'object') return [...value.entries]
  if (value.kind !== 'list' || value.form !== 'set') return asUnknown(value, 'for_each')
  const keys: (readonly [string, Value])[] = []
  for (const item of value.items) {
    if (item.kind !== 'string') return asUnknown(item, 'for_each')
    keys.push([item.value, item])
  }
  return keys
}

function asUnknown(value: Value, name: string): Unknown {
  if (value.kind === 'unknown') return value
  return refused(
    `found ${nameOf(value)} in ${name}, expected ${name === 'count' ? 'a number' : 'a map or a set of texts'}`,
  )
}

/** It stands for instances nobody could name. */
function unnamed(open: Unknown, address: string, scope: Scope): Instance {
  const part = (name: string) => unknown(`${address} each.${name}`, open.why)
  return { scope: withEach(scope, part('key'), part('value')) }
}

function withEach(scope: Scope, key: Value, value: Value): Scope {
  return bind(
    scope,
    'each',
    object(
      new Map([
        ['key', key],
        ['value', value],
      ]),
    ),
  )
}

/** Writes the key of an instance as it stands in an address. */
export function keyText(key: string | number | undefined): string {
  if (key === undefined) return ''
  return `[${typeof key === 'number' ? key : JSON.stringify(key)}]`
}
