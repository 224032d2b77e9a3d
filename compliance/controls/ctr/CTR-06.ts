/** Containers cannot take all the memory of the host. */
import type { Control } from '../control.ts'
import { isService } from '../read/compose.ts'
import { judgeLimit } from '../read/limit.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy('a memory limit is set', 'set mem_limit')

export const control: Control = {
  id: 'CTR-06',
  sources: ['compose'],
  applies: isService,
  check: (resource) => judgeLimit(judge, resource, ['mem_limit', 'deploy.resources.limits.memory']),
}
