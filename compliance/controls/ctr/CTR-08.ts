/** Containers cannot start processes without end. */
import type { Control } from '../control.ts'
import { isService } from '../read/compose.ts'
import { judgeLimit } from '../read/limit.ts'
import { mended } from '../read/mend.ts'
import { judgeBy } from '../verdict.ts'
import { composeExample } from './examples.ts'

const judge = judgeBy('a process limit is set', 'set pids_limit')

export const control: Control = {
  id: 'CTR-08',
  sources: ['compose'],
  applies: isService,
  check: (resource) => {
    const path = resource.attributes.has('deploy.resources.limits')
      ? 'deploy.resources.limits.pids'
      : 'pids_limit'
    const verdict = judgeLimit(judge, resource, ['pids_limit', 'deploy.resources.limits.pids'])
    // 128 is what a service of Node or Python never needs; more is a decision of whoever runs it.
    return mended(verdict, { set: path, to: 128 })
  },
  page: {
    why: 'A process that starts copies of itself fills the table of the whole host, and then nobody can log in to end it.',
    good: [
      composeExample('pids_limit: 128'),
      composeExample('deploy: { resources: { limits: { pids: 128 } } }'),
    ],
    bad: [composeExample('mem_limit: 256m'), composeExample('pids_limit: -1')],
  },
}
