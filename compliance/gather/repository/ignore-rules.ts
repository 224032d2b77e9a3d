/**
 * What `.gitignore` and `.dockerignore` leave out (gitignore(5); Docker's build context documentation). Patterns come
 * from whoever wrote the folder: matching goes back at most one star, so it takes the product of both lengths.
 */

interface Pattern {
  readonly segments: readonly string[]
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
        ({ isFolderOnly, segments: wanted }) =>
          (isFolder || !isFolderOnly) && matches(wanted, segments, matchesSegment, isAnyFolder),
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
  const segments = text.replace(/^(\.?\/)/, '').split('/')
  return [{ segments: isAnchored ? segments : ['**', ...segments], isNegated, isFolderOnly }]
}

const isAnyFolder = (segment: string) => segment === '**'

/** Matches with one kind of wildcard that stands for any number of parts, going back to the last one only. */
function matches<Part>(
  wanted: readonly Part[],
  given: readonly Part[],
  fits: (wanted: Part, given: Part) => boolean,
  isAny: (part: Part) => boolean,
): boolean {
  let [at, next, star, resume] = [0, 0, -1, 0]
  while (at < given.length) {
    const part = wanted[next]
    if (part !== undefined && isAny(part)) {
      star = next
      resume = at
      next += 1
    } else if (part !== undefined && fits(part, given[at] as Part)) {
      // `at` is below the length.
      at += 1
      next += 1
    } else if (star >= 0) {
      resume += 1
      at = resume
      next = star + 1
    } else return false
  }
  while (next < wanted.length && isAny(wanted[next] as Part)) next += 1 // `next` is below the length.
  return next === wanted.length
}

function matchesSegment(pattern: string, name: string): boolean {
  return matches<string>(
    pattern.match(/\\.|\[[^\]]{1,60}\]|./gsu) ?? [],
    Array.from(name),
    matchesCharacter,
    (part) => part === '*',
  )
}

function matchesCharacter(part: string, character: string): boolean {
  if (part === '?') return true
  if (part.startsWith('\\') && part.length > 1) return part.slice(1) === character
  if (!part.startsWith('[') || part.length < 3) return part === character
  const isNot = part[1] === '!' || part[1] === '^'
  const set = part.slice(isNot ? 2 : 1, -1)
  let isIn = false
  for (let at = 0; at < set.length; at += 1) {
    const [first = '', dash, last] = [set[at], set[at + 1], set[at + 2]]
    if (dash === '-' && last !== undefined) {
      isIn ||= first <= character && character <= last
      at += 2
    } else isIn ||= first === character
  }
  return isIn !== isNot
}

/** Tells whether rules of git in several folders ignore a path: the deepest rule counts, an ignored folder for good. */
export function isGitIgnored(path: string, rulesIn: (folder: string) => IgnoreRules | undefined): boolean {
  const segments = path.split('/')
  for (let length = 1; length <= segments.length; length += 1) {
    const isFolder = length < segments.length
    for (let depth = length - 1; depth >= 0; depth -= 1) {
      const rules = rulesIn(segments.slice(0, depth).join('/'))
      const verdict = rules?.verdictOn(segments.slice(depth, length).join('/'), isFolder)
      if (verdict === true) return true
      if (verdict === false) break
    }
  }
  return false
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
