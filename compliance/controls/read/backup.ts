/** How controls read AWS Backup: which plan covers a store. */
import {
  attributeOf,
  childrenOf,
  knownValueOf,
  pathOf,
  type Evidence,
  type Json,
  type Resource,
} from '../../evidence.ts'
import { textOf } from '../text.ts'
import { bestOf, type Answer } from './certainty.ts'
import { inRoot, inRootAt, oncePerRoot } from './neighbours.ts'
import { isElsewhere } from './region.ts'
import { addressOf, attachedTo, refersTo, tagOf } from './terraform.ts'

/** Service and kind of resource in an ARN, by type. */
const arns: Readonly<Record<string, readonly [service: string, kind: string]>> = {
  aws_db_instance: ['rds', 'db:'],
  aws_rds_cluster: ['rds', 'cluster:'],
  aws_efs_file_system: ['elasticfilesystem', 'file-system/'],
  aws_ebs_volume: ['ec2', 'volume/'],
  aws_dynamodb_table: ['dynamodb', 'table/'],
  aws_s3_bucket: ['s3', ''],
}

/** Finds the selections that take a store into a plan, and those that may. */
export function selectionsOf(
  store: Resource,
  evidence: Evidence,
): { readonly certain: readonly Resource[]; readonly possible: readonly Resource[] } {
  const answers = candidatesOf(store, evidence).map((selection) => ({
    selection,
    answer: selects(selection, store, evidence),
  }))
  const of = (wanted: Answer) =>
    answers.filter(({ answer }) => answer === wanted).map(({ selection }) => selection)
  return { certain: of('yes'), possible: of('maybe') }
}

/** Selections of one root by what they ask for, so that not every store looks at every one. */
interface Selections {
  /** By address of what they name, without the key of an instance. */
  readonly byAddress: ReadonlyMap<string, readonly Resource[]>
  /** By name of a tag, and its value. */
  readonly byTag: ReadonlyMap<string, ReadonlyMap<Json, readonly Resource[]>>
  /** What names by a pattern, or by what is not known. */
  readonly open: readonly Resource[]
}

const selectionsIn = oncePerRoot((of, evidence) => indexed(inRoot(evidence, of, 'aws_backup_selection')))

function indexed(selections: readonly Resource[]): Selections {
  const byAddress = new Map<string, Resource[]>()
  const byTag = new Map<string, Map<Json, Resource[]>>()
  const open: Resource[] = []
  for (const selection of selections) {
    const addresses = childrenOf(selection, 'resources').map((path) => namedBy(selection, path))
    const pairs = childrenOf(selection, 'selection_tag').map((path) => pairAt(selection, path))
    if (isHidden(selection) || [...addresses, ...pairs].includes(undefined)) open.push(selection)
    for (const address of addresses) if (address !== undefined) push(byAddress, address, selection)
    for (const pair of pairs) {
      if (pair === undefined) continue
      const values = byTag.get(pair.key) ?? new Map<Json, Resource[]>()
      byTag.set(pair.key, values)
      push(values, pair.value, selection)
    }
  }
  return { byAddress, byTag, open }
}

function push<Key>(map: Map<Key, Resource[]>, key: Key, each: Resource): void {
  const before = map.get(key)
  if (before === undefined) map.set(key, [each])
  else before.push(each)
}

/** The selections that may take a store, each once. */
function candidatesOf(store: Resource, evidence: Evidence): readonly Resource[] {
  const { byAddress, byTag, open } = selectionsIn(store, evidence)
  const named = byAddress.get(withoutKeys(store.address)) ?? []
  const tagged = [...byTag].flatMap(([key, values]) => {
    const own = tagOf(store, evidence, [key])
    if (own !== undefined) return values.get(own) ?? []
    // One that may take it is enough to doubt.
    return isTagHidden(store, key) ? ([...values.values()][0]?.slice(0, 1) ?? []) : []
  })
  return [...new Set([...named, ...tagged, ...open])]
}

/** Takes the address that an entry of `resources` names; undefined for a pattern and for what nobody can read. */
function namedBy(selection: Resource, path: string): string | undefined {
  const attribute = attributeOf(selection, path)
  const address = attribute === undefined ? undefined : addressOf(attribute)
  return address === undefined ? undefined : withoutKeys(address)
}

function withoutKeys(address: string): string {
  return address.replace(/\[[^\]]*\]/g, '')
}

