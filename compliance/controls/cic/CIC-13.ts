/** What is installed is what was tested, and somebody looks for newer versions. */
import { attributeOf, childrenOf, knownValueOf, type Resource } from '../../evidence.ts'
import { hasOption, programOf, programWords, type ShellCommand } from '../../gather/shell/command.ts'
import type { Control, Mend, Verdict } from '../control.ts'
import { mended } from '../read/mend.ts'
import { isWorkflow, jobsOf } from '../read/workflow.ts'
import { isFalse, judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'
import { stepsExample } from './examples.ts'

const judge = judgeBy(
  'a lock file is committed, pipelines install from it, and a bot proposes updates',
  'commit the lock file, run npm ci (yarn install --immutable, pip install --require-hashes), add .github/dependabot.yml',
)

/** Manifests, and the files that lock what they ask for. */
const locks: readonly (readonly [manifest: RegExp, lock: RegExp])[] = [
  [
    /(?:^|\/)package\.json$/,
    /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?)$/,
  ],
  [
    /(?:^|\/)pyproject\.toml$/,
    /(?:^|\/)(?:poetry\.lock|uv\.lock|pdm\.lock|requirements[\w.-]*\.(?:txt|lock))$/,
  ],
  [/(?:^|\/)Pipfile$/, /(?:^|\/)Pipfile\.lock$/],
  [/(?:^|\/)Cargo\.toml$/, /(?:^|\/)Cargo\.lock$/],
  [/(?:^|\/)go\.mod$/, /(?:^|\/)go\.sum$/],
  [/(?:^|\/)Gemfile$/, /(?:^|\/)Gemfile\.lock$/],
  [/(?:^|\/)composer\.json$/, /(?:^|\/)composer\.lock$/],
]
const bot =
  /(?:^|\/)(?:\.github\/dependabot\.ya?ml|\.?renovate(?:rc)?(?:\.json5?)?|\.github\/renovate\.json5?|\.gitlab\/renovate\.json5?)$/

export const control: Control = {
  id: 'CIC-13',
  sources: ['workflow', 'repository'],
  applies: (resource) => isWorkflow(resource) || (resource.kind === 'repository' && resource.type === 'tree'),
  check: (resource) => (isWorkflow(resource) ? judgeWorkflow(resource) : judgeTree(resource)),
  page: {
    why: 'Without a lock every build takes what was published last, tested by nobody; with one and no bot it takes holes closed long ago.',
    good: [stepsExample('run: npm ci')],
    bad: [stepsExample('run: npm install'), stepsExample('run: yarn install')],
  },
}

function judgeWorkflow(workflow: Resource): Verdict | readonly Verdict[] {
  const verdicts = jobsOf(workflow).flatMap(({ steps }) =>
    steps.flatMap(({ commands, attribute, path }) => {
      const installs = commands.map(installIn).filter((each) => each !== undefined)
      const wrong = installs.find((each) => !each.isLocked)
      if (installs.length === 0) return []
      return wrong === undefined
        ? [{ ...judge.pass('it installs what is locked', attribute), part: path }]
        : [
            {
              ...mended(
                judge.fail(`${wrong.text} takes what is newest`, attribute),
                ...locking(workflow, path),
              ),
              part: path,
            },
          ]
    }),
  )
  if (verdicts.length > 0) return verdicts
  const whole = attributeOf(workflow, 'jobs')
  return whole?.known === false && jobsOf(workflow).length === 0
    ? judge.unknown(`jobs ${whole.why}`, whole)
    : judge.notApplicable('it installs no dependencies')
}

/** npm has a command of its own for it; in a pipeline of GitLab the script stands elsewhere. */
function locking(workflow: Resource, path: string): readonly Mend[] {
  const [platform, run] = [knownValueOf(workflow, 'platform'), knownValueOf(workflow, `${path}.run`)]
  if (platform !== 'github' || typeof run !== 'string' || !/^npm (?:install|i)$/.test(run.trim())) return []
  return [{ set: `${path}.run`, to: 'npm ci' }]
}

function installIn(command: ShellCommand): { text: string; isLocked: boolean } | undefined {
  const program = programOf(command)
  const [, verb = '', ...rest] = programWords(command)
  const text = `${program} ${verb}`.trim()
  const names = rest.filter((word) => !word.startsWith('-'))
  if (/^pip3?$/.test(program) && verb === 'install' && hasOption(command, '-r', '--requirement')) {
    return { text, isLocked: hasOption(command, '--require-hashes') }
  }
  // A program by its name is a tool of the pipeline, not a dependency of the house.
  if (names.length > 0 || hasOption(command, '-g', '--global')) return undefined
  if (program === 'npm' && /^(?:ci|clean-install)$/.test(verb)) return { text, isLocked: true }
  if (program === 'npm' && /^(?:install|i|add)$/.test(verb)) return { text, isLocked: false }
  const freezes = hasOption(command, '--frozen-lockfile', '--immutable')
  if (program === 'yarn' && (verb === '' || verb === 'install' || verb.startsWith('--')))
    return { text, isLocked: freezes }
  // In a pipeline pnpm keeps to the lock file unless it is told not to.
  if (program === 'pnpm' && /^(?:install|i)$/.test(verb))
    return { text, isLocked: !hasOption(command, '--no-frozen-lockfile') }
  if (program === 'bundle' && verb === 'install') return { text, isLocked: true }
  return program === 'poetry' && /^(?:install|sync)$/.test(verb) ? { text, isLocked: true } : undefined
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1)
}

/** The folder of a file and all above it: `a/b/c` → `a/b/`, `a/` and the top. */
function foldersAround(path: string): readonly string[] {
  const parts = path.split('/').slice(0, -1)
  return ['', ...parts.map((_, at) => `${parts.slice(0, at + 1).join('/')}/`)]
}

/** All folders of a repository: a lock file of a folder above counts, as for workspaces. */
function judgeTree(tree: Resource): Verdict | readonly Verdict[] {
  const whole = attributeOf(tree, 'paths')
  if (whole?.known !== true || !Array.isArray(whole.value))
    return judge.unknown('the files are not known', whole)
  const isTop = attributeOf(tree, 'is_top')
  if (isTop !== undefined && isTop.known && isFalse(isTop.value))
    return judge.notApplicable('it is part of a repository')
  const paths = childrenOf(tree, 'paths').map((path) => textOf(knownValueOf(tree, path)))
  const locked = new Map(
    locks.map(([, lock]) => [lock, new Set(paths.filter((path) => lock.test(path)).map(folderOf))]),
  )
  const unlocked = paths.filter((path) => {
    const lock = locks.find(([manifest]) => manifest.test(path))?.[1]
    const folders = lock === undefined ? undefined : locked.get(lock)
    return folders !== undefined && !foldersAround(path).some((folder) => folders.has(folder))
  })
  const manifests = paths.filter((path) => locks.some(([manifest]) => manifest.test(path)))
  if (manifests.length === 0) return judge.notApplicable('it has no dependencies that are known', whole)
  const verdicts: Verdict[] = unlocked.map((path) => ({
    ...judge.fail(`${path} has no lock file`),
    part: path,
  }))
  const hasBot = paths.some((path) => bot.test(path))
  verdicts.push({
    ...(hasBot ? judge.pass('a bot proposes updates') : judge.fail('no bot proposes updates')),
    part: 'bot',
  })
  return verdicts
}
