/**
 * The report as one page that needs nothing else: no script, no font, no picture, and a policy that forbids them. From
 * a control of a framework to the lines of a file it takes three clicks: the framework, the item, the finding.
 */
import type { Posture } from '../../contracts/posture.ts'
import { changeLines } from './changes.ts'
import { filterBoxes, filterStyle } from './html-filters.ts'
import { frameworkSections } from './html-frameworks.ts'
import { openItem, restList } from './html-items.ts'
import { escape } from './html-text.ts'
import { pageStyle } from './page-style.ts'
import { countOf, inReadingOrder, notesOf, scoreLine } from './words.ts'

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
<style>${pageStyle}${filterStyle(open)}</style>
</head>
<body>
<main>
<h1>Hardening report</h1>
<p class="when">Scanned <time datetime="${escape(posture.scannedAt)}">${escape(posture.scannedAt)}</time></p>
${summary(posture)}
${changes(posture)}
<h2 id="open">What is open</h2>
${open.length === 0 ? '<p>Nothing fails and nothing is unknown.</p>' : `${filterBoxes(open)}\n${open.map(openItem).join('\n')}`}
<h2 id="frameworks">By framework</h2>
${frameworkSections(posture)}
${waivers(posture)}
${faults(posture)}
<h2 id="rest">What holds, and what does not apply</h2>
${restList(rest)}
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

function changes(posture: Posture): string {
  const lines = changeLines(posture)
  if (lines.length === 0) return ''
  const rows = lines.map((line) => `<li>${escape(line)}</li>`)
  return `<h2 id="changes">What changed since the scan before</h2>\n<ul>${rows.join('')}</ul>`
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
