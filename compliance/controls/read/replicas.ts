/** How controls read what Kubernetes runs several copies of. */
import {
  attributeOf,
  childrenOf,
  knownValueOf,
  lastSegmentOf,
  pathOf,
  type Evidence,
  type Resource,
} from '../../evidence.ts'
import type { Verdict } from '../control.ts'
import type { Judge } from '../verdict.ts'
import { inFolder } from './neighbours.ts'
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
  const beside = inFolder(evidence, workload).filter(({ kind }) => kind === 'kubernetes')
  const grown = beside.find(
    (each) =>
      each.type === 'horizontalpodautoscaler' &&
      knownValueOf(each, 'spec.scaleTargetRef.name') === nameOf(workload),
  )
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
    { ...judgeBudget(judge, workload, beside), part: 'budget' },
  ]
}

function nameOf(resource: Resource): unknown {
  return knownValueOf(resource, 'metadata.name') ?? resource.name
}

function judgeSpread(judge: Judge, workload: Resource): Verdict {
  const pod = 'spec.template.spec'
  for (const path of [`${pod}.topologySpreadConstraints`, `${pod}.affinity.podAntiAffinity`]) {
    const attribute = attributeOf(workload, path)
    if (attribute === undefined) continue
    if (attribute.known || childrenOf(workload, path).length > 0)
      return judge.pass('its pods stand apart', attribute)
    return judge.unknown(`${path} ${attribute.why}`, attribute)
  }
  return judge.fail('nothing keeps its pods on different machines and zones')
}

function judgeBudget(judge: Judge, workload: Resource, beside: readonly Resource[]): Verdict {
  const budgets = beside.filter(({ type }) => type === 'poddisruptionbudget')
  if (budgets.some((budget) => selects(budget, workload) === 'yes'))
    return judge.pass('a PodDisruptionBudget selects it')
  return budgets.some((budget) => selects(budget, workload) === 'maybe')
    ? judge.unknown('a PodDisruptionBudget that is not known may select it')
    : judge.fail('no PodDisruptionBudget selects its pods')
}

/** Every label the budget asks for is on the pod; expressions are not looked into. */
function selects(budget: Resource, workload: Resource): 'yes' | 'no' | 'maybe' {
  const path = 'spec.selector.matchLabels'
  const labels = childrenOf(budget, path)
  if (attributeOf(budget, 'spec.selector.matchExpressions') !== undefined) return 'maybe'
  if (labels.length === 0) return attributeOf(budget, path)?.known === false ? 'maybe' : 'no'
  const answers = labels.map((label) => {
    const asked = attributeOf(budget, label)
    const own = attributeOf(workload, pathOf('spec', 'template', 'metadata', 'labels', lastSegmentOf(label)))
    if (asked?.known === false || own?.known === false) return 'maybe' as const
    return asked?.value === own?.value ? ('yes' as const) : ('no' as const)
  })
  if (answers.includes('no')) return 'no'
  return answers.includes('maybe') ? 'maybe' : 'yes'
}
