/** In every namespace with pods nothing is let in or out that no policy names. */
import { attributeOf, childrenOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Mend, Verdict } from '../control.ts'
import { isNetworkPolicy, makesPods, namespaceOf, peersOf } from '../read/manifest.ts'
import { mended } from '../read/mend.ts'
import { ofKind } from '../read/of-kind.ts'
import { oncePerScan } from '../read/once.ts'
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
  const stances = stancesIn(evidence)
  const own = (stances.get(namespace) ?? []).filter((each) => belongTogether(each.policy, resource))
  const missing = directions.filter((each) => !isDenied(own, each))
  if (missing.length === 0) return judge.pass(`${namespace} denies by default`)
  return stances.has('')
    ? judge.unknown('the namespace of a policy is not known')
    : mended(
        judge.fail(`nothing in ${namespace} denies ${missing.join(' and ').toLowerCase()} by default`),
        ...added(namespace),
      )
}

/** Policies add up: what one denies by default another lets in again. */
function isDenied(stances: readonly Stance[], direction: Direction): boolean {
  const said = stances.map((each) => each.says[direction])
  return said.includes('denies') && !said.includes('allows')
}

/** Folders of different environments are applied to different clusters. */
function belongTogether({ position: left }: Resource, { position: right }: Resource): boolean {
  const [one, other] = [left.file, right.file].map(
    (file) => /(?:^|\/)(dev\w*|test|stag\w*|uat|qa|prod\w*|live|sandbox)\//i.exec(file)?.[1],
  )
  return one === undefined || other === undefined || one.toLowerCase() === other.toLowerCase()
}

/** One document beside it; a name that stands already is the same policy. */
function added(namespace: string): readonly Mend[] {
  return [{ after: `---\n${policyOf(namespace)}` }]
}

/** What a policy for all pods says of what comes in and goes out. */
interface Stance {
  readonly policy: Resource
  readonly says: Readonly<Record<Direction, 'denies' | 'allows' | 'nothing'>>
}

/** By namespace; under the empty name what may be of any. */
const stancesIn = oncePerScan((evidence) =>
  Map.groupBy(
    ofKind(evidence, 'kubernetes', 'networkpolicy')
      .filter(isNetworkPolicy)
      .map((policy): Stance => ({
        policy,
        says: { Ingress: sayOf(policy, 'Ingress'), Egress: sayOf(policy, 'Egress') },
      })),
    ({ policy }) => namespaceOf(policy) ?? '',
  ),
)

function sayOf(policy: Resource, direction: Direction): 'denies' | 'allows' | 'nothing' {
  const selector = attributeOf(policy, 'spec.podSelector')
  if (selector?.known !== true || !['{}', 'null', ''].includes(textOf(selector.value))) return 'nothing'
  const types = attributeOf(policy, 'spec.policyTypes')
  const path = `spec.${direction.toLowerCase()}`
  const rules = attributeOf(policy, path)
  // Without policyTypes it is about what comes in, and about what goes out where it says something of that.
  const isAbout =
    types === undefined
      ? direction === 'Ingress' || rules !== undefined
      : JSON.stringify(valueOf(types)).includes(`"${direction}"`)
  if (!isAbout || (rules?.known === false && childrenOf(policy, path).length === 0)) return 'nothing'
  const peers = childrenOf(policy, path).map((rule) =>
    peersOf(policy, rule, direction === 'Ingress' ? 'from' : 'to'),
  )
  if (peers.includes('everybody') || peers.includes('cluster')) return 'allows'
  return peers.includes('unknown') ? 'nothing' : 'denies'
}

function valueOf(attribute: NonNullable<ReturnType<typeof attributeOf>>) {
  return attribute.known ? attribute.value : null
}
