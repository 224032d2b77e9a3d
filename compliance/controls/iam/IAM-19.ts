/** Rights in a cluster name what they are for. */
import { attributeOf, childrenOf, knownValueOf, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'roles name verbs and resources, and no workload is cluster-admin',
  'name the verbs and resources that are used, and bind workloads to a role of their own',
)

export const control: Control = {
  id: 'IAM-19',
  sources: ['kubernetes'],
  page: {
    why: 'A pod whose account may do everything makes every flaw of its program a flaw of the whole cluster.',
    good: [
      {
        kind: 'kubernetes',
        type: 'role',
        attributes: { rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get'] }] },
      },
    ],
    bad: [
      {
        kind: 'kubernetes',
        type: 'clusterrole',
        attributes: { rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }] },
      },
    ],
  },
  applies: ({ kind, type }) =>
    kind === 'kubernetes' && ['role', 'clusterrole', 'rolebinding', 'clusterrolebinding'].includes(type),
  check: (resource) => {
    const whole = attributeOf(resource, '')
    if (whole?.known === false) return judge.unknown(whole.why)
    return resource.type.endsWith('binding') ? judgeBinding(resource) : judgeRules(resource)
  },
}

function judgeRules(role: Resource): Verdict | Verdict[] {
  const rules = childrenOf(role, 'rules')
  const all = attributeOf(role, 'rules')
  if (rules.length === 0) {
    return all?.known === false
      ? judge.unknown(`rules ${all.why}`, all)
      : judge.notApplicable('it has no rule of its own')
  }
  return rules.map((path) => ({ ...judgeRule(role, path), part: path }))
}

function judgeRule(role: Resource, path: string): Verdict {
  const at = attributeOf(role, path)
  for (const name of ['verbs', 'resources']) {
    const values = childrenOf(role, `${path}.${name}`).map((child) => attributeOf(role, child))
    if (values.some((each) => each?.known === true && each.value === '*'))
      return judge.fail(`${name} is *`, at)
    const list = attributeOf(role, `${path}.${name}`)
    if (list?.known === false) return judge.unknown(`${name} ${list.why}`, list)
  }
  return judge.pass('verbs and resources are named', at)
}

/** People may be administrators; what runs by itself, and groups everybody is in, may not. */
function judgeBinding(binding: Resource): Verdict | Verdict[] {
  const role = attributeOf(binding, 'roleRef.name')
  if (role?.known !== true) return judge.unknown(`roleRef ${role?.why ?? 'is not set'}`, role)
  if (role.value !== 'cluster-admin') return judge.pass(`it binds to ${textOf(role.value)}`, role)
  const subjects = childrenOf(binding, 'subjects')
  const all = attributeOf(binding, 'subjects')
  if (subjects.length === 0) {
    return all?.known === false
      ? judge.unknown(`subjects ${all.why}`, all)
      : judge.notApplicable('it binds nobody')
  }
  return subjects.map((path) => {
    const at = attributeOf(binding, path)
    const kind = attributeOf(binding, `${path}.kind`)
    const name = textOf(knownValueOf(binding, `${path}.name`))
    if (kind?.known !== true) return { ...judge.unknown('a subject is not known', at), part: path }
    const isWorkload = kind.value === 'ServiceAccount' || /^system:(?!masters$)/.test(name)
    return isWorkload
      ? { ...judge.fail(`${textOf(kind.value)} ${name} is cluster-admin`, at), part: path }
      : { ...judge.pass(`${textOf(kind.value)} ${name} is a person or a group of them`, at), part: path }
  })
}
