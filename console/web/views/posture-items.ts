/** The items of a posture by their state, each with what was found, where, and how to mend it. */
import type { ItemSeverity, ItemState, PostureItem } from '../../../contracts/posture.ts'
import { h, type Child } from '../dom.ts'
import { count } from '../format.ts'
import { tag } from '../levels.ts'

const titles: readonly (readonly [ItemState, string])[] = [
  ['fail', 'Items that fail'],
  ['unknown', 'Items that could not be decided'],
  ['waived', 'Waived items'],
  ['pass', 'Items that pass'],
  ['not-applicable', 'Items that do not apply'],
]
const severities: readonly ItemSeverity[] = ['critical', 'high', 'medium', 'low']

/** Draws a section for each state that occurs, the worst first. */
export function itemSections(items: readonly PostureItem[]): Child {
  return titles.map(([state, title]) => {
    const found = items.filter((item) => item.state === state)
    if (found.length === 0) return false
    const heading = h('h2', {}, `${title} (${count(found.length)})`)
    const list = h('ul', { class: 'items' }, found.toSorted(bySeverity).map(row))
    return h(
      'section',
      { class: 'card' },
      state === 'pass' || state === 'not-applicable'
        ? h('details', { 'data-keep': state }, h('summary', {}, heading), list)
        : [heading, list],
    )
  })
}

function bySeverity(one: PostureItem, other: PostureItem): number {
  return (
    severities.indexOf(one.severity) - severities.indexOf(other.severity) || one.id.localeCompare(other.id)
  )
}

function row(item: PostureItem): HTMLElement {
  const { id, title, severity, why, findings, omitted } = item
  const head = [
    tag(severity, severityKind(item)),
    h('strong', {}, id),
    h('span', { class: 'item-title' }, title),
    h('span', { class: 'soft' }, why ?? countsOf(item)),
  ]
  if (findings.length === 0) return h('li', { class: 'line' }, head)
  return h(
    'li',
    {},
    h(
      'details',
      { 'data-keep': `item ${id}` },
      h('summary', { class: 'line' }, head),
      h('ul', { class: 'lines' }, findings.map(findingRow)),
      omitted > 0 && h('p', { class: 'soft' }, `And ${count(omitted)} more, in the report of the scan.`),
    ),
  )
}

function severityKind({ severity, state }: PostureItem): 'red' | 'amber' | 'plain' {
  if (state !== 'fail' && state !== 'unknown') return 'plain'
  if (severity === 'critical') return 'red'
  return severity === 'high' ? 'amber' : 'plain'
}

const words = ['fail', 'unknown', 'waived', 'pass'] as const

function countsOf({ counts }: PostureItem): string {
  return words
    .filter((word) => counts[word] > 0)
    .map((word) => `${count(counts[word])} ${word}`)
    .join(', ')
}

function findingRow({ resource, location, status, found, expected, fix }: PostureItem['findings'][number]) {
  return h(
    'li',
    { class: 'finding' },
    h('span', { class: 'mono' }, resource),
    h(
      'dl',
      { class: 'pairs' },
      pair('Where', location && `${location.file}:${location.startLine}`),
      pair('Found', found ?? (status === 'unknown' ? 'could not be decided' : undefined)),
      pair('Expected', expected),
      pair('Mend it', fix),
    ),
  )
}

function pair(name: string, value: string | undefined): Child {
  return value !== undefined && [h('dt', {}, name), h('dd', {}, value)]
}
