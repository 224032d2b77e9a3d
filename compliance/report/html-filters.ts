/**
 * Filters of the report page without a script: boxes to tick, and rules of CSS that hide what is not ticked. A link to
 * an item shows it whatever is ticked.
 */
import { itemSeverities, type PostureItem } from '../../contracts/posture.ts'
import { escape } from './html-text.ts'

interface Filter {
  readonly id: string
  readonly label: string
  readonly attribute: 'state' | 'severity' | 'group'
  readonly value: string
}

const openStates = { fail: 'fails', unknown: 'cannot be decided', waived: 'waived' } as const

function filtersOf(items: readonly PostureItem[]): Filter[] {
  const groups = new Map(items.map(({ id, group }) => [id.slice(0, 3), group]))
  const has = (test: (item: PostureItem) => boolean) => items.some(test)
  return [
    ...Object.entries(openStates)
      .filter(([state]) => has((item) => item.state === state))
      .map(([value, label]): Filter => ({ id: `show-${value}`, label, attribute: 'state', value })),
    ...itemSeverities
      .filter((severity) => has((item) => item.severity === severity))
      .map((value): Filter => ({ id: `show-${value}`, label: value, attribute: 'severity', value })),
    ...[...groups]
      .filter(([value]) => /^[A-Z]{3}$/.test(value))
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([value, label]): Filter => ({ id: `show-${value}`, label, attribute: 'group', value })),
  ]
}

const legends = { state: 'State', severity: 'Severity', group: 'Group' } as const

/** Draws the boxes for what is open; nothing where there is nothing to choose. */
export function filterBoxes(items: readonly PostureItem[]): string {
  const filters = filtersOf(items)
  const sets = (['state', 'severity', 'group'] as const).map((attribute) => {
    const own = filters.filter((filter) => filter.attribute === attribute)
    if (own.length < 2) return ''
    const boxes = own.map(
      ({ id, label }) => `<label><input type="checkbox" id="${id}" checked> ${escape(label)}</label>`,
    )
    return `<fieldset><legend>${legends[attribute]}</legend>${boxes.join(' ')}</fieldset>`
  })
  const drawn = sets.join('\n')
  return drawn.trim() === '' ? '' : `<details class="filters"><summary>Filter</summary>\n${drawn}\n</details>`
}

/** Writes the rules that hide what is not ticked. */
export function filterStyle(items: readonly PostureItem[]): string {
  const hidden = filtersOf(items).map(
    ({ id, attribute, value }) =>
      `main:has(#${id}:not(:checked)) article[data-${attribute}="${value}"]:not(:target)`,
  )
  return hidden.length === 0 ? '' : `${hidden.join(',\n')} { display: none; }\n`
}
