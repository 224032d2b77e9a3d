/**
 * What `.gitignore` and `.dockerignore` leave out (gitignore(5); Docker's build context documentation). Patterns come
 * from whoever wrote the folder: matching goes back at most one star, so it takes the product of both lengths.
 */

import { readCharacterSet } from './character-set.ts'

/** Tells whether a part of a path, or a character of a name, is what one part of a pattern stands for. */
type Fits = (given: string) => boolean
/** Any number of parts. */
const any = Symbol('any')
type Matcher = Fits | typeof any

interface Pattern {
  readonly segments: readonly Matcher[]
  readonly isNegated: boolean
  readonly isFolderOnly: boolean
}

/** Most patterns of one file and longest pattern; what is beyond them ignores nothing. */
const patternLimit = 2_000
const lengthLimit = 400

export type Dialect = 'git' | 'docker'

/** Rules of one file: a path below its folder, with `/` between the folders, is ignored or not. */
export interface IgnoreRules {
  /** The last rule that says something about exactly this path; undefined when none does. */
  readonly verdictOn: (path: string, isFolder: boolean) => boolean | undefined
}

/** Reads the rules of a file. In a `.dockerignore` every pattern begins at the folder of the build. */
export function ignoreRules(text: string, dialect: Dialect): IgnoreRules {
  const patterns = text
    .split(/\r?\n/)
    .slice(0, patternLimit)
    .flatMap((line) => patternOf(line, dialect))
    .reverse()
  return {
    verdictOn: (path, isFolder) => {
      const segments = path.split('/')
      const last = patterns.find(
        ({ isFolderOnly, segments: wanted }) => (isFolder || !isFolderOnly) && matches(wanted, segments),
      )
      return last === undefined ? undefined : !last.isNegated
    },
  }
}

function patternOf(line: string, dialect: Dialect): Pattern[] {
  let text = line.replace(/\s{1,200}$/, '')
  if (text === '' || text.startsWith('#') || text.length > lengthLimit) return []
  const isNegated = text.startsWith('!')
  if (isNegated) text = text.slice(1)
  const isFolderOnly = dialect === 'git' && text.endsWith('/')
  if (text.endsWith('/')) text = text.slice(0, -1)
  const isAnchored = dialect === 'docker' || text.includes('/')
  const written = text.replace(/^(\.?\/)/, '').split('/')
  const segments = (isAnchored ? written : ['**', ...written]).map((each) => segmentMatcher(each, dialect))
  // `folder/**` is what lies in the folder, not the folder itself.
  if (segments.at(-1) === any) segments.push(() => true)
  return [{ segments, isNegated, isFolderOnly }]
}

/** Takes a pattern apart once; most parts are plain names or `*.ending`. */
function segmentMatcher(text: string, dialect: Dialect): Matcher {
  if (text === '**') return any
  if (!/[*?[\\]/.test(text)) return (name) => name === text
  const ending = text.slice(1)
  if (text.startsWith('*') && !/[*?[\\]/.test(ending)) return (name) => name.endsWith(ending)
  const parts = charactersOf(text, dialect)
  return parts === undefined ? () => false : (name) => matches(parts, Array.from(name))
}

/** What each character of a name has to be; undefined for a pattern that fits nothing. */
function charactersOf(text: string, dialect: Dialect): readonly Matcher[] | undefined {
  const parts: Matcher[] = []
  for (let at = 0; at < text.length;) {
    if (text[at] === '[') {
      const set = readCharacterSet(text, at, dialect === 'git' ? '!^' : '^')
      if (set === undefined) return undefined
      parts.push(set.holds)
      at = set.end
      continue
    }
    const isEscaped = text[at] === '\\'
    // A backslash that escapes nothing.
    if (isEscaped && at + 1 === text.length) return undefined
    const wanted = String.fromCodePoint(text.codePointAt(isEscaped ? at + 1 : at) ?? 0)
    at += wanted.length + (isEscaped ? 1 : 0)
    if (wanted === '*' && !isEscaped) parts.push(any)
    else parts.push(wanted === '?' && !isEscaped ? () => true : (character) => character === wanted)
  }
  return parts
}

/** Matches going back to the last wildcard only. */
function matches(wanted: readonly Matcher[], given: readonly string[]): boolean {
  let [at, next, star, resume] = [0, 0, -1, 0]
  while (at < given.length) {
    const part = wanted[next]
    if (part === any) {
      star = next
      resume = at
      next += 1
    } else if (part?.(given[at] ?? '') === true) {
      at += 1
      next += 1
    } else if (star >= 0) {
      resume += 1
      at = resume
      next = star + 1
    } else return false
  }
  while (wanted[next] === any) next += 1
  return next === wanted.length
}

/**
 * Makes a question of whether rules of git in several folders ignore a file: the deepest rule counts, an ignored
 * folder for good. What was said of a folder is kept, so a file costs its own name only.
 */
export function gitIgnores(rulesIn: (folder: string) => IgnoreRules | undefined): (path: string) => boolean {
  const folders = new Map<string, boolean>([
    ['', false],
    ['/', false],
  ])
  const isIgnoredFolder = (folder: string): boolean => {
    const known = folders.get(folder)
    if (known !== undefined) return known
    const isIgnored = isIgnoredFolder(parentOf(folder)) || verdictOf(folder, true, rulesIn)
    folders.set(folder, isIgnored)
    return isIgnored
  }
  return (path) => isIgnoredFolder(parentOf(path)) || verdictOf(path, false, rulesIn)
}

/** The folder a path lies in; `` and `/` are the ends. */
function parentOf(path: string): string {
  const slash = path.lastIndexOf('/')
  return slash === 0 ? '/' : path.slice(0, Math.max(0, slash))
}

/** What the deepest folder that has a rule for this very path says of it. */
function verdictOf(
  path: string,
  isFolder: boolean,
  rulesIn: (folder: string) => IgnoreRules | undefined,
): boolean {
  for (let folder = parentOf(path); ; folder = parentOf(folder)) {
    const isEnd = folder === '' || folder === '/'
    const below = path.slice(isEnd ? folder.length : folder.length + 1)
    const verdict = rulesIn(folder)?.verdictOn(below, isFolder)
    if (verdict !== undefined || isEnd) return verdict ?? false
  }
}

/** Tells whether a `.dockerignore` leaves a path out of the build: the last rule on it or a folder above it counts. */
export function isDockerIgnored(path: string, text: string): boolean {
  const lines = text.split(/\r?\n/).slice(0, patternLimit)
  const segments = path.split('/')
  let isIgnored = false
  for (const line of lines) {
    const rules = ignoreRules(line, 'docker')
    for (let length = 1; length <= segments.length; length += 1) {
      const verdict = rules.verdictOn(segments.slice(0, length).join('/'), length < segments.length)
      if (verdict !== undefined) isIgnored = verdict
    }
  }
  return isIgnored
}
