/** Converters of texts and lists. */
import { isMap } from '../../process/value.ts'
import { textLike } from '../arguments.ts'
import type { CallArguments } from '../arguments.ts'
import { failed } from '../ottl-value.ts'
import { CollectorError } from '../../errors.ts'
import type { Getter } from '../path.ts'
import type { FunctionDefinition } from './function.ts'

export const textConverters: readonly FunctionDefinition[] = [
  {
    name: 'IsMatch',
    parameters: ['target', 'pattern'],
    summary: 'Tells whether a regular expression is found in a text or another plain value; never in nil.',
    create: (call) => {
      const [target, pattern] = [call.textLike('target'), call.pattern('pattern')]
      return (item) => {
        const found = target(item)
        return found !== undefined && pattern.test(found)
      }
    },
  },
  {
    name: 'ExtractPatterns',
    parameters: ['target', 'pattern'],
    summary: 'Makes a map of the named groups of a regular expression; empty where it is not found.',
    create: createExtract,
  },
  {
    name: 'Concat',
    parameters: ['vals', 'delimiter'],
    summary: 'Joins values as texts with a delimiter.',
    create: (call) => {
      const [values, delimiter] = [call.any('vals'), call.text('delimiter')]
      return (item) => {
        const list = values(item)
        if (!Array.isArray(list)) throw failed(list, 'list for vals')
        return list.map((value) => textLike(value) ?? '<nil>').join(delimiter(item))
      }
    },
  },
  {
    name: 'Split',
    parameters: ['target', 'delimiter'],
    summary: 'Makes a list of the parts of a text between delimiters.',
    create: (call) => {
      const [target, delimiter] = [call.text('target'), call.text('delimiter')]
      return (item) => {
        const [text, between] = [target(item), delimiter(item)]
        return between === '' ? Array.from(text) : text.split(between)
      }
    },
  },
  {
    name: 'Substring',
    parameters: ['target', 'start', 'length'],
    summary: 'Gives a part of a text by its first byte and its length in bytes; an error beyond its end.',
    create: createSubstring,
  },
  {
    name: 'Len',
    parameters: ['target'],
    summary: 'Counts the bytes of a text, the elements of a list or the keys of a map.',
    create: (call) => {
      const target = call.any('target')
      return (item) => {
        const found = target(item)
        if (typeof found === 'string') return Buffer.byteLength(found)
        if (Array.isArray(found) || found instanceof Uint8Array) return found.length
        if (isMap(found)) return found.map.length
        throw failed(found, 'a text, list or map for target')
      }
    },
  },
  {
    name: 'ConvertCase',
    parameters: ['target', 'to_case'],
    summary: 'Writes a text in `lower`, `upper`, `snake` or `camel` case.',
    create: createConvertCase,
  },
  ofText('ToLowerCase', 'Writes a text in small letters.', (text) => text.toLowerCase()),
  ofText('ToUpperCase', 'Writes a text in capitals.', (text) => text.toUpperCase()),
  {
    name: 'Trim',
    parameters: ['target', 'replacement?'],
    summary: 'Takes characters (a space unless others are given) from both ends of a text.',
    create: (call) => {
      const target = call.text('target')
      const cutset = new Set(call.has('replacement') ? Array.from(call.literalText('replacement')) : [' '])
      return (item) => trimmed(target(item), cutset)
    },
  },
  ofTwo('HasPrefix', 'prefix', 'Tells whether a text begins with another.', (text, prefix) =>
    text.startsWith(prefix),
  ),
  ofTwo('HasSuffix', 'suffix', 'Tells whether a text ends with another.', (text, suffix) =>
    text.endsWith(suffix),
  ),
]

function ofText(name: string, summary: string, apply: (text: string) => string): FunctionDefinition {
  return {
    name,
    parameters: ['target'],
    summary,
    create: (call) => {
      const target = call.text('target')
      return (item) => apply(target(item))
    },
  }
}

function ofTwo(
  name: string,
  second: string,
  summary: string,
  apply: (text: string, second: string) => boolean,
): FunctionDefinition {
  return {
    name,
    parameters: ['target', second],
    summary,
    create: (call) => {
      const [target, other] = [call.text('target'), call.text(second)]
      return (item) => apply(target(item), other(item))
    },
  }
}

function createExtract(call: CallArguments): Getter {
  const [target, pattern] = [call.text('target'), call.pattern('pattern')]
  if (pattern.groupNames.every((name) => name === ''))
    throw call.refusal('pattern', 'expected at least one named group')
  return (item) => {
    const groups = pattern.match(target(item))?.groups ?? []
    return {
      map: groups.flatMap((value, group) => {
        const key = pattern.groupNames[group] ?? ''
        return key === '' ? [] : [{ key, value: value ?? '' }]
      }),
    }
  }
}

function createSubstring(call: CallArguments): Getter {
  const [target, start, length] = [call.text('target'), call.whole('start'), call.whole('length')]
  return (item) => {
    const bytes = Buffer.from(target(item))
    const [from, count] = [start(item), length(item)]
    if (from < 0 || count <= 0 || from + count > bytes.length) {
      throw new CollectorError(
        'OTTL_FAILED',
        `found a substring from ${from} of ${count} bytes in ${bytes.length}`,
      )
    }
    return bytes.toString('utf8', from, from + count)
  }
}

function createConvertCase(call: CallArguments): Getter {
  const target = call.text('target')
  const to = call.literalText('to_case')
  const convert = Object.hasOwn(cases, to) ? cases[to] : undefined
  if (convert === undefined) throw call.refusal('to_case', `expected ${Object.keys(cases).join(', ')}`)
  return (item) => convert(target(item))
}

const cases: Readonly<Record<string, (text: string) => string>> = {
  lower: (text) => text.toLowerCase(),
  upper: (text) => text.toUpperCase(),
  snake: (text) =>
    words(text)
      .map((word) => word.toLowerCase())
      .join('_'),
  camel: (text) =>
    words(text)
      .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
      .join(''),
}

/** Words end at spaces, `_`, `-` and `.`, where a capital follows a small letter, and before the last of several capitals. */
function words(text: string): string[] {
  return text
    .replaceAll(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2')
    .replaceAll(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .split(/[ _.-]+/)
    .filter((word) => word !== '')
}

function trimmed(text: string, cutset: ReadonlySet<string>): string {
  const characters = Array.from(text)
  let [start, end] = [0, characters.length]
  while (start < end && cutset.has(characters[start] ?? '')) start++
  while (end > start && cutset.has(characters[end - 1] ?? '')) end--
  return characters.slice(start, end).join('')
}
