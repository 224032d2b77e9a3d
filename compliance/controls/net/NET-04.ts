/** No rule lets everything in from the internet. */
import type { Control } from '../control.ts'
import { holdsRules, judgeWorld } from '../read/world-rules.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'no rule lets 0.0.0.0/0 or ::/0 reach every port or protocol',
  'open only the ports that are served, to the networks that need them',
)

export const control: Control = {
  id: 'NET-04',
  sources: ['terraform'],
  applies: holdsRules,
  check: (resource) => judgeWorld(judge, resource, { everything: true }),
}
