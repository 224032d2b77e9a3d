/** `format` and `formatlist`: the verbs of Terraform, which are those of Go with the types of Terraform. */
import { numberText, toBigInt, toNumber, isWhole, type Numeric } from '../values/decimal.ts'
import { list, type Value } from '../values/value.ts'
import { elementLimit } from '../evaluate/budget.ts'
import { boolOf, FunctionStop, numberOf, textOf } from './definition.ts'
import { encodeJson } from './json.ts'

const verb = /%(?:%|([+\-# 0]*)(\d+)?(?:\.(\d+))?(?:\[(\d+)\])?([a-zA-Z]))/g

/** Widest field that is filled up. */
const widthLimit = 1_000

interface Verb {
  readonly flags: string
  readonly width: number
  readonly precision: number | undefined
  readonly letter: string
}

/** Formats one text. @throws FunctionStop for a verb or argument that does not fit */
export function formatText(form: string, args: readonly Value[]): string {
  let next = 0
  let used = 0
  const result = form.replace(verb, (all: string, ...groups: (string | undefined)[]) => {
    if (all === '%%') return '%'
    const [flags = '', width, precision, position, letter = ''] = groups
    if (position !== undefined) next = Number(position) - 1
    const value = args[next]
    next += 1
    used = Math.max(used, next)
    if (value === undefined) throw new FunctionStop(`found no argument for ${all}`)
    const fits = { flags, width: Math.min(Number(width ?? 0), widthLimit), letter }
    const written = write(value, {
      ...fits,
      precision: precision === undefined ? undefined : Number(precision),
    })
    return padded(written, fits)
  })
  if (/%(?!%)/.test(form.replace(verb, ''))) throw new FunctionStop('found a verb that is not known')
  if (used < args.length) throw new FunctionStop(`found ${args.length} arguments, expected ${used}`)
  return result
}

/** Formats once for each element of the lists among the arguments, which have one length. */
export function formatTexts(form: string, args: readonly Value[]): string[] {
  const lists = args.filter((each) => each.kind === 'list')
  const [first] = lists
  const length = first === undefined ? 1 : first.items.length
  if (lists.some(({ items }) => items.length !== length)) {
    throw new FunctionStop('found lists of different lengths, expected one length')
  }
  if (length > elementLimit) throw new FunctionStop(`has more than ${elementLimit} elements`, false)
  return Array.from({ length }, (_, index) =>
    formatText(
      form,
      args.map((each) => (each.kind === 'list' ? (each.items[index] ?? list([])) : each)),
    ),
  )
}

function write(value: Value, { flags, precision, letter }: Verb): string {
  switch (letter) {
    case 's':
      return cut(plainOf(value), precision)
    case 'q':
      return JSON.stringify(textOf(value))
    case 'v':
      return flags.includes('#') ? encodeJson(value) : plainOf(value)
    case 't':
      return String(boolOf(value))
    case 'd':
      return signed(wholeText(numberOf(value)), flags)
    case 'b':
      return inBase(numberOf(value), 2)
    case 'o':
      return inBase(numberOf(value), 8)
    case 'x':
      return hexadecimal(value)
    case 'X':
      return hexadecimal(value).toUpperCase()
    case 'f':
      return signed(fixed(numberOf(value), precision ?? 6), flags)
    case 'g':
      return general(numberOf(value), precision)
    default:
      throw new FunctionStop(`is written by the verb %${letter}, which is not computed`, false)
  }
}

function plainOf(value: Value): string {
  if (value.kind === 'null') return 'null'
  return value.kind === 'list' || value.kind === 'object' ? encodeJson(value) : textOf(value)
}

function cut(value: string, precision: number | undefined): string {
  return precision === undefined ? value : Array.from(value).slice(0, precision).join('')
}

function wholeText(value: Numeric): string {
  const digits = isWhole(value) ? numberText(value) : undefined
  if (digits === undefined) throw new FunctionStop('found a fraction, expected a whole number')
  return digits
}

function inBase(value: Numeric, base: 2 | 8 | 16): string {
  wholeText(value)
  return toBigInt(value).toString(base)
}

function hexadecimal(value: Value): string {
  return value.kind === 'string' ? Buffer.from(value.value).toString('hex') : inBase(numberOf(value), 16)
}

/** Beyond 15 digits JavaScript's numbers are not what Terraform would write. */
function fixed(value: Numeric, precision: number): string {
  const number = toNumber(value)
  if (precision > 12 || Math.abs(number) > 1e9) {
    throw new FunctionStop('has more digits than are computed', false)
  }
  return number.toFixed(precision)
}

function general(value: Numeric, precision: number | undefined): string {
  const digits = numberText(value)
  if (precision !== undefined || digits === undefined || digits.length > 15) {
    throw new FunctionStop('is written by %g, which is not computed here', false)
  }
  return digits
}

function signed(digits: string, flags: string): string {
  if (digits.startsWith('-')) return digits
  return flags.includes('+') ? `+${digits}` : flags.includes(' ') ? ` ${digits}` : digits
}

function padded(written: string, { flags, width }: Pick<Verb, 'flags' | 'width'>): string {
  const missing = width - Array.from(written).length
  if (missing <= 0) return written
  if (flags.includes('-')) return written + ' '.repeat(missing)
  if (!flags.includes('0')) return ' '.repeat(missing) + written
  const sign = /^[+-]/.exec(written)?.[0] ?? ''
  return sign + '0'.repeat(missing) + written.slice(sign.length)
}
