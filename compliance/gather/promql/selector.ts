/** The braces of a selector: `{job="a", "name with.dots"=~"b"}`. */
import type { Cursor } from './cursor.ts'
import { unquoted } from './string-literal.ts'
import type { Matcher, Selector } from './syntax.ts'

const operators = ['=', '!=', '=~', '!~'] as const

/** Reads the matchers; a text alone is the name of the metric. */
export function readMatchers(cursor: Cursor, name: string): Pick<Selector, 'metric' | 'matchers'> {
  const matchers: Matcher[] = []
  let metric = name
  cursor.expectSign('{')
  while (!cursor.isSign('}')) {
    const token = cursor.next()
    if (token.kind !== 'name' && token.kind !== 'text') return cursor.stop(token)
    const label = token.kind === 'text' ? unquoted(token.text) : token.text
    const operator = operators.find((each) => each === cursor.takeSign(each))
    if (operator !== undefined) {
      const value = cursor.next()
      if (value.kind !== 'text') return cursor.stop(value)
      matchers.push({ label, operator, value: unquoted(value.text) })
    } else if (token.kind === 'text' && metric === '') metric = label
    else return cursor.stop(token)
    if (cursor.takeSign(',') === undefined) break
  }
  cursor.expectSign('}')
  return { metric, matchers }
}
