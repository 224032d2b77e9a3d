/** How controls read rules for branches of GitHub: which repository they are of, and whether they hold for its default branch. */
import { attributeOf, childrenOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import { textOf } from '../text.ts'
import { bestOf, type Answer } from './certainty.ts'
import { inRoot } from './neighbours.ts'
import { oncePerScan } from './once.ts'
import { attachedTo, ofType } from './terraform.ts'

export const isProtection = ofType('github_branch_protection', 'github_branch_protection_v3')
export const isRuleset = ofType('github_repository_ruleset', 'github_organization_ruleset')
export const isRepository = ofType('github_repository')

/** Types of rules of one repository, with the attribute that names it. */
const named = [
  ['github_branch_protection', 'repository_id'],
  ['github_branch_protection_v3', 'repository'],
  ['github_repository_ruleset', 'repository'],
] as const

export interface Rules {
  readonly certain: readonly Resource[]
  /** They may be of it. */
  readonly possible: readonly Resource[]
}

/** Lists the rules of a repository; those of its organisation may leave it out. */
export function rulesOf(repository: Resource, evidence: Evidence): Rules {
  const each = named.map(([type, path]) => attachedTo(repository, evidence, { type, path, name: 'name' }))
  return {
    certain: each.flatMap(({ certain }) => certain),
    possible: [
      ...each.flatMap(({ possible }) => possible),
      ...inRoot(evidence, repository, 'github_organization_ruleset'),
    ],
  }
}

/** Tells whether a rule is about the default branch of its repository. */
export function isForDefault(rule: Resource, evidence: Evidence): Answer {
  const branches = defaultsOf(rule, evidence)
  if (isProtection(rule)) return matches(rule, isOld(rule) ? 'branch' : 'pattern', branches)
  const names = 'conditions.0.ref_name.0'
  const taken = listMatches(rule, `${names}.include`, branches)
  const left = listMatches(rule, `${names}.exclude`, branches)
  if (taken === 'no' || left === 'yes') return 'no'
  return taken === 'yes' && left === 'no' ? 'yes' : 'maybe'
}

function isOld({ type }: Resource): boolean {
  return type === 'github_branch_protection_v3'
}

/** Names of the default branch: as it is written for the repository, else those GitHub gives. */
function defaultsOf(rule: Resource, evidence: Evidence): readonly string[] {
  const own = writtenDefaults(evidence).filter(({ holder, path }) => {
    const repository = attributeOf(holder, path)
    const wanted = attributeOf(rule, isProtection(rule) && !isOld(rule) ? 'repository_id' : 'repository')
    if (repository === undefined || wanted === undefined) return false
    if (repository.known && wanted.known) return repository.value === wanted.value
    return (repository.expression ?? '').split('.')[1] === (wanted.expression ?? ' ').split('.')[1]
  })
  return own.length > 0 ? own.map(({ branch }) => branch) : ['main', 'master']
}

const writtenDefaults = oncePerScan(({ resources }) =>
  resources.filter(ofType('github_branch_default')).flatMap((holder) => {
    const branch = knownValueOf(holder, 'branch')
    return typeof branch === 'string' ? [{ holder, path: 'repository', branch }] : []
  }),
)

function listMatches(rule: Resource, path: string, branches: readonly string[]): Answer {
  const whole = attributeOf(rule, path)
  const each = childrenOf(rule, path)
  if (each.length === 0) return whole?.known === false ? 'maybe' : 'no'
  return bestOf(each.map((one) => matches(rule, one, branches)))
}

function matches(rule: Resource, path: string, branches: readonly string[]): Answer {
  const pattern = attributeOf(rule, path)
  if (pattern === undefined) return 'no'
  if (!pattern.known) return 'maybe'
  const text = textOf(pattern.value).replace(/^refs\/heads\//, '')
  if (text === '~ALL' || text === '~DEFAULT_BRANCH') return 'yes'
  return branches.some((branch) => isLike(branch, text)) ? 'yes' : 'no'
}

/** Patterns of fnmatch as GitHub takes them: `*` and `?` stop at a slash, and the names have none. */
function isLike(branch: string, pattern: string): boolean {
  const escaped = pattern.replace(/[.+^${}()|\\]/g, String.raw`\$&`)
  try {
    return new RegExp(`^${escaped.replace(/\*{1,9}/g, '[^/]*').replace(/\?/g, '[^/]')}$`).test(branch)
  } catch {
    return false
  }
}
