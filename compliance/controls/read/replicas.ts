/** How controls read what Kubernetes runs several copies of. */
import {
  attributeOf,
  childrenOf,
  knownValueOf,
  lastSegmentOf,
  pathOf,
  type Attribute,
  type Evidence,
  type Resource,
} from '../../evidence.ts'
import type { Verdict } from '../control.ts'
import { textOf } from '../text.ts'
import type { Judge } from '../verdict.ts'
import type { Answer } from './certainty.ts'
import { inFolder } from './neighbours.ts'
import { oncePerScan } from './once.ts'
import { judgeSettingOf } from './setting.ts'

/** True for what runs copies of one pod. */
export function isReplicated({ kind, type }: Resource): boolean {
  return kind === 'kubernetes' && (type === 'deployment' || type === 'statefulset')
}

interface Asked {
  readonly evidence: Evidence
  readonly least: number
}

/** Judges copies, how they stand apart, and what keeps some of them up while machines are emptied. */
export function judgeReplicas(
  judge: Judge,
  workload: Resource,
  { evidence, least }: Asked,
): readonly Verdict[] {
  const whole = attributeOf(workload, '')
  if (whole?.known === false) return [judge.unknown(whole.why)]
  const beside = besideIn(workload, evidence)
  const grown = beside.scalers.get(nameOf(workload))
  const floor = Number(grown === undefined ? 0 : (knownValueOf(grown, 'spec.minReplicas') ?? 1))
  return [
    judgeSettingOf(judge, workload, {
      path: 'spec.replicas',
      accepts: (value) => Number(value) >= least || floor >= least,
      // Without it there is one.
      absent: floor >= least ? 'pass' : 'fail',
      to: least,
    }),
    { ...judgeSpread(judge, workload), part: 'spread' },
    { ...judgeBudget(judge, workload, candidatesOf(workload, beside)), part: 'budget' },
  ]
}

function nameOf(resource: Resource): unknown {
  return knownValueOf(resource, 'metadata.name') ?? resource.name
}

/** What keeps the workloads of a folder up, found once for all of them. */
interface Beside {
  /** Autoscalers by the name of what they scale. */
  readonly scalers: ReadonlyMap<unknown, Resource>
  /** Budgets by one of the labels they ask for. */
  readonly budgets: ReadonlyMap<string, readonly Resource[]>
  /** Budgets that select by what is not one plain label. */
  readonly open: readonly Resource[]
}

const folders = oncePerScan(() => new Map<readonly Resource[], Beside>())

function besideIn(workload: Resource, evidence: Evidence): Beside {
  const folder = inFolder(evidence, workload)
  const known = folders(evidence)
  const beside = known.get(folder) ?? indexed(folder.filter(({ kind }) => kind === 'kubernetes'))
  known.set(folder, beside)
  return beside
}

function indexed(folder: readonly Resource[]): Beside {
  const scalers = new Map<unknown, Resource>()
  const budgets = new Map<string, Resource[]>()
  const open: Resource[] = []
  for (const each of folder) {
    const target = knownValueOf(each, 'spec.scaleTargetRef.name')
    if (each.type === 'horizontalpodautoscaler' && !scalers.has(target)) scalers.set(target, each)
    if (each.type !== 'poddisruptionbudget') continue
    const label = firstLabelOf(each)
    const same = label === undefined ? open : (budgets.get(label) ?? [])
    same.push(each)
    if (label !== undefined) budgets.set(label, same)
  }
  return { scalers, budgets, open }
}

/** The first label a budget asks for, where all it asks for are labels that are known. */
function firstLabelOf(budget: Resource): string | undefined {
  if (attributeOf(budget, 'spec.selector.matchExpressions') !== undefined) return undefined
  const labels = childrenOf(budget, matchLabels)
  const values = labels.map((label) => knownValueOf(budget, label))
  const [first] = labels
  return first === undefined || values.includes(undefined)
    ? undefined
    : labelText(lastSegmentOf(first), values[0])
}

function labelText(name: string, value: unknown): string {
  return JSON.stringify([name, value])
}

/** The budgets that may select a workload; where its labels are not known, one of each is enough to doubt. */
function candidatesOf(workload: Resource, { budgets, open }: Beside): readonly Resource[] {
  const labels = 'spec.template.metadata.labels'
  const own = childrenOf(workload, labels).flatMap(
    (path) => budgets.get(labelText(lastSegmentOf(path), knownValueOf(workload, path))) ?? [],
  )
  const isHidden = attributeOf(workload, labels)?.known === false
  const doubtful = isHidden ? [...budgets.values()].slice(0, 1).flat().slice(0, 1) : []
  return [...own, ...open, ...doubtful]
}

