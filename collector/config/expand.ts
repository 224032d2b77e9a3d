/**
 * `${env:NAME}`, `${env:NAME:-default}` and `$$` in configuration values, as the Collector's loader reads them.
 * Unlike there, what a variable holds is never expanded again and never becomes a structure.
 */
import { parse } from 'yaml'

export type Variables = Readonly<Record<string, string | undefined>>

/** A value that was one reference and nothing else: a key of text takes it as written, any other by its type. */
export class Expansion {
  readonly written: string
  constructor(written: string) {
    this.written = written
  }

  /** The type its text has in YAML; scalars only, and null for no text. */
  get typed(): unknown {
    try {
      const value: unknown = parse(this.written)
      return typeof value === 'object' && value !== null ? this.written : value
    } catch {
      return this.written
    }
  }
}

/**
 * Expands every text in a configuration. An unset variable without default is empty, as upstream.
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

/** Expands one text: to an `Expansion` where it is one reference, to text otherwise. */
export function expandText(
  text: string,
  variables: Variables,
  onFault: (expected: string) => void,
): string | Expansion {
  const scan: Scan = { text, at: 0, variables, onFault }
  const whole = text.startsWith('${env:') ? readReference(scan) : undefined
  if (whole !== undefined && scan.at === text.length) return new Expansion(whole)
  scan.at = 0
  return readText(scan, false)
}

interface Scan {
  readonly text: string
  /** Where reading goes on. */
  at: number
  readonly variables: Variables
  readonly onFault: (expected: string) => void
}

/** Reads to the end, or inside a default to its closing brace. */
function readText(scan: Scan, isDefault: boolean): string {
  let found = ''
  while (scan.at < scan.text.length && !(isDefault && scan.text[scan.at] === '}')) {
    if (scan.text.startsWith('$$', scan.at)) {
      found += '$'
      scan.at += 2
    } else if (scan.text.startsWith('${', scan.at)) {
      found += readReference(scan) ?? skipUnknown(scan)
    } else {
      found += scan.text[scan.at] ?? ''
      scan.at++
    }
  }
  return found
}

const opening = /\$\{env:([A-Za-z_][A-Za-z0-9_]*)(:-|\})/y

/** Reads a reference to its closing brace; undefined, and nothing read, where there is none. */
function readReference(scan: Scan): string | undefined {
  const start = scan.at
  opening.lastIndex = start
  const found = opening.exec(scan.text)
  if (found === null) return undefined
  const variable = scan.variables[found[1] ?? '']
  scan.at = opening.lastIndex
  if (found[2] === '}') return variable ?? ''
  const fallback = readText(scan, true)
  if (scan.text[scan.at] !== '}') {
    scan.at = start
    return undefined
  }
  scan.at++
  return variable ?? fallback
}

function skipUnknown(scan: Scan): string {
  const end = scan.text.indexOf('}', scan.at)
  const found = scan.text.slice(scan.at, end === -1 ? scan.text.length : end + 1)
  scan.onFault(`a reference \${env:NAME} or \${env:NAME:-default}, found ${found.slice(0, 40)}`)
  scan.at += found.length
  return found
}

/** Gives every reference the type it has in YAML, for a file whose keys have no shapes; none is empty text. */
export function typedValues(value: unknown): unknown {
  if (value instanceof Expansion) return value.typed ?? ''
  if (Array.isArray(value)) return value.map(typedValues)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, typedValues(each)]))
}
