/** `${env:NAME}`, `${env:NAME:-default}` and `$$` in configuration values, as the Collector's loader reads them. */
import { parse } from 'yaml'

export type Variables = Readonly<Record<string, string | undefined>>

const reference = /\$\$|\$\{env:([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}|\$\{[^}]*\}?/g
const whole = /^\$\{env:([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}$/

/**
 * Expands every text in a configuration. A value that is one reference takes the type its text has in YAML;
 * inside a longer text it stays text. An unset variable without default is empty, as upstream.
 *
 * @param onFault told the JSON Pointer and what was expected
 */
export function expandValues(
  value: unknown,
  variables: Variables,
  onFault: (pointer: string, expected: string) => void,
  pointer = '',
): unknown {
  if (typeof value === 'string') return expandText(value, variables, (expected) => onFault(pointer, expected))
  if (Array.isArray(value)) {
    return value.map((item, index) => expandValues(item, variables, onFault, `${pointer}/${index}`))
  }
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      const below = `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
      return [key, expandValues(item, variables, onFault, below)]
    }),
  )
}

function expandText(text: string, variables: Variables, onFault: (expected: string) => void): unknown {
  const only = whole.exec(text)
  if (only?.[1] !== undefined) return typed(valueOf(variables, only[1], only[2]))
  return text.replaceAll(reference, (match: string, name?: string, fallback?: string) => {
    if (match === '$$') return '$'
    if (name !== undefined) return valueOf(variables, name, fallback)
    onFault(`a reference \${env:NAME} or \${env:NAME:-default}, found ${match.slice(0, 40)}`)
    return match
  })
}

function valueOf(variables: Variables, name: string, fallback = ''): string {
  const found = variables[name]
  return found === undefined || found === '' ? fallback : found
}

/** Only scalars: a variable must not bring in a structure. */
function typed(text: string): unknown {
  try {
    const value: unknown = parse(text)
    return typeof value === 'object' && value !== null ? text : (value ?? '')
  } catch {
    return text
  }
}
