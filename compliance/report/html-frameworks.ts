/** The frameworks on the report page: from a control of theirs to the items it stands on, and from there to the lines. */
import type { Posture, PostureFramework } from '../../contracts/posture.ts'
import { escape } from './html-text.ts'
import { frameworkLine } from './words.ts'

/** Draws every framework that something was measured for. */
export function frameworkSections(posture: Posture): string {
  const drawn = posture.frameworks.filter(({ mapped }) => mapped > 0).map(section)
  return `${drawn.join('\n')}
<p>A control counts as passing only when every item measured for it passes. This says what was measured, and nothing about what was not.</p>`
}

function section(framework: PostureFramework): string {
  const { id, title, fail, controls, outside = [] } = framework
  const rows = controls.map(
    (control) =>
      `<li><span class="state ${control.state}">${control.state}</span> <b>${escape(control.id)}</b> ${control.items.map(itemLink).join(', ')}</li>`,
  )
  return `<details class="framework" id="framework-${escape(id)}">
<summary><b>${escape(title)}</b><br>${escape(frameworkLine(framework))}, ${fail} fail</summary>
<ul class="controls">${rows.join('')}</ul>
${outside.length === 0 ? '' : `<p class="meta">Measured by nothing here: ${outside.map(escape).join(', ')}</p>`}
</details>`
}

function itemLink(id: string): string {
  return `<a href="#item-${escape(id)}">${escape(id)}</a>`
}
