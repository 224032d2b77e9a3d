/**
 * Workflows of GitHub Actions: one resource `workflow` per file, one `job` per job, one `step` per step, with what is
 * written. `on` is always a map, `needs` and `runs-on` are always lists; `platform` is `github`.
 */
import type { Position, Resource } from '../../evidence.ts'
import { readYamlDocuments } from '../compose/document.ts'
import type { FileReader } from '../file-reader.ts'
import type { FileBytes } from '../module/source.ts'
import type { Gathered } from '../terraform.ts'
import type { Value } from '../value.ts'
import { listOf, mapOf, nameOfFile, resourceAt, unsupported, type MapValue } from './values.ts'

export const githubReader: FileReader = {
  kind: 'workflow',
  path: /(?:^|\/)\.(?:github|gitea|forgejo)\/workflows\/[^/]+\.ya?ml$|(?:^|\/)action\.ya?ml$/i,
  recognises: (text) => /^["']?(?:jobs|runs)["']?[ \t]*:/m.test(text),
  read: gatherGithub,
}

/** Reads one workflow or composite action; never throws. */
export function gatherGithub({ file, bytes }: FileBytes): Gathered {
  const { roots, faults } = readYamlDocuments(file, Buffer.from(bytes).toString('utf8'))
  const [root] = roots
  const top: Position = { file, startLine: 1, endLine: 1 }
  if (root?.kind !== 'map') {
    return { resources: [], faults: [...faults, unsupported('expected a map at the top', top)] }
  }
  const runs = root.entries.get('runs')
  if (runs?.kind === 'map') return { resources: actionOf(file, runs), faults }
  const jobs = root.entries.get('jobs')
  if (jobs?.kind !== 'map') {
    return { resources: [], faults: [...faults, unsupported('expected jobs', jobs?.at ?? top)] }
  }
  const all = new Map([...jobs.entries].map(([id, job]) => [id, normalized(job)] as const))
  const entries = new Map<string, Value>([
    ...root.entries,
    ['platform', { kind: 'plain', value: 'github' }] as const,
    ['on', mapOf(root.entries.get('on'))] as const,
    ['jobs', { ...jobs, entries: all }] as const,
  ])
  const workflow = resourceAt({ type: 'workflow', name: nameOfFile(file) }, { ...root, entries }, top)
  const inner = [...all].flatMap(([id, job]) => jobResources(id, job, jobs.at ?? top))
  return { resources: [workflow, ...inner], faults }
}

function normalized(job: Value): Value {
  if (job.kind !== 'map') return job
  const entries = new Map(job.entries)
  for (const key of ['needs', 'runs-on']) {
    const value = entries.get(key)
    if (value !== undefined) entries.set(key, listOf(value))
  }
  const environment = entries.get('environment')
  if (environment?.kind === 'plain') entries.set('environment', named(environment))
  return { ...job, entries }
}

/** `environment: production` is `environment: { name: production }`. */
function named(value: Value): Value {
  return {
    kind: 'map',
    entries: new Map([['name', value]]),
    ...(value.at === undefined ? {} : { at: value.at }),
  }
}

function jobResources(id: string, job: Value, around: Position): Resource[] {
  const resource = resourceAt({ type: 'job', name: id }, job, around)
  const steps = job.kind === 'map' ? job.entries.get('steps') : undefined
  return [resource, ...stepResources(id, steps, resource.position)]
}

function stepResources(job: string, steps: Value | undefined, around: Position): Resource[] {
  if (steps?.kind !== 'list') return []
  return steps.items.map((step, index) =>
    resourceAt({ type: 'step', name: `${job}.${index}` }, withJob(step, job), around),
  )
}

function withJob(step: Value, job: string): Value {
  if (step.kind !== 'map') return step
  return { ...step, entries: new Map([...step.entries, ['job', { kind: 'plain', value: job }]]) }
}

/** The steps of a composite action run in the job of whoever uses it. */
function actionOf(file: string, runs: MapValue): Resource[] {
  const around = runs.at ?? { file, startLine: 1, endLine: 1 }
  return stepResources(nameOfFile(file), runs.entries.get('steps'), around)
}
