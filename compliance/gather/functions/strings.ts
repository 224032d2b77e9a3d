/** String functions of Terraform; characters are counted in grapheme clusters where Terraform does. */
import { bool, list, text } from '../values/value.ts'
import { characterLimit } from '../evaluate/budget.ts'
import {
  FunctionStop,
  many,
  pure,
  textOf,
  textsOf,
  wholeOf,
  type FunctionDefinition,
  type FunctionTable,
} from './definition.ts'
import { formatText, formatTexts } from './format.ts'
import { compilePattern, groupsOf, replaceAll } from './regex.ts'

export const stringFunctions: FunctionTable = {
  chomp: onText((value) => value.replace(/(?:\r\n|\r|\n)+$/, '')),
  lower: onText((value) => value.toLowerCase()),
  upper: onText((value) => value.toUpperCase()),
  strrev: onText((value) => graphemes(value).reverse().join('')),
  title: onText((value) =>
    value.replace(
      /(^|[^\p{L}\p{N}_'])(\p{L})/gu,
      (_all, before: string, letter: string) => before + letter.toUpperCase(),
    ),
  ),
  trimspace: onText((value) => value.trim()),
  endswith: pure(2, 2, ([value, end]) => bool(textOf(value).endsWith(textOf(end)))),
  startswith: pure(2, 2, ([value, start]) => bool(textOf(value).startsWith(textOf(start)))),
  strcontains: pure(2, 2, ([value, part]) => bool(textOf(value).includes(textOf(part)))),
  trim: pure(2, 2, ([value, cutset]) => text(trimmed(textOf(value), textOf(cutset)))),
  trimprefix: pure(2, 2, ([value, prefix]) => text(withoutPrefix(textOf(value), textOf(prefix)))),
  trimsuffix: pure(2, 2, ([value, suffix]) => text(withoutSuffix(textOf(value), textOf(suffix)))),
  substr: pure(3, 3, ([value, offset, length]) =>
    text(substring(graphemes(textOf(value)), wholeOf(offset), wholeOf(length))),
  ),
  indent: pure(2, 2, ([spaces, value]) => {
    const count = wholeOf(spaces)
    if (count < 0 || count > 1_000) throw new FunctionStop(`found ${count} spaces, expected 0 to 1000`)
    return text(textOf(value).replaceAll('\n', `\n${' '.repeat(count)}`))
  }),
  join: pure(1, many, ([separator, ...lists]) =>
    text(bounded(lists.flatMap(textsOf).join(textOf(separator)))),
  ),
  split: pure(2, 2, ([separator, value]) => list(parts(textOf(value), textOf(separator)).map(text), 'list')),
  replace: pure(3, 3, ([value, part, by]) =>
    text(bounded(replaced(textOf(value), textOf(part), textOf(by)))),
  ),
  regex: pure(2, 2, ([pattern, value]) => {
    const source = textOf(value)
    const found = compilePattern(textOf(pattern), source.length, '').exec(source)
    if (found === null) throw new FunctionStop('found no match of the pattern')
    return groupsOf(found)
  }),
  regexall: pure(2, 2, ([pattern, value]) => {
    const source = textOf(value)
    return list(
      [...source.matchAll(compilePattern(textOf(pattern), source.length, 'g'))].map(groupsOf),
      'list',
    )
  }),
  format: pure(1, many, ([form, ...args]) => text(bounded(formatText(textOf(form), args)))),
  formatlist: pure(1, many, ([form, ...args]) => list(formatTexts(textOf(form), args).map(text), 'list')),
}

function onText(change: (value: string) => string): FunctionDefinition {
  return pure(1, 1, ([value]) => text(change(textOf(value))))
}

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** Splits into what people take for characters. */
function graphemes(value: string): string[] {
  // Within ASCII only a carriage return and its newline are one.
  if (/^[\x00-\x0c\x0e-\x7f]*$/.test(value)) return Array.from(value)
  return [...segmenter.segment(value)].map(({ segment }) => segment)
}

function substring(characters: readonly string[], offset: number, length: number): string {
  const start = offset < 0 ? Math.max(0, characters.length + offset) : offset
  const end = length < 0 ? characters.length : start + length
  return characters.slice(start, end).join('')
}

function trimmed(value: string, cutset: string): string {
  const cut = new Set(cutset)
  const characters = Array.from(value)
  let start = 0
  let end = characters.length
  while (start < end && cut.has(characters[start] ?? '')) start += 1
  while (end > start && cut.has(characters[end - 1] ?? '')) end -= 1
  return characters.slice(start, end).join('')
}

function withoutPrefix(value: string, prefix: string): string {
  return value.startsWith(prefix) ? value.slice(prefix.length) : value
}

function withoutSuffix(value: string, suffix: string): string {
  return suffix !== '' && value.endsWith(suffix) ? value.slice(0, -suffix.length) : value
}

function parts(value: string, separator: string): string[] {
  return separator === '' ? Array.from(value) : value.split(separator)
}

/** A part between slashes is a pattern. */
function replaced(value: string, part: string, by: string): string {
  if (part.length > 1 && part.startsWith('/') && part.endsWith('/')) {
    return replaceAll(compilePattern(part.slice(1, -1), value.length, 'g'), value, by)
  }
  return value.replaceAll(part, () => by)
}

function bounded(value: string): string {
  if (value.length <= characterLimit) return value
  throw new FunctionStop(`has more than ${characterLimit} characters`, false)
}
