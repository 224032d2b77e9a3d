/** SSH is not open to the internet. */
import type { Control } from '../control.ts'
import { holdsRules, judgeWorld } from '../read/world-rules.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'no rule lets 0.0.0.0/0 or ::/0 reach port 22',
  'name the networks that need port 22, or use a session manager instead',
)

export const control: Control = {
  id: 'NET-01',
  sources: ['terraform'],
  applies: holdsRules,
  check: (resource) => judgeWorld(judge, resource, { ports: [22] }),
}
