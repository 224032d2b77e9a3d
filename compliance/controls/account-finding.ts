/** Items about an account as a whole, which only AWS itself can answer: its own finding is taken over while it is fresh. */
import { hubControls } from '../hub/items.ts'
import type { Control, ControlPage } from './control.ts'
import { isHubFinding, judgeHubFinding } from './read/security-hub.ts'
import { judgeBy } from './verdict.ts'

interface AccountItem {
  /** One that `hubControls` names findings for, any of which answers for the item. */
  readonly id: string
  readonly expected: string
  readonly fix: string
  readonly why: string
}

/** Makes the control of an item that AWS answers. */
export function accountControl({ id, expected, fix, why }: AccountItem): Control {
  const findings = hubControls[id] ?? []
  const judge = judgeBy(expected, fix)
  return {
    id,
    sources: ['aws'],
    page: pageOf(why, findings[0] ?? id),
    applies: isHubFinding(...findings),
    check: (resource) => judgeHubFinding(judge, resource),
  }
}

function pageOf(why: string, name: string): ControlPage {
  const example = (status: string) => ({
    kind: 'aws' as const,
    type: 'security-hub-control',
    attributes: { name, status, fresh: true },
  })
  return { why, good: [example('PASSED')], bad: [example('FAILED')] }
}