const zone = /^(?:topology\.kubernetes\.io|failure-domain\.beta\.kubernetes\.io)\/zone$/

/** A constraint or a rule of its pods that is about zones; one about machines leaves them in one zone. */
function judgeSpread(judge: Judge, workload: Resource): Verdict {
  const pod = 'spec.template.spec'
  const found = [`${pod}.topologySpreadConstraints`, `${pod}.affinity.podAntiAffinity`].flatMap((path) => {
    const attribute = attributeOf(workload, path)
    return attribute === undefined ? [] : [{ path, attribute, keys: keysBelow(workload, path) }]
  })
  const apart = found.find(({ keys }) => keys.some((key) => key.known && zone.test(textOf(key.value))))
  if (apart !== undefined) return judge.pass('its pods stand in different zones', apart.attribute)
  const open = found.find(
    ({ attribute, keys }) => keys.some((key) => !key.known) || (!attribute.known && keys.length === 0),
  )
  if (open !== undefined) return judge.unknown(`${open.path} is not known`, open.attribute)
  return judge.fail(
    found.length === 0
      ? 'nothing keeps its pods on different machines and zones'
      : 'nothing keeps its pods in different zones',
    found[0]?.attribute,
  )
}

/** Lists every `topologyKey` below a path. */
function keysBelow(workload: Resource, path: string): readonly Attribute[] {
  return childrenOf(workload, path).flatMap((child) => {
    const own = attributeOf(workload, child)
    if (lastSegmentOf(child) === 'topologyKey') return own === undefined ? [] : [own]
    return keysBelow(workload, child)
  })
}

function judgeBudget(judge: Judge, workload: Resource, budgets: readonly Resource[]): Verdict {
  const answers = budgets.map((budget) => protects(budget, workload))
  if (answers.includes('yes')) return judge.pass('a PodDisruptionBudget selects it')
  return answers.includes('maybe')
    ? judge.unknown('a PodDisruptionBudget that is not known may select it')
    : judge.fail('no PodDisruptionBudget that keeps a pod up selects its pods')
}

/** In the same namespace, for its pods, and for more than none of them. */
function protects(budget: Resource, workload: Resource): Answer {
  const answers = [sharesNamespace(budget, workload), selects(budget, workload), keepsSome(budget)]
  if (answers.includes('no')) return 'no'
  return answers.includes('maybe') ? 'maybe' : 'yes'
}

/** What names none goes where it is told to when it is applied. */
function sharesNamespace(left: Resource, right: Resource): Answer {
  const [one, other] = [left, right].map((each) => attributeOf(each, 'metadata.namespace'))
  if (one?.known === false || other?.known === false) return 'maybe'
  if (one?.value === other?.value) return 'yes'
  return one === undefined || other === undefined ? 'maybe' : 'no'
}

function keepsSome(budget: Resource): Answer {
  const [least, most] = ['spec.minAvailable', 'spec.maxUnavailable'].map((path) => attributeOf(budget, path))
  if (least?.known === false || most?.known === false) return 'maybe'
  if (least !== undefined) return Number.parseFloat(textOf(least.value)) > 0 ? 'yes' : 'no'
  return most?.value === '100%' ? 'no' : 'yes'
}

const matchLabels = 'spec.selector.matchLabels'

/** Every label the budget asks for is on the pod; expressions are not looked into. */
function selects(budget: Resource, workload: Resource): Answer {
  const labels = childrenOf(budget, matchLabels)
  if (attributeOf(budget, 'spec.selector.matchExpressions') !== undefined) return 'maybe'
  if (labels.length === 0) return selectsWithoutLabels(budget)
  const answers = labels.map((label) => {
    const asked = attributeOf(budget, label)
    const own = attributeOf(workload, pathOf('spec', 'template', 'metadata', 'labels', lastSegmentOf(label)))
    if (asked?.known === false || own?.known === false) return 'maybe' as const
    return asked?.value === own?.value ? ('yes' as const) : ('no' as const)
  })
  if (answers.includes('no')) return 'no'
  return answers.includes('maybe') ? 'maybe' : 'yes'
}

/** An empty selector takes every pod of the namespace; none at all takes no pod (policy/v1). */
function selectsWithoutLabels(budget: Resource): Answer {
  const selector = attributeOf(budget, 'spec.selector')
  if (selector === undefined) return 'no'
  return selector.known ? 'yes' : 'maybe'
}
