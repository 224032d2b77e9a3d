/** How controls read the expressions of GitHub (`${{ … }}`): whose text can come out of them, and what env holds. */
import { attributeOf, type Attribute, type Resource } from '../../evidence.ts'

/** Lists the expressions of a text, each up to the `}}` outside of its quoted texts; quoted texts are left out. */
export function expressionsIn(text: string): readonly string[] {
  const found: string[] = []
  for (let at = text.indexOf('${{'); at !== -1; at = text.indexOf('${{', at + 3)) {
    found.push(withoutTexts(dotted(untilEnd(text, at + 3))))
  }
  return found
}

function untilEnd(text: string, from: number): string {
  let isQuoted = false
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === "'") isQuoted = !isQuoted
    else if (!isQuoted && text.startsWith('}}', at)) return text.slice(from, at)
  }
  return text.slice(from)
}

/** `github.event['issue'].title` is `github.event.issue.title`. */
export function dotted(text: string): string {
  return text.replace(/\[\s{0,9}'([\w-]{1,99})'\s{0,9}\]/g, '.$1')
}

function withoutTexts(expression: string): string {
  return expression.replace(/'[^']*'/g, "''")
}

/**
 * Lists the parts of an expression that can become its text: not what is only asked of it (`a == b`, `contains(a, b)`,
 * `!a`), nor what stands before `&&`, which comes out only when it is empty.
 */
export function yieldsOf(expression: string): readonly string[] {
  return withoutQuestions(expression)
    .split(/\|\||,/)
    .map((each) => each.slice(each.lastIndexOf('&&') + 1).replace(/^&/, ''))
    .filter((each) => !/[=!]=|[<>]|^[\s(]*!/.test(each))
}

const question = /\b(?:contains|startsWith|endsWith)\s{0,9}\(/gi

function withoutQuestions(expression: string): string {
  let left = ''
  let end = 0
  for (const { index, 0: opening } of expression.matchAll(question)) {
    if (index < end) continue
    left += `${expression.slice(end, index)}true`
    end = closingOf(expression, index + opening.length)
  }
  return left + expression.slice(end)
}

/** Where the parenthesis that is open at `from` has been closed. */
function closingOf(expression: string, from: number): number {
  let open = 1
  for (let at = from; at < expression.length; at += 1) {
    if (expression[at] === '(') open += 1
    if (expression[at] === ')') open -= 1
    if (open === 0) return at + 1
  }
  return expression.length
}

/** Reads a variable of the environment; undefined where nobody wrote it. */
export type Env = (name: string) => Attribute | undefined

/** Looks for variables in the maps `env` of several places, the nearest first: a step, its job, its workflow. */
export function envOf(...places: readonly (readonly [resource: Resource, path: string])[]): Env {
  return (name) => {
    for (const [resource, path] of places) {
      const found = attributeOf(resource, path === '' ? `env.${name}` : `${path}.env.${name}`)
      if (found !== undefined) return found
    }
    return undefined
  }
}
