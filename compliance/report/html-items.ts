/** Items and findings of the report page: each finding opens to the lines of its file. */
import type { PostureFinding, PostureItem } from '../../contracts/posture.ts'
import { escape } from './html-text.ts'
import { countOf, placeOf } from './words.ts'

/** Findings shown per item; a page of thousands is read by nobody. */
const shownPerItem = 50

/** Draws an item that is open. */
export function openItem(item: PostureItem): string {
  const { id, title, severity, state, why, findings, omitted, peers = [] } = item
  const [first] = findings
  const left = Math.max(0, findings.length - shownPerItem) + omitted
  return `<article id="item-${escape(id)}" data-state="${state}" data-severity="${severity}" data-group="${escape(id.slice(0, 3))}">
<h3><span class="state ${state}">${state}</span> <span class="id">${escape(id)}</span> ${escape(title)}</h3>
<p class="meta">${severity} · ${escape(item.group)}${mappings(item)}</p>
${why === undefined ? '' : `<p>${escape(why)}</p>`}
${findings.slice(0, shownPerItem).map(findingBlock).join('\n')}
${left > 0 ? `<p>and ${left} more, in the JSON report</p>` : ''}
${first === undefined ? '' : `<p><b>Expected</b> ${escape(first.expected)}</p>`}
${first?.fix === undefined ? '' : `<p><b>To mend</b> ${escape(first.fix)}</p>`}
${peers.length === 0 ? '' : `<p class="meta">Comparable checks: ${peers.map(escape).join(', ')}</p>`}
</article>`
}

function mappings({ map = {} }: PostureItem): string {
  return Object.entries(map)
    .map(([framework, sections]) => ` · ${escape(framework)} ${sections.map(escape).join(', ')}`)
    .join('')
}

function findingBlock(finding: PostureFinding): string {
  const { id, resource, found = 'nothing', status, waived, trace = [], part } = finding
  const kind = status === 'unknown' ? 'cannot be decided' : waived === true ? 'waived' : 'found'
  return `<details class="finding" id="${escape(id)}">
<summary><code>${escape(placeOf(finding))}</code> <span class="resource">${escape(resource)}</span>
<span class="found">${kind}: ${escape(found)}</span></summary>
${excerptBlock(finding)}
${trace.length === 0 ? '' : `<p>Known from:</p><ol>${trace.map((step) => `<li>${escape(step)}</li>`).join('')}</ol>`}
<p class="meta">${escape(id)}${part === undefined ? '' : ` · ${escape(part)}`}</p>
</details>`
}

function excerptBlock({ excerpt, location }: PostureFinding): string {
  if (excerpt === undefined || location === undefined) return '<p>There are no lines of a file to show.</p>'
  const lines = excerpt.lines.map((line, at) => {
    const number = excerpt.startLine + at
    const text = `${String(number).padStart(5, ' ')}  ${escape(line)}`
    return number >= location.startLine && number <= location.endLine ? `<b class="hit">${text}</b>` : text
  })
  return `<pre><code>${lines.join('\n')}</code></pre>`
}

/** Lists the items that hold or do not apply. */
export function restList(items: readonly PostureItem[]): string {
  if (items.length === 0) return '<p>None.</p>'
  const rows = items.map((item) => restLine(item) + settledBlock(item) + '</li>')
  return `<ul class="rest">${rows.join('')}</ul>`
}

function restLine({ id, title, severity, state, counts, why }: PostureItem): string {
  return `<li id="item-${escape(id)}"><span class="state ${state}">${state === 'pass' ? 'pass' : 'does not apply'}</span> <span class="id">${escape(id)}</span> ${escape(title)} <span class="meta">${severity}${state === 'pass' ? `, ${countOf(counts.pass, 'resource')}` : why === undefined ? '' : `, ${escape(why)}`}</span>`
}

/** Names what was looked at: whoever doubts a pass may draw a sample. */
function settledBlock({ settled = [], settledOmitted = 0 }: PostureItem): string {
  if (settled.length === 0) return ''
  const left = Math.max(0, settled.length - shownPerItem) + settledOmitted
  const rows = settled.slice(0, shownPerItem).map(({ resource, status, file, line = 1, found }) => {
    const place = file === undefined ? '' : `<code>${escape(`${file}:${line}`)}</code> `
    const why = found === undefined ? '' : ` <span class="found">${escape(found)}</span>`
    return `<li>${place}<span class="resource">${escape(resource)}</span> ${status === 'pass' ? 'passes' : 'does not apply'}${why}</li>`
  })
  const more = left > 0 ? `<li>and ${left} more, in the JSON report</li>` : ''
  return `<details><summary>What was looked at</summary><ul>${rows.join('')}${more}</ul></details>`
}
