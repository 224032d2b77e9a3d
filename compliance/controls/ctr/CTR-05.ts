/** The root file system of containers cannot be written. */
import type { Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { mended } from '../read/mend.ts'
import { fieldOf, isPod, judgePod } from '../read/pod.ts'
import { isTask, isWorkload, judgeContainers } from '../read/workload.ts'
import { isTrue, judgeBy, judgeValue } from '../verdict.ts'
import { composeExample, podExample } from './examples.ts'

const judge = judgeBy(
  'the root file system is read-only',
  'set read_only: true (readonlyRootFilesystem in ECS, readOnlyRootFilesystem in a pod) and a tmpfs for what must be written',
)

export const control: Control = {
  id: 'CTR-05',
  sources: ['compose', 'terraform', 'kubernetes', 'ecs'],
  applies: (resource) => isWorkload(resource) || isPod(resource),
  check: (resource) => {
    if (isPod(resource)) {
      const check = (container: string) =>
        judgeFlag(resource, fieldOf(resource, container, 'securityContext', 'readOnlyRootFilesystem'))
      return judgePod(judge, resource, check, { isNeeded: true })
    }
    if (!isTask(resource)) return judgeFlag(resource, 'read_only')
    return judgeContainers(judge, resource, (path) =>
      judgeValue(judge, resource, rule(`${path}.readonlyRootFilesystem`)),
    )
  },
  page: {
    why: 'Who gets into a container wants to leave something there: a tool, a changed program. What cannot be written cannot be changed.',
    good: [
      composeExample('read_only: true', 'tmpfs: [/tmp]'),
      podExample(['securityContext: { readOnlyRootFilesystem: true }']),
    ],
    bad: [composeExample('tmpfs: [/tmp]'), podExample([])],
  },
}

function judgeFlag(resource: Resource, path: string): Verdict {
  return mended(judgeValue(judge, resource, rule(path)), { set: path, to: true })
}

function rule(path: string) {
  return { path, accepts: isTrue, absent: 'fail' as const }
}
