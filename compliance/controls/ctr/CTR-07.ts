/** Containers cannot take all the processors of the host. */
import type { Control } from '../control.ts'
import { isService } from '../read/compose.ts'
import { judgeLimit } from '../read/limit.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy('a processor limit is set', 'set cpus')

export const control: Control = {
  id: 'CTR-07',
  sources: ['compose'],
  applies: isService,
  check: (resource) => judgeLimit(judge, resource, ['cpus', 'deploy.resources.limits.cpus', 'cpu_quota']),
}
