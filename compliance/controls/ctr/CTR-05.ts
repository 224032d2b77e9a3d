/** The root file system of containers cannot be written. */
import type { Control } from '../control.ts'
import { isTask, isWorkload, judgeContainers } from '../read/workload.ts'
import { isTrue, judgeBy, judgeValue } from '../verdict.ts'

const judge = judgeBy(
  'the root file system is read-only',
  'set read_only: true (readonlyRootFilesystem in ECS) and a tmpfs for what must be written',
)

export const control: Control = {
  id: 'CTR-05',
  sources: ['compose', 'terraform'],
  applies: isWorkload,
  check: (resource) => {
    const rule = (path: string) => ({ path, accepts: isTrue, absent: 'fail' as const })
    if (!isTask(resource)) return judgeValue(judge, resource, rule('read_only'))
    return judgeContainers(judge, resource, (path) =>
      judgeValue(judge, resource, rule(`${path}.readonlyRootFilesystem`)),
    )
  },
}
