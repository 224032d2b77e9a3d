/** Containers cannot start processes without end. */
import type { Control } from '../control.ts'
import { isService } from '../read/compose.ts'
import { judgeLimit } from '../read/limit.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy('a process limit is set', 'set pids_limit')

export const control: Control = {
  id: 'CTR-08',
  sources: ['compose'],
  applies: isService,
  check: (resource) => judgeLimit(judge, resource, ['pids_limit', 'deploy.resources.limits.pids']),
}
