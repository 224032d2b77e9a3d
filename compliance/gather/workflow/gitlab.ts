/**
 * Pipelines of GitLab in the words of a workflow, so that a control reads both: `on` says when it runs, a job is a map
 * with `steps` (one per script, each with `run`), `needs` (all jobs of earlier stages, unless it names its own),
 * `environment.name`, `continue-on-error` for `allow_failure` and `manual` where somebody has to start it; `platform`
 * is `gitlab`. What it includes is a list `include`, and may hold further jobs.
 */
import type { Position, Resource } from '../../evidence.ts'
import { readYamlDocuments } from '../compose/document.ts'
import type { FileReader } from '../file-reader.ts'
import type { FileBytes } from '../module/source.ts'
import type { Gathered } from '../terraform.ts'
import type { Value } from '../value.ts'
import { listOf, plainTexts, resourceAt, unsupported, type MapValue } from './values.ts'

export const gitlabReader: FileReader = {
  kind: 'workflow',
  path: /(?:^|\/)\.gitlab-ci\.ya?ml$|(?:^|\/)\.gitlab\/ci\/[^/]+\.ya?ml$/i,
  read: gatherGitlab,
}

/** Keys at the top that are no jobs. */
const globals: ReadonlySet<string> = new Set(
  'default include stages variables workflow image services before_script after_script cache spec'.split(' '),
)
const defaultStages = ['.pre', 'build', 'test', 'deploy', '.post']
/** Longest chain of `extends`. */
const extendsLimit = 11

/** Reads one pipeline; never throws. */
export function gatherGitlab({ file, bytes }: FileBytes): Gathered {
  const { roots, faults } = readYamlDocuments(file, Buffer.from(bytes).toString('utf8'))
  const root = roots.at(-1)
  const top: Position = { file, startLine: 1, endLine: 1 }
  if (root?.kind !== 'map') {
    return { resources: [], faults: [...faults, unsupported('expected a map at the top', top)] }
  }
  const named = [...root.entries].filter(
    ([key, value]) => !globals.has(key) && !key.startsWith('.') && value.kind === 'map',
  )
  const whole = named.map(([id]) => [id, extended(id, root.entries)] as const)
  const stages = stagesOf(root.entries.get('stages'))
  const jobs = new Map(whole.map(([id, job]) => [id, jobOf(job, { root, stages, all: whole })] as const))
  const include = root.entries.get('include')
  const entries = new Map<string, Value>([
    ['platform', text('gitlab')],
    ['on', { kind: 'map', entries: new Map() }],
    [
      'jobs',
      { kind: 'map', entries: jobs, ...(include === undefined ? {} : { open: 'includes other files' }) },
    ],
    ...(include === undefined ? [] : [['include', listOf(include)] as const]),
  ])
  const workflow = resourceAt({ type: 'workflow', name: 'gitlab' }, { ...root, entries }, top)
  return { resources: [workflow, ...[...jobs].flatMap(([id, job]) => resourcesOf(id, job, top))], faults }
}

function resourcesOf(id: string, job: Value, top: Position): Resource[] {
  const resource = resourceAt({ type: 'job', name: id }, job, top)
  const steps = job.kind === 'map' ? job.entries.get('steps') : undefined
  const items = steps?.kind === 'list' ? steps.items : []
  return [
    resource,
    ...items.map((step, index) =>
      resourceAt({ type: 'step', name: `${id}.${index}` }, step, resource.position),
    ),
  ]
}

/** A job over what it extends, whose entries it takes where it has none of its own. */
function extended(id: string, all: ReadonlyMap<string, Value>, seen: readonly string[] = []): MapValue {
  const own = all.get(id)
  if (own?.kind !== 'map')
    return { kind: 'map', entries: new Map(), open: `extends ${id}, which is not here` }
  const bases = plainTexts(own.entries.get('extends'))
  let { open } = own
  const entries = new Map<string, Value>()
  for (const base of bases) {
    if (seen.includes(base) || seen.length > extendsLimit) continue
    const from = extended(base, all, [...seen, id])
    open ??= from.open
    for (const [key, value] of from.entries) entries.set(key, value)
  }
  for (const [key, value] of own.entries) entries.set(key, value)
  return { ...own, entries, ...(open === undefined ? {} : { open }) }
}

interface Pipeline {
  readonly root: MapValue
  readonly stages: readonly string[]
  readonly all: readonly (readonly [string, MapValue])[]
}

function jobOf(job: MapValue, { root, stages, all }: Pipeline): Value {
  const entries = new Map<string, Value>([...job.entries, ['platform', text('gitlab')]])
  const before = job.entries.get('before_script') ?? inherited(root, 'before_script')
  const scripts = [before, job.entries.get('script'), job.entries.get('after_script')]
  entries.set('steps', { kind: 'list', items: scripts.flatMap(stepsOf) })
  if (!job.entries.has('needs')) {
    const own = stages.indexOf(stageOf(job))
    const earlier = all.filter(([, other]) => stages.indexOf(stageOf(other)) < own).map(([id]) => text(id))
    entries.set('needs', { kind: 'list', items: earlier })
  } else entries.set('needs', { kind: 'list', items: needsOf(job.entries.get('needs')) })
  const environment = job.entries.get('environment')
  if (environment?.kind === 'plain')
    entries.set('environment', { kind: 'map', entries: new Map([['name', environment]]) })
  const failure = job.entries.get('allow_failure')
  if (failure !== undefined) entries.set('continue-on-error', failure)
  const isManual = plainTexts(job.entries.get('when')).includes('manual') || /"manual"/.test(whens(job))
  entries.set('manual', { kind: 'plain', value: isManual })
  return { ...job, entries }
}

/** `needs` names jobs, or maps with a `job`. */
function needsOf(value: Value | undefined): readonly Value[] {
  const list = value === undefined ? undefined : listOf(value)
  if (list?.kind !== 'list') return []
  return list.items.flatMap((item) => (item.kind === 'map' ? (item.entries.get('job') ?? []) : item))
}

function whens(job: MapValue): string {
  const rules = job.entries.get('rules')
  if (rules?.kind !== 'list') return ''
  return JSON.stringify(
    rules.items.flatMap((rule) => (rule.kind === 'map' ? plainTexts(rule.entries.get('when')) : [])),
  )
}

function inherited(root: MapValue, key: string): Value | undefined {
  const byDefault = root.entries.get('default')
  return (byDefault?.kind === 'map' ? byDefault.entries.get(key) : undefined) ?? root.entries.get(key)
}

function stepsOf(script: Value | undefined): readonly Value[] {
  if (script === undefined) return []
  const list = listOf(script)
  if (list.kind !== 'list') return []
  return list.items.map((line) => ({
    kind: 'map',
    entries: new Map([['run', line]]),
    ...(line.at === undefined ? {} : { at: line.at }),
  }))
}

function stagesOf(value: Value | undefined): readonly string[] {
  const named = plainTexts(value)
  return named.length === 0 ? defaultStages : ['.pre', ...named, '.post']
}

function stageOf(job: MapValue): string {
  return plainTexts(job.entries.get('stage'))[0] ?? 'test'
}

function text(value: string): Value {
  return { kind: 'plain', value }
}