/** A condition of a selection names the tag as `aws:ResourceTag/Backup`. */
function pairAt(
  selection: Resource,
  path: string,
): { readonly key: string; readonly value: Json } | undefined {
  const key = knownValueOf(selection, `${path}.key`)
  const value = knownValueOf(selection, `${path}.value`)
  if (typeof key !== 'string' || value === undefined) return undefined
  return { key: key.replace(/^aws:ResourceTag\//, ''), value }
}

/** Lists the plans a selection may belong to. */
export function plansOf(selection: Resource, evidence: Evidence): readonly Resource[] {
  const reference = attributeOf(selection, 'plan_id')
  const named = reference === undefined ? undefined : addressOf(reference)
  const plan = inRootAt(evidence, selection, named)
  if (plan !== undefined) return [plan]
  const plans = inRoot(evidence, selection, 'aws_backup_plan')
  return plans.filter((each) => refersTo(reference, each) !== 'no')
}

/** Tells whether a plan copies what it keeps to another region. */
export function copies(plan: Resource, evidence: Evidence): Answer {
  return bestOf(
    childrenOf(plan, 'rule').flatMap((rule) => {
      const all = attributeOf(plan, `${rule}.copy_action`)
      const each = childrenOf(plan, `${rule}.copy_action`)
      if (each.length === 0) return all?.known === false ? ['maybe' as const] : []
      return each.map((path) =>
        isElsewhere(attributeOf(plan, `${path}.destination_vault_arn`), plan, evidence),
      )
    }),
  )
}

/** True where something of a type refers to a resource for certain. */
export function isFollowed(
  target: Resource,
  evidence: Evidence,
  by: { readonly type: string; readonly path: string; readonly name?: string },
): Answer {
  const { certain, possible } = attachedTo(target, evidence, by)
  if (certain.length > 0) return 'yes'
  return possible.length > 0 ? 'maybe' : 'no'
}

/** Resources or tags, either is enough; conditions narrow what both give, and what is left out stays out. */
function selects(selection: Resource, store: Resource, evidence: Evidence): Answer {
  const byName = bestOf(childrenOf(selection, 'resources').map((path) => names(selection, path, store)))
  const byTag = bestOf(
    childrenOf(selection, 'selection_tag').map((path) => tags(selection, path, [store, evidence])),
  )
  const answer = bestOf([byName, byTag, isHidden(selection) ? 'maybe' : 'no'])
  const verdicts = [answer, isKept(selection, store), meets(selection, store, evidence)]
  if (verdicts.includes('no')) return 'no'
  return verdicts.includes('maybe') ? 'maybe' : 'yes'
}

function isHidden(selection: Resource): boolean {
  return ['resources', 'selection_tag'].some((path) => isOpen(selection, path))
}

/** True for a list of which nothing is known. */
function isOpen(selection: Resource, path: string): boolean {
  return attributeOf(selection, path)?.known === false && childrenOf(selection, path).length === 0
}

/** Tells whether a selection does not leave a store out. */
function isKept(selection: Resource, store: Resource): Answer {
  if (isOpen(selection, 'not_resources')) return 'maybe'
  const left = bestOf(childrenOf(selection, 'not_resources').map((path) => names(selection, path, store)))
  if (left === 'maybe') return 'maybe'
  return left === 'yes' ? 'no' : 'yes'
}

function meets(selection: Resource, store: Resource, evidence: Evidence): Answer {
  if (attributeOf(selection, 'condition') === undefined) return 'yes'
  const conditions = childrenOf(selection, 'condition.0').flatMap((operator) =>
    childrenOf(selection, operator),
  )
  const verdicts = conditions.map((path) =>
    path.includes('string_equals') ? tags(selection, path, [store, evidence]) : ('maybe' as const),
  )
  if (verdicts.includes('no')) return 'no'
  return verdicts.includes('maybe') ? 'maybe' : 'yes'
}

function names(selection: Resource, path: string, store: Resource): Answer {
  const attribute = attributeOf(selection, path)
  if (attribute?.known !== true) return refersTo(attribute, store)
  const [, , service, , , ...rest] = textOf(attribute.value).split(':')
  if (attribute.value === '*') return 'yes'
  const own = arns[store.type]
  if (own === undefined || (service !== '*' && service !== own[0])) return refersTo(attribute, store)
  const kind = rest.join(':')
  return kind === '*' || kind === `${own[1]}*` || service === '*' ? 'yes' : refersTo(attribute, store)
}

function tags(selection: Resource, path: string, [store, evidence]: readonly [Resource, Evidence]): Answer {
  const pair = pairAt(selection, path)
  if (pair === undefined) return 'maybe'
  const own = tagOf(store, evidence, [pair.key])
  if (own !== undefined) return own === pair.value ? 'yes' : 'no'
  return isTagHidden(store, pair.key) ? 'maybe' : 'no'
}

function isTagHidden(store: Resource, name: string): boolean {
  return attributeOf(store, `tags.${pathOf(name)}`)?.known === false
}
