/** The actions of the `attributes` and `resource` processors, carried out in the order of the configuration. */
import { createHash } from 'node:crypto'
import { compilePattern, type Pattern } from '../ottl/regex/pattern.ts'
import type { Attribute, Value } from './model.ts'
import {
  copyValue,
  findAttribute,
  isDouble,
  isWhole,
  plainValue,
  putAttribute,
  removeAttributes,
  textOfValue,
  truncated,
  whole,
} from './value.ts'

/** One action as the configuration has it, with the keys that its kind needs. */
export interface AttributeAction {
  readonly action: 'insert' | 'update' | 'upsert' | 'delete' | 'hash' | 'extract' | 'convert'
  /** Of `delete` and `hash` the key, every key that matches the pattern, or both. */
  readonly key?: string
  /** What is set, as YAML has it. */
  readonly value?: unknown
  /** Key of another attribute whose value is set; where it is missing, nothing is done. */
  readonly fromAttribute?: string
  /** Of `extract`: its named groups become attributes. */
  readonly pattern?: string
  readonly convertedType?: 'string' | 'int' | 'double'
}

type Step = (attributes: Attribute[]) => void

/**
 * Compiles actions into one change of a list of attributes, made in place.
 *
 * @throws CollectorError PATTERN_UNSUPPORTED
 */
export function createActions(actions: readonly AttributeAction[]): Step {
  const steps = actions.map(stepOf)
  return (attributes) => {
    for (const step of steps) step(attributes)
  }
}

function stepOf(action: AttributeAction): Step {
  const { key = '', pattern = '', convertedType = 'string' } = action
  switch (action.action) {
    case 'insert':
    case 'update':
    case 'upsert':
      return setStep(action, key)
    case 'delete': {
      const isMeant = keyTest(action)
      return (attributes) => removeAttributes(attributes, (attribute) => isMeant(attribute.key))
    }
    case 'hash': {
      const isMeant = keyTest(action)
      return (attributes) => {
        for (const attribute of attributes)
          if (isMeant(attribute.key)) attribute.value = hashed(attribute.value)
      }
    }
    case 'extract':
      return extractStep(key, compilePattern(pattern))
    case 'convert':
      return (attributes) => {
        const found = findAttribute(attributes, key)
        if (found !== undefined) found.value = converted(found.value, convertedType)
      }
  }
}

function setStep({ action, value, fromAttribute }: AttributeAction, key: string): Step {
  const given = plainValue(value)
  return (attributes) => {
    const exists = findAttribute(attributes, key) !== undefined
    if (exists ? action === 'insert' : action === 'update') return
    const source = fromAttribute === undefined ? { value: given } : findAttribute(attributes, fromAttribute)
    if (source !== undefined) putAttribute(attributes, key, copyValue(source.value))
  }
}

function keyTest({
  key,
  pattern,
}: {
  readonly key?: string
  readonly pattern?: string
}): (key: string) => boolean {
  const compiled = pattern === undefined ? undefined : compilePattern(pattern)
  return (found) => found === key || compiled?.test(found) === true
}

function extractStep(key: string, pattern: Pattern): Step {
  return (attributes) => {
    const value = findAttribute(attributes, key)?.value
    const groups = typeof value === 'string' ? pattern.match(value)?.groups : undefined
    groups?.forEach((text, group) => {
      const name = pattern.groupNames[group] ?? ''
      if (name !== '') putAttribute(attributes, name, text ?? '')
    })
  }
}

/**
 * SHA-256 in hex of the text, of a number's 8 bytes (little-endian) or of a boolean's byte, as the reference
 * engine has it today; of anything else and of the empty text the empty text.
 */
function hashed(value: Value): string {
  const bytes = bytesOf(value)
  return bytes.length === 0 ? '' : createHash('sha256').update(bytes).digest('hex')
}

function bytesOf(value: Value): Buffer {
  if (typeof value === 'string') return Buffer.from(value)
  if (typeof value === 'boolean') return Buffer.of(value ? 1 : 0)
  const bytes = Buffer.alloc(8)
  if (isWhole(value)) bytes.writeBigInt64LE(BigInt(value))
  else if (isDouble(value)) bytes.writeDoubleLE(value.double)
  else return Buffer.alloc(0)
  return bytes
}

/** What cannot be converted stays as it is. */
function converted(value: Value, type: 'string' | 'int' | 'double'): Value {
  if (type === 'string') return textOfValue(value)
  if (typeof value === 'boolean') return type === 'int' ? Number(value) : { double: Number(value) }
  if (typeof value === 'string') return parsed(value, type) ?? value
  if (type === 'int') return isDouble(value) ? truncated(value.double) : value
  return isWhole(value) ? { double: Number(value) } : value
}

function parsed(text: string, type: 'int' | 'double'): Value {
  if (type === 'int') {
    if (!/^[+-]?\d{1,19}$/.test(text)) return undefined
    const exact = BigInt(text.replace('+', ''))
    return BigInt.asIntN(64, exact) === exact ? whole(exact) : undefined
  }
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text) ? { double: Number(text) } : undefined
}
