/** YAML as `yamlencode` writes it: keys and texts in quotes, maps in order, lists not indented. */
import { compareTexts } from '../values/type.ts'
import type { Value } from '../values/value.ts'
import { FunctionStop } from './definition.ts'
import { encodeJson } from './json.ts'

const depthLimit = 64

/** Writes a known value. @throws FunctionStop for texts of several lines, whose form is not computed */
export function encodeYaml(value: Value): string {
  return linesOf(value, 0)
    .map((line) => `${line}\n`)
    .join('')
}

function linesOf(value: Value, depth: number): string[] {
  if (depth > depthLimit) throw new FunctionStop(`has more than ${depthLimit} levels`, false)
  if (value.kind === 'list' && value.items.length > 0) {
    return value.items.flatMap((item) => {
      const [first = '', ...others] = linesOf(item, depth + 1)
      return [`- ${first}`, ...others.map((line) => `  ${line}`)]
    })
  }
  if (value.kind !== 'object' || value.entries.size === 0) return [scalarOf(value)]
  return [...value.entries]
    .sort(([left], [right]) => compareTexts(left, right))
    .flatMap(([key, item]) => {
      const lines = linesOf(item, depth + 1)
      const name = `${JSON.stringify(key)}:`
      if (isPlain(item)) return [`${name} ${lines[0]}`]
      return [name, ...(item.kind === 'list' ? lines : lines.map((line) => `  ${line}`))]
    })
}

function isPlain(value: Value): boolean {
  if (value.kind === 'list') return value.items.length === 0
  return value.kind !== 'object' || value.entries.size === 0
}

function scalarOf(value: Value): string {
  if (value.kind === 'string' && !/^[\x20-\x7e]*$/.test(value.value)) {
    throw new FunctionStop('is yaml of a text whose form is not computed', false)
  }
  return value.kind === 'string' ? JSON.stringify(value.value) : encodeJson(value)
}
