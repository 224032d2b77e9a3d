/** The score of the last hardening scan: an interval, what holds it down, every item with its evidence, and the scans before. */
import type { Posture } from '../../../contracts/posture.ts'
import type { PostureView } from '../../sources/shapes.ts'
import { h, numbers, svg, table, type Child } from '../dom.ts'
import { count, figure, moment, percent, seconds } from '../format.ts'
import { tag } from '../levels.ts'
import { live } from '../live.ts'
import { emptyState, sentence } from '../problem.ts'
import type { View } from '../router.ts'
import { itemSections } from './posture-items.ts'
import { postureNotes } from './posture-notes.ts'
import { pastScans } from './posture-past.ts'

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
  const { posture: shown, past } = view
  const notes = postureNotes(shown)
  return [
    scoreCard(shown),
    notes.length > 0 &&
      h(
        'section',
        { class: 'card' },
        h('h2', {}, 'How to read it'),
        h(
          'ul',
          { class: 'lines' },
          notes.map((note) => h('li', {}, note)),
        ),
      ),
    frameworks(shown),
    itemSections(shown.items),
    pastScans(past),
    waivers(shown),
    sources(shown),
  ]
}

function scoreCard({ score, scannedAt, durationMillis, ruleset, items }: Posture): HTMLElement {
  const { low, high, grade } = score
  const failing = items.filter(({ state }) => state === 'fail').length
  const unknown = items.filter(({ state }) => state === 'unknown').length
  return h(
    'section',
    { class: 'card' },
    h('h2', {}, 'Score'),
    h(
      'p',
      { class: 'score' },
      h('strong', {}, low === high ? figure(low) : `${figure(low)} to ${figure(high)}`),
      ' of 100 ',
      tag(grade === 'unverified' ? 'unverified' : `grade ${grade}`, gradeKind(grade)),
    ),
    scoreBar(low, high),
    h(
      'p',
      { class: 'soft' },
      'The lower end counts as failed what could not be decided; only that end is published. A score says how much of a checklist holds, and nothing about any law.',
    ),
    h(
      'dl',
      { class: 'figures' },
      fact('Items that fail', count(failing)),
      fact('Undecided', count(unknown)),
      fact('Judged', percent(score.coverageRatio)),
      fact('Waived', percent(score.waivedRatio)),
    ),
    h(
      'p',
      { class: 'soft' },
      `Scanned ${moment(scannedAt)} in ${seconds(durationMillis / 1_000)}, rules ${ruleset}.`,
    ),
  )
}

function gradeKind(grade: Posture['score']['grade']): 'green' | 'amber' | 'red' | 'plain' {
  if (grade === 'unverified') return 'plain'
  if (grade === 'A' || grade === 'B') return 'green'
  return grade === 'C' ? 'amber' : 'red'
}

/** What is certain solid, what is possible striped; the figures above say the same in words. */
function scoreBar(low: number, high: number): SVGElement {
  return svg(
    'svg',
    { class: 'score-bar', 'aria-hidden': 'true' },
    svg('rect', { class: 'all', x: 0, y: 0, width: '100%', height: 14, rx: 4 }),
    svg('rect', { class: 'possible', x: 0, y: 0, width: `${high}%`, height: 14, rx: 4 }),
    svg('rect', { class: 'certain', x: 0, y: 0, width: `${low}%`, height: 14, rx: 4 }),
  )
}

function fact(name: string, value: string): HTMLElement {
  return h('div', {}, h('dt', {}, name), h('dd', {}, value))
}

function frameworks({ frameworks: list }: Posture): HTMLElement {
  return h(
    'section',
    { class: 'card' },
    h('h2', {}, 'Frameworks'),
    list.length === 0
      ? emptyState('No control is mapped', 'The scan looked at nothing that a framework names.')
      : table({
          caption: 'Frameworks',
          columns: [
            { text: 'Framework', isLong: true },
            'Result',
            numbers('Fail'),
            numbers('Unknown'),
            'Controls that do not pass',
          ],
          rows: list.map(({ title, mapped, pass, fail, unknown, controls }) => [
            title,
            `${pass} of ${mapped} mapped controls pass`,
            count(fail),
            count(unknown),
            controls
              .filter(({ state }) => state !== 'pass')
              .map(({ id }) => id)
              .join(', ') || '–',
          ]),
        }),
  )
}

function waivers({ waivers: list }: Posture): Child {
  if (list.length === 0) return false
  return h(
    'section',
    { class: 'card' },
    h('h2', {}, 'Waivers'),
    table({
      caption: 'Waivers',
      columns: ['Item', { text: 'State', onPhone: 'beside' }, 'Reason', 'Owner', 'Approved by', 'Until'],
      rows: list.map(({ control, resource, state, reason, owner, approver, expires }) => [
        resource === undefined ? control : `${control} ${resource}`,
        tag(state, state === 'expired' ? 'red' : 'plain'),
        reason,
        owner,
        approver,
        expires,
      ]),
    }),
  )
}

function sources({ sources: list, read, faults }: Posture): HTMLElement {
  return h(
    'section',
    { class: 'card' },
    h('h2', {}, 'What was looked at'),
    table({
      caption: 'Sources',
      columns: ['Source', numbers('Resources'), numbers('Not read')],
      rows: list.map(({ source, resources, faults: missing }) => [source, count(resources), count(missing)]),
    }),
    faults.length > 0 &&
      h(
        'ul',
        { class: 'lines' },
        faults.map(({ file, line, message }) =>
          h('li', {}, h('span', { class: 'mono' }, `${file}:${line}`), sentence(message)),
        ),
      ),
    read.length > 0 &&
      h(
        'details',
        { 'data-keep': 'read' },
        h('summary', {}, `${count(read.length)} files and doors that were read`),
        h('pre', { tabindex: 0 }, read.join('\n')),
      ),
  )
}
