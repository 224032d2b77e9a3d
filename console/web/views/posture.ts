/** The score of the last hardening scan. */
import type { PostureView } from '../../sources/shapes.ts'
import { h, type Child } from '../dom.ts'
import { live } from '../live.ts'
import { emptyState, sentence } from '../problem.ts'
import type { View } from '../router.ts'

export const posture: View = {
  path: '/posture',
  title: () => 'Posture',
  open: () => {
    const { element, close } = live<PostureView>({ path: '/api/posture', draw, everyMillis: 10_000 })
    return { element: h('div', { class: 'stack' }, h('h1', {}, 'Posture'), element), ...(close && { close }) }
  },
}

function draw(view: PostureView): Child {
  if (view.state === 'none') {
    return h('div', { class: 'card' }, emptyState('No scan yet', sentence(view.why)))
  }
  return h('pre', { tabindex: 0 }, JSON.stringify(view.posture, null, 2))
}
