/** In every namespace with pods nothing is let in or out that no policy names. */
import { attributeOf, childrenOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Mend, Verdict } from '../control.ts'
import { isNetworkPolicy, makesPods, namespaceOf } from '../read/manifest.ts'
import { mended } from '../read/mend.ts'
import { ofKind } from '../read/of-kind.ts'
import { judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'a NetworkPolicy of the namespace selects all pods and denies what no other policy allows, in and out',
  'add a NetworkPolicy with podSelector {} and policyTypes Ingress and Egress',
)

const pod = `apiVersion: v1
kind: Pod
metadata:
  name: api
  namespace: campus
spec:
  containers:
    - name: api
      image: registry.campus.example/api:1.0.0
`
const policyOf = (namespace: string) => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: default-deny
  namespace: ${namespace}
spec:
  podSelector: {}
  policyTypes:
    - Ingress
    - Egress
`

export const control: Control = {
  id: 'NET-16',
  sources: ['kubernetes'],
  page: {
    why: 'Without a policy every pod may talk to every other one in the cluster: one that is taken over reaches all of them.',
    good: [{ file: 'api.yaml', text: `${pod}---\n${policyOf('campus')}` }],
    bad: [{ file: 'api.yaml', text: pod }],
  },
  applies: makesPods,
  check: judgePods,
}

type Direction = 'Ingress' | 'Egress'
const directions: readonly Direction[] = ['Ingress', 'Egress']

function judgePods(resource: Resource, evidence: Evidence): Verdict {
  const hidden = attributeOf(resource, '')
  if (hidden?.known === false) return judge.unknown(hidden.why)
  const namespace = namespaceOf(resource)
  if (namespace === undefined) return judge.unknown('its namespace is not known')
  if (/^kube-(system|public|node-lease)$/.test(namespace))
    return judge.notApplicable(`it belongs to ${namespace}`)
  const denied = deniedIn(evidence)
  const found = denied.get(namespace) ?? new Set()
  const missing = directions.filter((each) => !found.has(each))
  if (missing.length === 0) return judge.pass(`${namespace} denies by default`)
  return denied.get('')?.size !== undefined
    ? judge.unknown('the namespace of a policy is not known')
    : mended(
        judge.fail(`nothing in ${namespace} denies ${missing.join(' and ').toLowerCase()} by default`),
        ...added(namespace),
      )
}

/** One document beside it; a name that stands already is the same policy. */
function added(namespace: string): readonly Mend[] {
  return [{ after: `---\n${policyOf(namespace)}` }]
}

/** What is denied by default, by namespace; under the empty name what may be of any. Found once per scan. */
const known = new WeakMap<Evidence, ReadonlyMap<string, ReadonlySet<Direction>>>()

function deniedIn(evidence: Evidence): ReadonlyMap<string, ReadonlySet<Direction>> {
  const before = known.get(evidence)
  if (before !== undefined) return before
  const found = new Map<string, Set<Direction>>()
  for (const policy of ofKind(evidence, 'kubernetes', 'networkpolicy').filter(isNetworkPolicy)) {
    const namespace = namespaceOf(policy) ?? ''
    const set = found.get(namespace) ?? new Set()
    for (const each of directions) if (denies(policy, each)) set.add(each)
    found.set(namespace, set)
  }
  known.set(evidence, found)
  return found
}

function denies(policy: Resource, direction: Direction): boolean {
  const selector = attributeOf(policy, 'spec.podSelector')
  if (selector?.known !== true || !['{}', 'null', ''].includes(textOf(selector.value))) return false
  const types = attributeOf(policy, 'spec.policyTypes')
  const rules = attributeOf(policy, `spec.${direction.toLowerCase()}`)
  // Without policyTypes it is about what comes in, and about what goes out where it says something of that.
  const isAbout =
    types === undefined
      ? direction === 'Ingress' || rules !== undefined
      : JSON.stringify(valueOf(types)).includes(`"${direction}"`)
  if (!isAbout || rules?.known === false) return false
  const paths = childrenOf(policy, `spec.${direction.toLowerCase()}`)
  return !paths.some((path) => ['{}', 'null', ''].includes(textOf(knownValueOf(policy, path))))
}

function valueOf(attribute: NonNullable<ReturnType<typeof attributeOf>>) {
  return attribute.known ? attribute.value : null
}
