/** How controls read AWS Backup: which plan covers a store. */
import {
  attributeOf,
  childrenOf,
  knownValueOf,
  pathOf,
  type Evidence,
  type Resource,
} from '../../evidence.ts'
import { textOf } from '../text.ts'
import { inRoot } from './neighbours.ts'
import { attachedTo, refersTo, tagOf } from './terraform.ts'

export type Answer = 'yes' | 'no' | 'maybe'

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
  const answers = inRoot(evidence, store, 'aws_backup_selection').map((selection) => ({
    selection,
    answer: selects(selection, store, evidence),
  }))
  const of = (wanted: Answer) =>
    answers.filter(({ answer }) => answer === wanted).map(({ selection }) => selection)
  return { certain: of('yes'), possible: of('maybe') }
}

/** Lists the plans a selection may belong to. */
export function plansOf(selection: Resource, evidence: Evidence): readonly Resource[] {
  const plans = inRoot(evidence, selection, 'aws_backup_plan')
  return plans.filter((plan) => refersTo(attributeOf(selection, 'plan_id'), plan) !== 'no')
}

/** True for a plan that copies what it keeps to another vault. */
export function copies(plan: Resource): boolean {
  return childrenOf(plan, 'rule').some((rule) => attributeOf(plan, `${rule}.copy_action`) !== undefined)
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

/** Resources or tags, either is enough; conditions narrow what both give. */
function selects(selection: Resource, store: Resource, evidence: Evidence): Answer {
  const byName = bestOf(childrenOf(selection, 'resources').map((path) => names(selection, path, store)))
  const byTag = bestOf(
    childrenOf(selection, 'selection_tag').map((path) => tags(selection, path, [store, evidence])),
  )
  const hidden = ['resources', 'selection_tag'].some((path) => {
    const whole = attributeOf(selection, path)
    return whole?.known === false && childrenOf(selection, path).length === 0
  })
  const answer = bestOf([byName, byTag, hidden ? 'maybe' : 'no'])
  if (answer === 'no' || attributeOf(selection, 'condition') === undefined) return answer
  const conditions = childrenOf(selection, 'condition.0').flatMap((operator) =>
    childrenOf(selection, operator),
  )
  const verdicts = conditions.map((path) =>
    path.includes('string_equals') ? tags(selection, path, [store, evidence]) : ('maybe' as const),
  )
  if (verdicts.includes('no')) return 'no'
  return verdicts.includes('maybe') ? 'maybe' : answer
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

/** A condition of a selection names the tag as `aws:ResourceTag/Backup`. */
function tags(selection: Resource, path: string, [store, evidence]: readonly [Resource, Evidence]): Answer {
  const key = knownValueOf(selection, `${path}.key`)
  const value = knownValueOf(selection, `${path}.value`)
  if (typeof key !== 'string' || value === undefined) return 'maybe'
  const name = key.replace(/^aws:ResourceTag\//, '')
  const own = tagOf(store, evidence, [name])
  if (own !== undefined) return own === value ? 'yes' : 'no'
  const hidden = attributeOf(store, `tags.${pathOf(name)}`)
  return hidden?.known === false ? 'maybe' : 'no'
}

function bestOf(answers: readonly Answer[]): Answer {
  if (answers.includes('yes')) return 'yes'
  return answers.includes('maybe') ? 'maybe' : 'no'
}
