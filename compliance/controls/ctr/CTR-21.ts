/** A pod gets no token of the cluster it does not use. */
import { attributeOf, childrenOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { mended } from '../read/mend.ts'
import { oncePerScan } from '../read/once.ts'
import { fieldAt, fieldOf, isPod, podPathOf } from '../read/pod.ts'
import { isFalse, judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'
import { podExample } from './examples.ts'

const judge = judgeBy(
  'automountServiceAccountToken is false, or the account of the pod has rights it uses',
  'set automountServiceAccountToken: false in the pod or its ServiceAccount',
)

export const control: Control = {
  id: 'CTR-21',
  sources: ['kubernetes', 'terraform'],
  applies: isPod,
  check: judgePodToken,
  page: {
    why: 'A token lies in every container by default; who breaks into one asks the cluster with it what else there is.',
    good: [podExample([], ['automountServiceAccountToken: false'])],
    bad: [podExample([]), podExample([], ['automountServiceAccountToken: true'])],
  },
}

function judgePodToken(resource: Resource, evidence: Evidence): Verdict {
  const pod = podPathOf(resource)
  const mount = fieldAt(resource, pod, 'automountServiceAccountToken')
  if (mount?.known === false) return judge.unknown(`automountServiceAccountToken ${mount.why}`, mount)
  if (mount !== undefined && isFalse(mount.value)) return judge.pass('no token is mounted', mount)
  const account = fieldAt(resource, pod, 'serviceAccountName')
  if (account?.known === false) return judge.unknown(`serviceAccountName ${account.why}`, account)
  const name = account === undefined ? 'default' : textOf(account.value)
  const key = `${namespaceOf(resource)}/${name}`
  // Accounts of Kubernetes are known by their manifests; of Terraform none are looked for.
  const { accounts, bound } = clusterOf(evidence)
  const own = resource.kind === 'kubernetes' ? accounts.get(key) : undefined
  const byAccount = own === undefined ? undefined : attributeOf(own, 'automountServiceAccountToken')
  if (mount === undefined && byAccount !== undefined) {
    if (!byAccount.known) return judge.unknown(`automountServiceAccountToken ${byAccount.why}`, byAccount)
    if (isFalse(byAccount.value)) return judge.pass(`ServiceAccount ${name} mounts no token`, account)
  }
  if (name !== 'default' && resource.kind === 'kubernetes' && bound.has(key)) {
    return judge.pass(`ServiceAccount ${name} has rights of its own`, account)
  }
  const mend = { set: fieldOf(resource, pod, 'automountServiceAccountToken'), to: false }
  return mended(judge.fail(`the token of ${name} is mounted`, mount ?? account), mend)
}

/** Accounts by namespace and name, and those that a binding gives rights to. */
const clusterOf = oncePerScan(({ resources }) => {
  const accounts = new Map<string, Resource>()
  const bound = new Set<string>()
  for (const resource of resources) {
    if (resource.kind !== 'kubernetes') continue
    if (resource.type === 'serviceaccount')
      accounts.set(`${namespaceOf(resource)}/${resource.name}`, resource)
    if (!/^(?:cluster)?rolebinding$/.test(resource.type)) continue
    for (const subject of childrenOf(resource, 'subjects')) {
      const space = textOf(knownValueOf(resource, `${subject}.namespace`)) || namespaceOf(resource)
      bound.add(`${space}/${textOf(knownValueOf(resource, `${subject}.name`))}`)
    }
  }
  return { accounts, bound }
})

function namespaceOf(resource: Resource): string {
  return textOf(knownValueOf(resource, 'metadata.namespace') ?? 'default')
}
