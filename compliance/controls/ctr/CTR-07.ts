/** Containers cannot take all the processors of the host. */
import { attributeOf, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { judgeLimit } from '../read/limit.ts'
import { fieldOf, isPod, judgePod } from '../read/pod.ts'
import { isTask, isWorkload, judgeContainers } from '../read/workload.ts'
import { judgeBy } from '../verdict.ts'
import { composeExample, podExample } from './examples.ts'

const judge = judgeBy(
  'a processor limit or share is set',
  'set cpus (resources.requests.cpu in a pod, cpu in a task)',
)

export const control: Control = {
  id: 'CTR-07',
  sources: ['compose', 'kubernetes', 'ecs', 'terraform'],
  applies: (resource) => isWorkload(resource) || isPod(resource),
  check: (resource) => {
    if (isPod(resource)) {
      const check = (container: string) => {
        const path = (name: string) => fieldOf(resource, container, 'resources', name, 'cpu')
        return judgeLimit(judge, resource, [path('requests'), path('limits')])
      }
      return judgePod(judge, resource, check, { isNeeded: true })
    }
    return isTask(resource)
      ? judgeTask(resource)
      : judgeLimit(judge, resource, ['cpus', 'deploy.resources.limits.cpus', 'cpu_quota', 'cpu_shares'])
  },
  page: {
    why: 'A loop in one service otherwise slows every other one on the host, the one that would show it too.',
    good: [composeExample('cpus: 0.5'), podExample(['resources: { requests: { cpu: 250m } }'])],
    bad: [composeExample('mem_limit: 256m'), podExample(['resources: { limits: { memory: 256Mi } }'])],
  },
}

/** The share of the task holds for all of its containers together. */
function judgeTask(resource: Resource): Verdict {
  const whole = attributeOf(resource, 'cpu')
  if (whole?.known === true && whole.value !== null) return judgeLimit(judge, resource, ['cpu'])
  return judgeContainers(judge, resource, (path) => {
    const verdict = judgeLimit(judge, resource, [`${path}.cpu`])
    return verdict.status === 'fail' && whole?.known === false
      ? judge.unknown(`cpu ${whole.why}`, whole)
      : verdict
  })
}
