/** Steps into values: attributes, indexes and splats (HCL specification, "Traversal" and "Splat Operators"). */
import { isWhole, parseNumber, toNumber } from '../values/decimal.ts'
import { identityOf, shortened } from '../values/inspect.ts'
import { nameOf, toText } from '../values/type.ts'
import { list, refused, unknown, type List, type Value } from '../values/value.ts'
import type { Step } from './scope.ts'

/** Takes the steps one after the other; a splat takes those behind it for every element. */
export function applySteps(value: Value, steps: readonly Step[]): Value {
  let here = value
  let taken = 0
  for (const step of steps) {
    taken += 1
    if (step.kind === 'splat') return splat(here, steps.slice(taken), step.isDotted)
    here = takeStep(here, step)
  }
  return here
}

/** Writes the steps as the end of an identity. */
export function stepsText(steps: readonly Step[]): string {
  return steps.map(stepText).join('')
}

function stepText(step: Step): string {
  if (step.kind === 'splat') return '[*]'
  return step.kind === 'attribute' ? `.${step.name}` : `[${identityOf(step.key)}]`
}

function takeStep(value: Value, step: Exclude<Step, { kind: 'splat' }>): Value {
  if (value.kind === 'unknown') {
    if (value.isError === true) return value
    if (value.document !== undefined) return refused('found a string, expected something with attributes')
    return unknown(shortened(value.identity + stepText(step)), value.why)
  }
  const next = step.kind === 'attribute' ? named(value, step.name) : indexed(value, step.key)
  return value.isSensitive === true && next.isSensitive !== true ? { ...next, isSensitive: true } : next
}

function named(value: Value, name: string): Value {
  if (value.kind !== 'object') return refused(`found ${nameOf(value)}, expected an object with ${name}`)
  const found = value.entries.get(name)
  if (found !== undefined) return found
  return value.rest === undefined
    ? refused(`found no attribute ${name}, expected one`)
    : unknown(shortened(`${value.rest.identity}.${name}`), value.rest.why)
}

function indexed(value: Value, key: Value): Value {
  if (key.kind === 'unknown') {
    return key.isError === true ? key : unknown(shortened(`${identityOf(value)}[${key.identity}]`), key.why)
  }
  if (value.kind === 'object') {
    const name = toText(key)
    return name.kind === 'string' ? named(value, name.value) : refused('found no text, expected a key')
  }
  if (value.kind !== 'list' || value.form === 'set') {
    return refused(`found ${nameOf(value)}, expected a list or a map`)
  }
  return elementAt(value, key)
}

function elementAt({ items, rest }: List, key: Value): Value {
  const position =
    key.kind === 'number' ? key.value : key.kind === 'string' ? parseNumber(key.value) : undefined
  if (position === undefined || !isWhole(position)) return refused('found no whole number, expected an index')
  const index = toNumber(position)
  if (rest !== undefined) return unknown(shortened(`${rest.identity}[${index}]`), rest.why)
  return items[index] ?? refused(`found ${items.length} elements, expected more than ${index}`)
}

function splat(value: Value, steps: readonly Step[], isDotted: boolean): Value {
  if (value.kind === 'unknown') {
    return value.isError === true
      ? value
      : unknown(shortened(`${value.identity}[*]${stepsText(steps)}`), value.why)
  }
  // `.*` takes the attributes behind it for every element, and an index for the list of what they are.
  const end = isDotted ? steps.findIndex(({ kind }) => kind !== 'attribute') : -1
  const [inner, outer] = end === -1 ? [steps, []] : [steps.slice(0, end), steps.slice(end)]
  return applySteps(splatOver(value, inner), outer)
}

function splatOver(value: Value, steps: readonly Step[]): Value {
  if (value.kind === 'null') return list([])
  if (value.kind !== 'list') return list([applySteps(value, steps)])
  const items = value.items.map((item) => applySteps(item, steps))
  const failed = items.find((item) => item.kind === 'unknown' && item.isError === true)
  if (failed !== undefined) return failed
  const { rest } = value
  const others =
    rest === undefined ? undefined : unknown(shortened(`${rest.identity}[*]${stepsText(steps)}`), rest.why)
  return list(items, value.form === 'tuple' ? 'tuple' : 'list', others)
}
