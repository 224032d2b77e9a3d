/** Editors of single values: set, append and the replacements. */
import type { Attribute, Value } from '../../process/model.ts'
import { copyValue } from '../../process/value.ts'
import type { CallArguments } from '../arguments.ts'
import { failed, storable, textFrom } from '../ottl-value.ts'
import type { Item } from '../item.ts'
import type { Getter } from '../path.ts'
import { replaceAll, type Pattern } from '../regex/pattern.ts'
import type { FunctionDefinition } from './function.ts'
import { globPattern } from './glob.ts'

export const valueEditors: readonly FunctionDefinition[] = [
  {
    name: 'set',
    parameters: ['target', 'value'],
    summary: 'Sets a field or a part of it; nil changes nothing.',
    create: (call) => {
      const target = call.target('target')
      const value = call.any('value')
      return (item) => {
        const found = value(item)
        if (found !== undefined) target.set(item, found)
        return undefined
      }
    },
  },
  {
    name: 'append',
    parameters: ['target', 'value?', 'values?'],
    summary: 'Adds to a list; what is no list becomes the first of one.',
    create: createAppend,
  },
  {
    name: 'replace_pattern',
    parameters: ['target', 'regex_pattern', 'replacement', 'function?'],
    summary: 'Replaces every match of a regular expression in a text; `$1` and `$name` stand for groups.',
    create: (call) => {
      const target = call.target('target')
      const rewrite = createRewrite(call)
      return (item) => {
        const found = target.get(item)
        if (typeof found === 'string') target.set(item, rewrite(found, item))
        return undefined
      }
    },
  },
  {
    name: 'replace_all_patterns',
    parameters: ['target', 'mode', 'regex_pattern', 'replacement', 'function?'],
    summary: 'Does what replace_pattern does to each `key` or each text `value` of a map.',
    create: createReplaceAll,
  },
  {
    name: 'replace_match',
    parameters: ['target', 'pattern', 'replacement', 'function?'],
    summary: 'Sets a text that matches a glob (`*`, `?`, `[ab]`, `{a,b}`) as a whole.',
    create: (call) => {
      const target = call.target('target')
      const replace = createMatchReplacement(call)
      return (item) => {
        const found = target.get(item)
        if (typeof found === 'string') target.set(item, replace(found, item))
        return undefined
      }
    },
  },
  {
    name: 'replace_all_matches',
    parameters: ['target', 'pattern', 'replacement', 'function?'],
    summary: 'Does what replace_match does to each text value of a map.',
    create: (call) => {
      const replace = createMatchReplacement(call)
      return changeTexts(call, (entry, item) => void (entry.value = replace(entry.value, item)))
    },
  },
]

type TextEntry = Attribute & { value: string }

function changeTexts(call: CallArguments, apply: (entry: TextEntry, item: Item) => void): Getter {
  call.target('target')
  const entries = call.map('target')
  return (item) => {
    for (const entry of entries(item)) if (isText(entry)) apply(entry, item)
    return undefined
  }
}

function isText(entry: Attribute): entry is TextEntry {
  return typeof entry.value === 'string'
}

function createAppend(call: CallArguments): Getter {
  const target = call.target('target')
  const value = call.has('value') ? call.any('value') : undefined
  const values = call.has('values') ? call.any('values') : undefined
  if (value === undefined && values === undefined) throw call.refusal('target', 'expected value or values')
  return (item) => {
    const held = storable(target.get(item))
    const list: Value[] = held === undefined ? [] : Array.isArray(held) ? [...held] : [held]
    if (value !== undefined) list.push(copyValue(storable(value(item))))
    if (values !== undefined) {
      const more = values(item)
      if (!Array.isArray(more)) throw failed(more, 'list for values')
      for (const value of more) list.push(copyValue(value))
    }
    target.set(item, list)
    return undefined
  }
}

type Rewrite = (text: string, item: Item) => string

/** The function is applied to each replacement. */
function createRewrite(call: CallArguments): Rewrite {
  const pattern: Pattern = call.pattern('regex_pattern')
  const replacement = call.text('replacement')
  const convert = call.converter('function')
  return (text, item) =>
    replaceAll(
      pattern,
      text,
      replacement(item),
      convert === undefined ? undefined : (replaced) => textFrom(convert(replaced, item)),
    )
}

function createReplaceAll(call: CallArguments): Getter {
  const mode = call.literalText('mode')
  if (mode !== 'key' && mode !== 'value') throw call.refusal('mode', 'expected key or value')
  const rewrite = createRewrite(call)
  if (mode === 'value')
    return changeTexts(call, (entry, item) => void (entry.value = rewrite(entry.value, item)))
  call.target('target')
  const entries = call.map('target')
  return (item) => {
    const held = entries(item)
    // Keys stay unique: of two that become one, the later value counts.
    const renamed = new Map(held.map(({ key, value }) => [rewrite(key, item), value]))
    held.length = 0
    for (const [key, value] of renamed) held.push({ key, value })
    return undefined
  }
}

function createMatchReplacement(call: CallArguments): Rewrite {
  const pattern = call.patternOf('pattern', globPattern(call.literalText('pattern')))
  const replacement = call.text('replacement')
  const convert = call.converter('function')
  return (text, item) => {
    if (!pattern.test(text)) return text
    const replaced = replacement(item)
    return convert === undefined ? replaced : textFrom(convert(replaced, item))
  }
}
