/** Containers cannot take all the memory of the host. */
import { attributeOf, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { judgeLimit } from '../read/limit.ts'
import { fieldOf, isPod, judgePod } from '../read/pod.ts'
import { isTask, isWorkload, judgeContainers } from '../read/workload.ts'
import { judgeBy } from '../verdict.ts'
import { composeExample, podExample } from './examples.ts'

const judge = judgeBy(
  'a memory limit is set',
  'set mem_limit (resources.limits.memory in a pod, memory in a task)',
)

export const control: Control = {
  id: 'CTR-06',
  sources: ['compose', 'kubernetes', 'ecs', 'terraform'],
  applies: (resource) => isWorkload(resource) || isPod(resource),
  check: (resource) => {
    if (isPod(resource)) {
      const check = (container: string) =>
        judgeLimit(judge, resource, [fieldOf(resource, container, 'resources', 'limits', 'memory')])
      return judgePod(judge, resource, check, { isNeeded: true })
    }
    return isTask(resource)
      ? judgeTask(resource)
      : judgeLimit(judge, resource, ['mem_limit', 'deploy.resources.limits.memory'])
  },
  page: {
    why: 'One leak in one service otherwise takes the memory of all others on the host, and the kernel chooses which of them dies.',
    good: [composeExample('mem_limit: 256m'), podExample(['resources: { limits: { memory: 256Mi } }'])],
    bad: [composeExample('mem_limit: 0'), podExample(['resources: { requests: { memory: 256Mi } }'])],
  },
}

/** The limit of the task holds for all of its containers together. */
function judgeTask(resource: Resource): Verdict {
  const whole = attributeOf(resource, 'memory')
  if (whole?.known === true && whole.value !== null) return judgeLimit(judge, resource, ['memory'])
  return judgeContainers(judge, resource, (path) => {
    const verdict = judgeLimit(judge, resource, [`${path}.memory`, `${path}.memoryReservation`])
    return verdict.status === 'fail' && whole?.known === false
      ? judge.unknown(`memory ${whole.why}`, whole)
      : verdict
  })
}
