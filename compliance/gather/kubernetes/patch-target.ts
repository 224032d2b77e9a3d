/** Which objects a patch of kustomize is for: by kind and name, or by patterns and labels. */
import { entryOf, plainText } from '../shapes/values.ts'
import type { Value } from '../value.ts'

type Answer = 'yes' | 'no' | 'maybe'

/** What a patch says of the objects it is for; a part nobody wrote is true of every object. */
export interface Target {
  /** Patterns, each of which has to hold for the whole text; in a patch without a target they are plain texts. */
  readonly patterns: ReadonlyMap<TargetField, string>
  readonly isPlain: boolean
  readonly labelSelector?: string
  readonly annotationSelector?: string
}

export const targetFields = ['kind', 'name', 'namespace', 'group', 'version'] as const
export type TargetField = (typeof targetFields)[number]

/** An object as a patch looks for it. */
export interface Sought {
  readonly root: Value
  /** Its own name, and those that prefixes and suffixes of kustomizations made of it. */
  readonly names: readonly string[]
  /** Namespaces it may stand in when the patch is laid over it. */
  readonly namespaces: readonly string[]
  /** Kustomizations may have given it labels and annotations in place of those that are written in it. */
  readonly isLabelled: boolean
}

/** Tells whether a patch is for an object. Stops at the first no: most patches are for another one. */
export function isFor(target: Target, sought: Sought): Answer {
  let whole: Answer = 'yes'
  for (const field of targetFields) {
    const answer = isNamed(target, field, sought)
    if (answer === 'no') return 'no'
    if (answer === 'maybe') whole = 'maybe'
  }
  return worstOf([
    whole,
    isSelected(target.labelSelector, 'labels', sought),
    isSelected(target.annotationSelector, 'annotations', sought),
  ])
}

function isNamed({ patterns, isPlain }: Target, field: TargetField, sought: Sought): Answer {
  const pattern = patterns.get(field)
  if (pattern === undefined || pattern === '') return 'yes'
  return bestOf(
    namesIn(field, sought).map((text) => (isPlain ? plainly(text === pattern) : holdsFor(pattern, text))),
  )
}

function namesIn(field: TargetField, { root, names, namespaces }: Sought): readonly string[] {
  const version = plainText(entryOf(root, 'apiVersion')) ?? ''
  const slash = version.lastIndexOf('/')
  switch (field) {
    case 'kind':
      return [plainText(entryOf(root, 'kind')) ?? '']
    case 'name':
      return names
    case 'namespace':
      return namespaces
    case 'group':
      return [version.slice(0, Math.max(0, slash))]
    case 'version':
      return [version.slice(slash + 1)]
  }
}

/** Longest pattern that is tried, and longest text: a name of Kubernetes has at most 253 characters. */
const patternLimit = 1_000
const textLimit = 253

/**
 * Tells whether a pattern holds for a whole text. Alternatives of plain texts with `.` and `.*` in them are what people
 * write; any other pattern is not run: it is nobody's to say how long that takes.
 */
function holdsFor(pattern: string, text: string): Answer {
  if (pattern.length > patternLimit || text.length > textLimit) return 'maybe'
  const whole = pattern.replace(/^\^/, '').replace(/\$$/, '')
  const inner = /^\((?:\?:)?([^()]*)\)$/.exec(whole)?.[1] ?? whole
  return bestOf(
    inner.split('|').map((each): Answer => {
      if (!/^(?:[\w/-]|\\?\.(?![*+?])|\.\*)*$/.test(each)) return 'maybe'
      return plainly(fits(each.replaceAll('\\.', escapedDot).split('.*'), text))
    }),
  )
}

/** Stands for `\.` in the parts of a pattern, where `.` is any character. */
const escapedDot = '\u0000'

/** True for a text of these parts, with anything between them. */
function fits(parts: readonly string[], text: string): boolean {
  const [first = '', ...others] = parts
  const last = others.pop()
  if (last === undefined) return text.length === first.length && standsAt(first, text, 0)
  const end = text.length - last.length
  if (end < first.length || !standsAt(first, text, 0) || !standsAt(last, text, end)) return false
  let from = first.length
  for (const part of others) {
    while (from + part.length <= end && !standsAt(part, text, from)) from += 1
    from += part.length
    if (from > end) return false
  }
  return true
}

function standsAt(part: string, text: string, at: number): boolean {
  for (let index = 0; index < part.length; index += 1) {
    const wanted = part[index] === escapedDot ? '.' : part[index]
    if (part[index] !== '.' && text[at + index] !== wanted) return false
  }
  return true
}

/** `app=web,tier==front`; other operators are not told. */
function isSelected(
  selector: string | undefined,
  holder: 'labels' | 'annotations',
  { root, isLabelled }: Sought,
): Answer {
  if (selector === undefined || selector.trim() === '') return 'yes'
  const own = entryOf(entryOf(root, 'metadata'), holder)
  return worstOf(
    selector.split(',').map((each): Answer => {
      const [, key, wanted] = /^\s*([\w./-]+)\s*==?\s*([\w./-]*)\s*$/.exec(each) ?? []
      if (key === undefined) return 'maybe'
      if (isLabelled || own?.kind === 'unknown') return 'maybe'
      const found = entryOf(own, key)
      if (found === undefined) return 'no'
      return found.kind === 'plain' ? plainly(String(found.value) === wanted) : 'maybe'
    }),
  )
}

function plainly(holds: boolean): Answer {
  return holds ? 'yes' : 'no'
}

function bestOf(answers: readonly Answer[]): Answer {
  return (['yes', 'maybe'] as const).find((each) => answers.includes(each)) ?? 'no'
}

function worstOf(answers: readonly Answer[]): Answer {
  return (['no', 'maybe'] as const).find((each) => answers.includes(each)) ?? 'yes'
}
