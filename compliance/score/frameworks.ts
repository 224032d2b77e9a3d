/** The same items seen by framework: a control of a framework holds only when every item that maps to it does. */
import { frameworkIds, type FrameworkId, type PostureFramework } from '../../contracts/posture.ts'
import { frameworks } from '../framework-criteria.ts'
import type { JudgedItem } from './judged.ts'

type ControlState = PostureFramework['controls'][number]['state']

/**
 * Groups items by framework and control; items that do not apply take no part.
 *
 * @param outside items that this scan could not look at: what maps to one of them is unknown unless it fails
 */
export function viewFrameworks(
  items: readonly JudgedItem[],
  outside: readonly Pick<JudgedItem, 'item'>[],
): PostureFramework[] {
  return frameworkIds.map((id) => {
    const controls = new Map<string, { state: ControlState; items: string[]; isMeasured: boolean }>()
    const add = (mapped: readonly (string | number)[], itemId: string, state: ControlState | 'outside') => {
      for (const section of mapped) {
        const key = String(section)
        const before = controls.get(key) ?? { state: 'pass', items: [], isMeasured: false }
        const next = state === 'outside' ? 'unknown' : state
        controls.set(key, {
          state: worse(before.state, next),
          items: [...before.items, itemId],
          isMeasured: before.isMeasured || state !== 'outside',
        })
      }
    }
    for (const judged of items) {
      const { item, state } = judged
      if (state !== 'not-applicable') add(item.map[id] ?? [], item.id, controlState(judged))
    }
    for (const { item } of outside) add(item.map[id] ?? [], item.id, 'outside')
    const measured = [...controls].filter(([, control]) => control.isMeasured).sort(byName)
    return summarise(
      id,
      measured.map(([control, { state, items: mapped }]) => ({ id: control, state, items: mapped })),
    )
  })
}

function summarise(id: FrameworkId, controls: PostureFramework['controls']): PostureFramework {
  const count = (state: ControlState) => controls.filter((control) => control.state === state).length
  return {
    id,
    title: frameworks[id].title,
    mapped: controls.length,
    pass: count('pass'),
    fail: count('fail'),
    unknown: count('unknown'),
    controls,
  }
}

/** A waived failure is still a failure for a framework, also beside what is unknown. */
function controlState({ state, judgements }: JudgedItem): ControlState {
  if (state === 'pass') return state
  return state === 'unknown' && !judgements.some((each) => each.state === 'waived') ? 'unknown' : 'fail'
}

function worse(left: ControlState, right: ControlState): ControlState {
  const order = ['fail', 'unknown', 'pass'] as const
  return order.find((state) => state === left || state === right) ?? 'unknown'
}

const names = new Intl.Collator('en', { numeric: true })

function byName([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number {
  return names.compare(left, right)
}
