/** A panel that has nothing to show says so. */
import { h } from '../web/dom.ts'
import type { Panel } from './dashboard.ts'
import type { Draw } from './drawing.ts'

/** Writes the panel's own words for no data. */
export function emptyBody({ field }: Pick<Panel, 'field'>): Draw {
  return (body) => {
    body.append(h('p', { class: 'chart-empty' }, field.noValue))
    return undefined
  }
}
