/** Writes statements and conditions so that reading gives back the same. */
import type { Argument, Condition, Expression, Statement } from './syntax.ts'
import { quote } from './unquote.ts'

/** Writes a statement. */
export function printStatement({ editor, where }: Statement): string {
  return where === undefined ? printValue(editor) : `${printValue(editor)} where ${printCondition(where)}`
}

/** Writes a condition, with brackets where they are needed. */
export function printCondition(condition: Condition): string {
  switch (condition.kind) {
    case 'or':
    case 'and':
      return condition.items
        .map((item) => (isLoose(item, condition.kind) ? `(${printCondition(item)})` : printCondition(item)))
        .join(` ${condition.kind} `)
    case 'not':
      return `not ${isLoose(condition.item, 'not') ? `(${printCondition(condition.item)})` : printCondition(condition.item)}`
    case 'compare':
      return `${printValue(condition.left)} ${condition.operator} ${printValue(condition.right)}`
    case 'truth':
      return printValue(condition.value)
  }
}

/** Tells whether a condition needs brackets inside another. */
function isLoose({ kind }: Condition, outer: 'or' | 'and' | 'not'): boolean {
  if (kind === 'compare' || kind === 'truth') return false
  return kind === 'not' ? outer === 'not' : !(outer === 'or' && kind === 'and')
}

/** Writes a value; of messages too, so that they name what was found. */
export function printValue(value: Expression): string {
  switch (value.kind) {
    case 'nil':
      return 'nil'
    case 'bool':
    case 'int':
      return String(value.value)
    case 'float':
      return printFloat(value.value)
    case 'string':
      return quote(value.value)
    case 'bytes':
      return `0x${value.hex}`
    case 'name':
      return value.name
    case 'path':
      return value.parts.map(({ name, keys }) => name + printKeys(keys)).join('.')
    case 'list':
      return `[${value.items.map(printValue).join(', ')}]`
    case 'map':
      return `{${value.entries.map(({ key, value: item }) => `${quote(key)}: ${printValue(item)}`).join(', ')}}`
    case 'math':
      return `(${printValue(value.left)} ${value.operator} ${printValue(value.right)})`
    case 'call':
      return `${value.name}(${value.arguments.map(printArgument).join(', ')})${printKeys(value.keys)}`
  }
}

function printArgument({ name, value }: Argument): string {
  return name === '' ? printValue(value) : `${name} = ${printValue(value)}`
}

function printKeys(keys: readonly (string | number)[]): string {
  return keys.map((key) => `[${typeof key === 'string' ? quote(key) : key}]`).join('')
}

/** The lexer wants digits after a point. */
function printFloat(value: number): string {
  const text = String(value)
  if (text.includes('.')) return text
  return text.includes('e') ? text.replace('e', '.0e') : `${text}.0`
}
