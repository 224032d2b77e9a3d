/**
 * A file of rules as one resource `rules`, with what promtool would refuse under `problems`, one `rule_group` per
 * group, and one `alert` or `record` per rule with what is written, `group`, `for_seconds` and, under `query`, the
 * facts of its expression.
 */
import type { Position, Resource } from '../../evidence.ts'
import { readYamlDocuments } from '../compose/document.ts'
import type { FileBytes } from '../module/source.ts'
import { secondsOf } from '../promql/duration.ts'
import { factsOf } from '../promql/facts.ts'
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
import { rulesShape } from './shapes.ts'
import { templateFaultOf } from './template.ts'

/** Reads one file of rules; never throws. */
export function gatherRules({ file, bytes }: FileBytes): Gathered {
  const { roots, faults } = readYamlDocuments(file, Buffer.from(bytes).toString('utf8'))
  const [root = valueOfJson({})] = roots
  const top: Position = { file, startLine: 1, endLine: 1 }
  const groups = itemsOf(entryOf(root, 'groups'))
  const read = groups.map((group) => readGroup(group, top))
  const torn = faults.map(({ message, ...at }): Problem => ({ message: `no YAML: ${message}`, at }))
  const problems = [
    ...torn,
    ...problemsOf(root, rulesShape),
    ...repeatedNames(groups),
    ...read.flatMap((each) => each.problems),
  ]
  const identity = { kind: 'prometheus', type: 'rules', name: fileNameOf(file), address: 'rules' } as const
  const value: Value = { ...withEntries(valueOfJson({}), { problems: problemsValue(problems) }), at: top }
  const resources = read.flatMap((each) => each.resources)
  return { resources: [resourceFrom(identity, value, top), ...resources], faults }
}

interface ReadPart {
  readonly resources: readonly Resource[]
  readonly problems: readonly Problem[]
}

function readGroup(group: Value, top: Position): ReadPart {
  const name = plainText(entryOf(group, 'name')) ?? ''
  const seen = new Map<string, number>()
  const parts = itemsOf(entryOf(group, 'rules')).map((rule) => readRule(rule, { group: name, top, seen }))
  const identity = {
    kind: 'prometheus',
    type: 'rule_group',
    name,
    address: `rule_group.${name}`,
  } as const
  const own = withEntries(valueOfJson({}), {
    name: valueOfJson(name),
    interval: entryOf(group, 'interval') ?? valueOfJson(null),
    rules: valueOfJson(parts.length),
  })
  const placed = group.at === undefined ? own : { ...own, at: group.at }
  return {
    resources: [resourceFrom(identity, placed, top), ...parts.flatMap(({ resources }) => resources)],
    problems: parts.flatMap(({ problems }) => problems),
  }
}

interface Around {
  readonly group: string
  readonly top: Position
  /** How often a name came in this group: two rules may share one. */
  readonly seen: Map<string, number>
}

function readRule(rule: Value, { group, top, seen }: Around): ReadPart {
  const [alert, record] = [plainText(entryOf(rule, 'alert')), plainText(entryOf(rule, 'record'))]
  const type = alert === undefined ? 'record' : 'alert'
  const name = alert ?? record ?? ''
  const count = (seen.get(name) ?? 0) + 1
  seen.set(name, count)
  const expr = entryOf(rule, 'expr')
  const text = plainText(expr)
  const facts = text === undefined ? undefined : factsOf(text)
  const place = expr?.at ?? rule.at ?? top
  const value = withEntries(rule, {
    group: valueOfJson(group),
    query: { ...queryValue(facts, expr), at: place },
    for_seconds: valueOfJson(secondsOf(plainText(entryOf(rule, 'for')) ?? '0') ?? null),
  })
  const address = `${type}.${group}.${name}${count === 1 ? '' : `.${count}`}`
  const problems = ruleProblems(rule, { alert, record })
  if (typeof facts?.['fault'] === 'string') {
    problems.push({ message: `${name}: expr ${facts['fault']}`, at: place })
  }
  return { resources: [resourceFrom({ kind: 'prometheus', type, name, address }, value, top)], problems }
}

function queryValue(facts: ReturnType<typeof factsOf> | undefined, expr: Value | undefined): Value {
  if (facts === undefined) {
    const why = expr?.kind === 'unknown' ? expr.why : 'there is no expression'
    return { kind: 'unknown', why }
  }
  return typeof facts['unread'] === 'string'
    ? { kind: 'unknown', why: `the expression is ${facts['unread']}` }
    : valueOfJson(facts)
}

const metricName = /^[A-Za-z_:][\w:]*$/

function ruleProblems(
  rule: Value,
  { alert, record }: { readonly alert: string | undefined; readonly record: string | undefined },
): Problem[] {
  const place = rule.at === undefined ? {} : { at: rule.at }
  const has = (key: string) => entryOf(rule, key) !== undefined
  const messages: string[] = []
  if ((alert ?? '') === '' && (record ?? '') === '') messages.push("one of 'record' or 'alert' must be set")
  if ((alert ?? '') !== '' && (record ?? '') !== '') {
    messages.push("only one of 'record' and 'alert' must be set")
  }
  if (record !== undefined && alert === undefined) {
    if (!metricName.test(record)) messages.push(`invalid recording rule name: ${record}`)
    for (const key of ['for', 'keep_firing_for', 'annotations']) {
      if (has(key)) messages.push(`invalid field '${key}' in recording rule ${record}`)
    }
  }
  const texts = ['labels', 'annotations'].flatMap((key) => {
    const map = entryOf(rule, key)
    return map?.kind === 'map' ? [...map.entries] : []
  })
  for (const [key, text] of texts) {
    const fault = templateFaultOf(plainText(text) ?? '')
    if (fault !== undefined) messages.push(`${alert ?? record ?? ''}: ${key}: ${fault}`)
  }
  return messages.map((message) => ({ message, ...place }))
}

function repeatedNames(groups: readonly Value[]): Problem[] {
  const seen = new Set<string>()
  return groups.flatMap((group): Problem[] => {
    const name = plainText(entryOf(group, 'name'))
    if (name === undefined || !seen.has(name)) {
      if (name !== undefined) seen.add(name)
      return []
    }
    const message = `groupname: "${name}" is repeated in the same file`
    return [{ message, ...(group.at === undefined ? {} : { at: group.at }) }]
  })
}
