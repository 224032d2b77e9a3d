/**
 * The report as one page that needs nothing else: no script, no font, no picture, and a policy that forbids them.
 * Everything in it that came from a scanned file is escaped: whoever wrote the file must not write this page.
 */
import type { Posture, PostureItem } from '../../contracts/posture.ts'
import { pageStyle } from './page-style.ts'
import { countOf, frameworkLine, inReadingOrder, notesOf, placeOf, scoreLine } from './words.ts'

/** Content Security Policy of the page: its own style and nothing else. */
export const reportPolicy =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

/** Writes the page. */
export function writeHtml(posture: Posture): string {
  const items = inReadingOrder(posture.items)
  const open = items.filter(({ state }) => state === 'fail' || state === 'unknown' || state === 'waived')
  const rest = items.filter((item) => !open.includes(item))
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escape(reportPolicy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Hardening report</title>
<style>${pageStyle}</style>
</head>
<body>
<main>
<h1>Hardening report</h1>
<p class="when">Scanned <time datetime="${escape(posture.scannedAt)}">${escape(posture.scannedAt)}</time></p>
${summary(posture)}
<h2 id="open">What is open</h2>
${open.length === 0 ? '<p>Nothing fails and nothing is unknown.</p>' : open.map(openItem).join('\n')}
<h2 id="frameworks">By framework</h2>
${frameworks(posture)}
${waivers(posture)}
${faults(posture)}
<h2 id="rest">What holds, and what does not apply</h2>
${restTable(rest)}
</main>
</body>
</html>
`
}

function summary(posture: Posture): string {
  const failing = posture.items.filter(({ state }) => state === 'fail')
  const critical = failing.filter(({ severity }) => severity === 'critical').length
  const unknown = posture.items.filter(({ state }) => state === 'unknown').length
  return `<section aria-label="Summary" class="summary">
<ul class="facts">
<li class="${critical > 0 ? 'bad' : 'good'}"><strong>${critical}</strong> critical ${critical === 1 ? 'item fails' : 'items fail'}</li>
<li class="${unknown > 0 ? 'doubt' : 'good'}"><strong>${unknown}</strong> ${unknown === 1 ? 'item is' : 'items are'} unknown</li>
<li><strong>${failing.length}</strong> of ${countOf(posture.items.length, 'item')} fail</li>
</ul>
<p class="score">${escape(scoreLine(posture))}</p>
<ul>${notesOf(posture)
    .map((note) => `<li>${escape(note)}</li>`)
    .join('')}</ul>
</section>`
}

function openItem(item: PostureItem): string {
  const { id, title, severity, state, why, findings, omitted } = item
  const [first] = findings
  return `<article>
<h3><span class="state ${state}">${state}</span> <span class="id">${escape(id)}</span> ${escape(title)}</h3>
<p class="meta">${severity} · ${escape(item.group)}</p>
${why === undefined ? '' : `<p>${escape(why)}</p>`}
${findings.length === 0 ? '' : `<ul class="findings">${findings.map(findingLine).join('')}</ul>`}
${omitted > 0 ? `<p>and ${omitted} more, in the JSON report</p>` : ''}
${first === undefined ? '' : `<p><b>Expected</b> ${escape(first.expected)}</p>`}
${first?.fix === undefined ? '' : `<p><b>To mend</b> ${escape(first.fix)}</p>`}
</article>`
}

function findingLine(finding: PostureItem['findings'][number]): string {
  const kind = finding.waived === true ? 'waived' : finding.status
  return `<li><code>${escape(placeOf(finding))}</code> <span class="resource">${escape(finding.resource)}</span>
<span class="found">${kind === 'unknown' ? 'cannot be decided' : kind === 'waived' ? 'waived' : 'found'}: ${escape(finding.found ?? 'nothing')}</span></li>`
}

function frameworks(posture: Posture): string {
  const rows = posture.frameworks
    .filter(({ mapped }) => mapped > 0)
    .map(
      (framework) =>
        `<li><b>${escape(framework.title)}</b><br>${escape(frameworkLine(framework))}, ${framework.fail} fail</li>`,
    )
  return `<ul class="frameworks">${rows.join('')}</ul>
<p>A control counts as passing only when every item measured for it passes. This says what was measured, and nothing about what was not.</p>`
}

function waivers({ waivers: list }: Posture): string {
  if (list.length === 0) return ''
  const rows = list.map(
    ({ control, resource, owner, approver, reason, expires, state }) =>
      `<li><span class="state ${state}">${state}</span> <b>${escape(control)}</b> ${escape(resource ?? 'every resource')}, until ${escape(expires)}. ${escape(reason)} Owner ${escape(owner)}, approved by ${escape(approver)}.</li>`,
  )
  return `<h2 id="waivers">Waivers</h2>\n<ul>${rows.join('')}</ul>`
}

function faults({ faults: list }: Posture): string {
  if (list.length === 0) return ''
  const rows = list.map(
    ({ file, line, message }) => `<li><code>${escape(`${file}:${line}`)}</code> ${escape(message)}</li>`,
  )
  return `<h2 id="faults">Not read</h2>\n<ul class="findings">${rows.join('')}</ul>`
}

function restTable(items: readonly PostureItem[]): string {
  if (items.length === 0) return '<p>None.</p>'
  const rows = items.map(
    ({ id, title, severity, state, counts }) =>
      `<li><span class="state ${state}">${state === 'pass' ? 'pass' : 'does not apply'}</span> <span class="id">${escape(id)}</span> ${escape(title)} <span class="meta">${severity}${state === 'pass' ? `, ${countOf(counts.pass, 'resource')}` : ''}</span></li>`,
  )
  return `<ul class="rest">${rows.join('')}</ul>`
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Escapes text for content and for quoted attributes; characters that would move text around are shown. */
function escape(text: string): string {
  return text
    .replace(/[&<>"']/g, (character) => entities[character] ?? character)
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '\ufffd')
}
