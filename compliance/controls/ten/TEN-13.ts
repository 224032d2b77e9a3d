/** A tenant cannot use up what all share. */
import { attributeOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { mended } from '../read/mend.ts'
import { ofKind } from '../read/of-kind.ts'
import { textOf } from '../text.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'the namespace of a tenant has a ResourceQuota and a LimitRange',
  'add both to the namespace, with the sizes of the tenant’s tier',
)

const namespace = `apiVersion: v1
kind: Namespace
metadata:
  name: tenant-north
  labels:
    tenant: north
`
const quota = `---
apiVersion: v1
kind: ResourceQuota
metadata:
  name: tier
  namespace: tenant-north
spec:
  hard:
    requests.cpu: '4'
    requests.memory: 8Gi
    persistentvolumeclaims: '5'
---
apiVersion: v1
kind: LimitRange
metadata:
  name: tier
  namespace: tenant-north
spec:
  limits:
    - type: Container
      default: { cpu: 500m, memory: 512Mi }
`

export const control: Control = {
  id: 'TEN-13',
  sources: ['kubernetes'],
  page: {
    why: 'Without a quota the busiest school, or one runaway job, takes memory and disks from all others.',
    good: [{ file: 'tenant.yaml', text: `${namespace}${quota}` }],
    bad: [{ file: 'tenant.yaml', text: namespace }],
  },
  applies: ({ kind, type }) => kind === 'kubernetes' && type === 'namespace',
  check: judgeNamespace,
}

function judgeNamespace(resource: Resource, evidence: Evidence): Verdict | readonly Verdict[] {
  const written = attributeOf(resource, 'metadata.name')
  if (written?.known !== true) return judge.unknown(`its name ${written?.why ?? 'is not written'}`, written)
  const name = textOf(written.value)
  const labels = ['tenant', 'tenant_id', 'tenant-id', 'tenantId']
  const isTenants =
    /^tenants?-|-tenants?(-|$)/.test(name) ||
    labels.some((label) => attributeOf(resource, `metadata.labels.${label}`) !== undefined)
  if (!isTenants) return judge.notApplicable('it is no tenant’s')
  return (['resourcequota', 'limitrange'] as const).map((type) => {
    const found = ofKind(evidence, 'kubernetes', type).find(
      (each) => knownValueOf(each, 'metadata.namespace') === name,
    )
    return found === undefined
      ? { ...mended(judge.fail(`${name} has no ${type}`), { after: limits(type, name) }), part: type }
      : { ...judge.pass(`${found.address} limits it`, found.position), part: type }
  })
}

/** The smallest tier: whoever has a larger one raises it. */
function limits(type: 'resourcequota' | 'limitrange', name: string): string {
  const head = (kind: string) =>
    `---\napiVersion: v1\nkind: ${kind}\nmetadata:\n  name: tier\n  namespace: ${name}\n`
  return type === 'resourcequota'
    ? `${head('ResourceQuota')}spec:\n  hard:\n    requests.cpu: '4'\n    requests.memory: 8Gi\n    persistentvolumeclaims: '5'\n`
    : `${head('LimitRange')}spec:\n  limits:\n    - type: Container\n      default:\n        cpu: 500m\n        memory: 512Mi\n`
}
