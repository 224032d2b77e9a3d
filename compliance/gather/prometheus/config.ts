/**
 * `prometheus.yml` as one resource `config`, with what promtool would refuse under `problems`, and one `scrape_job` per
 * job with `interval_seconds` and `timeout_seconds` as they take effect.
 */
import type { Position, Resource } from '../../evidence.ts'
import { readYamlDocuments } from '../compose/document.ts'
import type { FileSet } from '../file-reader.ts'
import type { FileBytes } from '../module/source.ts'
import { secondsOf } from '../promql/duration.ts'
import { problemsOf, type Problem } from '../shapes/shape.ts'
import {
  entryOf,
  fileNameOf,
  itemsOf,
  plainText,
  problemsValue,
  resourceFrom,
  withEntries,
} from '../shapes/values.ts'
import type { Gathered } from '../terraform.ts'
import { valueOfJson, type Value } from '../value.ts'
import { configShape } from './shapes.ts'

/** What Prometheus does where nothing is written (its documentation, "global"). */
const defaultIntervalSeconds = 60
const defaultTimeoutSeconds = 10

/** Reads one configuration; never throws. */
export function gatherConfig({ file, bytes }: FileBytes, files: FileSet): Gathered {
  const { roots, faults } = readYamlDocuments(file, Buffer.from(bytes).toString('utf8'))
  const [root = valueOfJson({})] = roots
  const top: Position = { file, startLine: 1, endLine: 1 }
  const torn = faults.map(({ message, ...at }): Problem => ({ message: `no YAML: ${message}`, at }))
  const problems = [
    ...torn,
    ...problemsOf(root, configShape),
    ...jobProblems(root),
    ...missingRules(root, file, files),
  ]
  const jobs = itemsOf(entryOf(root, 'scrape_configs')).map((job) => jobResource(job, root, top))
  const value = withEntries(root, {
    problems: problemsValue(problems),
    has_rules: valueOfJson(itemsOf(entryOf(root, 'rule_files')).length > 0),
  })
  const identity = { kind: 'prometheus', type: 'config', name: fileNameOf(file), address: 'config' } as const
  return { resources: [resourceFrom(identity, { ...value, at: top }, top), ...jobs], faults }
}

function jobResource(job: Value, root: Value, top: Position): Resource {
  const { intervalSeconds, timeoutSeconds } = timingOf(job, root)
  const name = plainText(entryOf(job, 'job_name')) ?? ''
  const value = withEntries(job, {
    interval_seconds: valueOfJson(intervalSeconds),
    timeout_seconds: valueOfJson(timeoutSeconds),
  })
  const identity = {
    kind: 'prometheus',
    type: 'scrape_job',
    name,
    address: `scrape_job.${name}`,
  } as const
  return resourceFrom(identity, value, top)
}

function timingOf(job: Value, root: Value) {
  const global = entryOf(root, 'global')
  const of = (key: string) => secondsOf(plainText(entryOf(job, key)) ?? plainText(entryOf(global, key)) ?? '')
  const intervalSeconds = of('scrape_interval') ?? defaultIntervalSeconds
  // A default timeout longer than the interval is cut to it.
  const timeoutSeconds = of('scrape_timeout') ?? Math.min(defaultTimeoutSeconds, intervalSeconds)
  return { intervalSeconds, timeoutSeconds }
}

function jobProblems(root: Value): Problem[] {
  const seen = new Set<string>()
  return itemsOf(entryOf(root, 'scrape_configs')).flatMap((job): Problem[] => {
    const place = job.at === undefined ? {} : { at: job.at }
    const name = plainText(entryOf(job, 'job_name'))
    const { intervalSeconds, timeoutSeconds } = timingOf(job, root)
    const problems: Problem[] = []
    if (name !== undefined && seen.has(name)) {
      problems.push({ message: `found multiple scrape configs with job name ${name}`, ...place })
    }
    if (name !== undefined) seen.add(name)
    if (timeoutSeconds > intervalSeconds && entryOf(job, 'scrape_timeout') !== undefined) {
      problems.push({
        message: `scrape timeout greater than scrape interval for ${name ?? 'a job'}`,
        ...place,
      })
    }
    return problems
  })
}

/** A file that is named without a pattern must be there; one elsewhere on the machine is nobody's to see. */
function missingRules(root: Value, file: string, { paths }: FileSet): Problem[] {
  const folder = file.slice(0, file.lastIndexOf('/') + 1)
  const known = new Set(paths)
  return itemsOf(entryOf(root, 'rule_files')).flatMap((item): Problem[] => {
    const path = plainText(item) ?? ''
    if (path === '' || path.startsWith('/') || path.includes('..') || /[*?[\]]/.test(path)) return []
    if (known.has(`${folder}${path.replace(/^\.\//, '')}`)) return []
    return [
      {
        message: `${path} does not point to an existing file`,
        ...(item.at === undefined ? {} : { at: item.at }),
      },
    ]
  })
}
