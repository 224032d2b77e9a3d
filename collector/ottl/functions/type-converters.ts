/** Converters that ask for types and change them. */
import { createHash } from 'node:crypto'
import { fnv64 } from '../../process/fnv.ts'
import type { Value } from '../../process/model.ts'
import { isDouble, isMap, isWhole, truncated, whole } from '../../process/value.ts'
import { textLike, type CallArguments } from '../arguments.ts'
import { failed, isTime, type OttlValue } from '../ottl-value.ts'
import type { Getter } from '../path.ts'
import type { FunctionDefinition } from './function.ts'

export const typeConverters: readonly FunctionDefinition[] = [
  isOf('IsString', 'a text', (value) => typeof value === 'string'),
  isOf('IsInt', 'a whole number', isWhole),
  isOf('IsDouble', 'a double', isDouble),
  isOf('IsBool', 'true or false', (value) => typeof value === 'boolean'),
  isOf('IsMap', 'a map', isMap),
  isOf('IsList', 'a list', Array.isArray),
  {
    name: 'IsRootSpan',
    parameters: [],
    summary: 'Tells whether the span has no parent.',
    contexts: ['span', 'spanevent'],
    create: () => (item) => item.span?.parentSpanId === '',
  },
  {
    name: 'HasAttrKeyOnDatapoint',
    parameters: ['key'],
    summary: 'Tells whether a data point of the metric has an attribute.',
    contexts: ['metric'],
    create: (call) => {
      const key = call.text('key')
      return (item) => hasAttribute(item.metric?.data?.points ?? [], (entry) => entry.key === key(item))
    },
  },
  {
    name: 'HasAttrOnDatapoint',
    parameters: ['key', 'expected_val'],
    summary: 'Tells whether a data point of the metric has an attribute with this text.',
    contexts: ['metric'],
    create: (call) => {
      const [key, expected] = [call.text('key'), call.text('expected_val')]
      return (item) =>
        hasAttribute(
          item.metric?.data?.points ?? [],
          (entry) => entry.key === key(item) && textLike(entry.value) === expected(item),
        )
    },
  },
  convert('Int', 'Makes a whole number of a number, a truth value or a text; nil where that fails.', toWhole),
  convert('Double', 'Makes a double of a number, a truth value or a text; nil where that fails.', toDouble),
  convert(
    'Bool',
    'Makes a truth value of one, of a number (not 0) or of a text; nil where that fails.',
    toBool,
  ),
  convert('String', 'Makes a text of any value: maps and lists as JSON, bytes as hex.', textLike),
  convert('SHA256', 'Hashes a text with SHA-256, in hex.', (value) =>
    createHash('sha256').update(textOnly(value)).digest('hex'),
  ),
  convert('FNV', 'Hashes a text with FNV-1a of 64 bits, as a whole number; the empty text stays.', (value) =>
    value === '' ? '' : whole(fnv64(Buffer.from(textOnly(value)))),
  ),
]

function isOf(name: string, what: string, test: (value: OttlValue) => boolean): FunctionDefinition {
  return {
    name,
    parameters: ['target'],
    summary: `Tells whether a value is ${what}.`,
    create: (call) => {
      const get = call.any('target')
      return (item) => test(get(item))
    },
  }
}

function convert(name: string, summary: string, apply: (value: OttlValue) => OttlValue): FunctionDefinition {
  return {
    name,
    parameters: ['target'],
    summary,
    create: (call: CallArguments): Getter => {
      const get = call.any('target')
      return (item) => apply(get(item))
    },
  }
}

type Points = readonly { readonly attributes: readonly { readonly key: string; readonly value: Value }[] }[]

function hasAttribute(
  points: Points,
  test: (entry: Points[number]['attributes'][number]) => boolean,
): boolean {
  return points.some(({ attributes }) => attributes.some(test))
}

function textOnly(value: OttlValue): string {
  if (typeof value !== 'string') throw failed(value, 'string')
  return value
}

function toWhole(value: OttlValue): OttlValue {
  if (isWhole(value)) return value
  if (isDouble(value)) return truncated(value.double)
  if (typeof value === 'boolean') return value ? 1 : 0
  if (value !== undefined && isTime(value)) return whole(value.time)
  if (typeof value !== 'string' || !/^[+-]?\d{1,19}$/.test(value)) return undefined
  const exact = BigInt(value.replace('+', ''))
  return BigInt.asIntN(64, exact) === exact ? whole(exact) : undefined
}

function toDouble(value: OttlValue): OttlValue {
  if (isDouble(value)) return value
  if (isWhole(value)) return { double: Number(value) }
  if (typeof value === 'boolean') return { double: value ? 1 : 0 }
  const isNumber = typeof value === 'string' && /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(value)
  return isNumber ? { double: Number(value) } : undefined
}

function toBool(value: OttlValue): OttlValue {
  if (typeof value === 'boolean') return value
  if (isWhole(value)) return value !== 0
  if (isDouble(value)) return value.double !== 0
  if (typeof value !== 'string') return undefined
  if (/^(?:1|t|T|TRUE|true|True)$/.test(value)) return true
  return /^(?:0|f|F|FALSE|false|False)$/.test(value) ? false : undefined
}
