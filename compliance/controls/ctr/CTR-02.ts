/** No container has the rights of the host. */
import { attributeOf, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { mended } from '../read/mend.ts'
import { fieldOf, isPod, judgePod } from '../read/pod.ts'
import { isTask, isWorkload, judgeContainers } from '../read/workload.ts'
import { isFalse, judgeBy, judgeValue } from '../verdict.ts'
import { composeExample, podExample } from './examples.ts'

const judge = judgeBy(
  'privileged is false or not set',
  'remove privileged and add the one capability it needs',
)

export const control: Control = {
  id: 'CTR-02',
  sources: ['compose', 'terraform', 'kubernetes', 'ecs'],
  applies: (resource) => isWorkload(resource) || isPod(resource),
  check: (resource) => {
    if (isPod(resource)) {
      return judgePod(judge, resource, (container) =>
        judgeFlag(resource, fieldOf(resource, container, 'securityContext', 'privileged')),
      )
    }
    return isTask(resource) ? judgeTask(resource) : judgeFlag(resource, 'privileged')
  },
  page: {
    why: 'A privileged container sees every device of its host and can load code into the kernel: whoever takes it has the host.',
    good: [composeExample('cap_drop: [ALL]', 'cap_add: [NET_BIND_SERVICE]'), podExample([])],
    bad: [composeExample('privileged: true'), podExample(['securityContext: { privileged: true }'])],
  },
}

function judgeFlag(resource: Resource, path: string): Verdict {
  return mended(judgeValue(judge, resource, { path, accepts: isFalse, absent: 'pass' }), { remove: path })
}

function judgeTask(resource: Resource): Verdict {
  const compatibilities = attributeOf(resource, 'requires_compatibilities')
  const verdict = judgeContainers(judge, resource, (path) =>
    judgeValue(judge, resource, { path: `${path}.privileged`, accepts: isFalse, absent: 'pass' }),
  )
  const isFargate = compatibilities?.known === true && JSON.stringify(compatibilities.value) === '["FARGATE"]'
  return isFargate && verdict.status === 'unknown'
    ? judge.pass('Fargate runs no privileged containers', compatibilities)
    : verdict
}
