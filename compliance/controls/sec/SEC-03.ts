/** Files with secrets reach neither git nor an image. */
import { attributeOf, childrenOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { inFile } from '../read/neighbours.ts'
import { isRepository } from '../read/repository.ts'
import { isStage } from '../read/stage.ts'
import { textOf } from '../text.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'git and the builds of images ignore .env and key files, and none is committed',
  'list .env, *.pem and *.key in .gitignore and .dockerignore, remove committed ones and change what was in them',
)

const isFile = isRepository('file')
const isTree = isRepository('tree')

export const control: Control = {
  id: 'SEC-03',
  sources: ['repository', 'dockerfile'],
  page: {
    why: 'What was committed once stays in the history, and what was copied into an image travels with it.',
    good: [
      { file: '.gitignore', text: '.env*\n*.pem\n*.key\nid_*\n' },
      { file: '.env', text: 'DB_PASSWORD=x\n' },
    ],
    bad: [{ file: '.env', text: 'DB_PASSWORD=q8Xw33k\n' }],
  },
  applies: (resource) =>
    isTree(resource) || isStage(resource) || (isFile(resource) && mayBePrivate(resource)),
  check: (resource, evidence) => {
    if (isTree(resource)) return judgeTree(resource)
    return isFile(resource) ? judgeFile(resource) : judgeStage(resource, evidence)
  },
}

function mayBePrivate(resource: Resource): boolean {
  const role = attributeOf(resource, 'role')
  return role?.known !== true || role.value === 'environment' || role.value === 'key'
}

function judgeFile(resource: Resource): Verdict {
  const holds = attributeOf(resource, 'holds_secret')
  const ignored = attributeOf(resource, 'is_ignored')
  if (ignored?.known !== true) return judge.unknown(ignored?.why ?? 'whether git ignores it is not known')
  if (ignored.value === true) return judge.pass('git ignores it')
  if (holds?.known !== true) return judge.unknown(holds?.why ?? 'what it holds is not known')
  return holds.value === true
    ? judge.fail(`${resource.name} is not ignored by git`)
    : judge.notApplicable('it holds nothing secret')
}

const probes = { env: '.env', pem: '*.pem', key: '*.key' } as const

/** Names what a tree or an ignore file does not leave out; undefined where that is not known. */
function takenBy(rules: Resource): string | undefined {
  const answers = Object.entries(probes).map(
    ([name, pattern]) => [pattern, attributeOf(rules, `ignores.${name}`)] as const,
  )
  if (answers.some(([, answer]) => answer?.known !== true)) return undefined
  const open = answers.filter(([, answer]) => answer?.known === true && answer.value !== true)
  return open.map(([pattern]) => pattern).join(', ')
}

/** What no one committed yet and nothing keeps from being committed. */
function judgeTree(resource: Resource): Verdict {
  const open = takenBy(resource)
  if (open === undefined) return judge.unknown('what git ignores is not known')
  if (open === '') return judge.pass('git ignores .env and key files')
  const found = `git does not ignore ${open}`
  return knownValueOf(resource, 'is_top') === true
    ? judge.fail(found)
    : judge.unknown(`${found} here; what is above was not scanned`)
}

/** An image takes everything with it when it copies the whole folder of its build. */
function judgeStage(resource: Resource, evidence: Evidence): Verdict {
  const whole = attributeOf(resource, '')
  if (whole?.known === false) return judge.unknown(whole.why)
  const copies = ['copy', 'add'].flatMap((name) => childrenOf(resource, name))
  const path = copies.find((each) => isWholeFolder(textOf(knownValueOf(resource, each))))
  if (path === undefined) return judge.notApplicable('it copies only what it names')
  const at = attributeOf(resource, path)
  const rules = ignoreFile(resource, evidence)
  if (rules === undefined) {
    return isTopSeen(resource, evidence)
      ? judge.fail('the whole folder is copied, and there is no .dockerignore', at)
      : judge.unknown('its .dockerignore may stand above what was scanned', at)
  }
  const open = takenBy(rules)
  if (open === undefined) return judge.unknown('what .dockerignore leaves out is not known', at)
  return open === ''
    ? judge.pass('.dockerignore leaves .env and key files out', at)
    : judge.fail(`the whole folder is copied, and .dockerignore does not leave out ${open}`, at)
}

function isWholeFolder(line: string): boolean {
  if (/(?:^|\s)--from=/.test(line)) return false
  const words = line.split(/[\s,"'[\]]+/).filter((word) => word !== '' && !word.startsWith('--'))
  return words.slice(0, -1).some((word) => /^(?:\.?\/?|\.?\/?\*)$/.test(word))
}

function ignoreFile(resource: Resource, evidence: Evidence): Resource | undefined {
  const { file } = resource.position
  const candidates = [`${file}.dockerignore`, ...foldersAbove(file).map((folder) => `${folder}.dockerignore`)]
  return candidates.flatMap((path) => standingIn(path, resource, evidence)).find(isFile)
}

function isTopSeen(resource: Resource, evidence: Evidence): boolean {
  return foldersAbove(resource.position.file)
    .flatMap((folder) => [`${folder}.gitignore`, folder.slice(0, -1)])
    .flatMap((path) => standingIn(path, resource, evidence))
    .some((each) => isTree(each) && knownValueOf(each, 'is_top') === true)
}

function standingIn(file: string, resource: Resource, evidence: Evidence): readonly Resource[] {
  return inFile(evidence, { ...resource, position: { ...resource.position, file } })
}

/** `a/b/Dockerfile` → `a/b/`, `a/`, and the folder that was given. */
function foldersAbove(file: string): string[] {
  const segments = file.split('/').slice(0, -1)
  return [...segments.keys()]
    .map((index) => `${segments.slice(0, segments.length - index).join('/')}/`)
    .concat('')
}
