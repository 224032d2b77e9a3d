/** Workloads have a namespace of their own. */
import type { Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { fieldAt, isPod } from '../read/pod.ts'
import { judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'
import { podExample } from './examples.ts'

const judge = judgeBy(
  'metadata.namespace is set and not default',
  'write metadata.namespace, or namespace in the kustomization',
)

export const control: Control = {
  id: 'CTR-22',
  sources: ['kubernetes', 'terraform'],
  applies: isPod,
  check: judgeNamespace,
  page: {
    why: 'Rights, limits and network rules hold by namespace; in default everything shares those of everything.',
    good: [podExample([])],
    bad: [
      {
        file: 'k8s/pod.yaml',
        text: 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: api\nspec:\n  containers:\n    - name: api\n      image: ghcr.io/campus/api:2.4.1\n',
      },
    ],
  },
}

function judgeNamespace(resource: Resource): Verdict {
  const namespace = fieldAt(resource, '', 'metadata', 'namespace')
  if (namespace === undefined) return judge.fail('no namespace is named, which is default')
  if (!namespace.known) return judge.unknown(`namespace ${namespace.why}`, namespace)
  const name = textOf(namespace.value)
  return name === '' || name === 'default'
    ? judge.fail('the namespace is default', namespace)
    : judge.pass(`the namespace is ${name}`, namespace)
}
