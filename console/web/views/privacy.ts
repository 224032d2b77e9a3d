/** What the privacy fence looked at and removed, and whether planted data ever came through. */
import type { Counted, PrivacyView } from '../../sources/shapes.ts'
import { h, numbers, table, type Child } from '../dom.ts'
import { count } from '../format.ts'
import { levelMark } from '../levels.ts'
import { live } from '../live.ts'
import { emptyState, sentence } from '../problem.ts'
import type { View } from '../router.ts'

export const privacy: View = {
  path: '/privacy',
  title: () => 'Privacy',
  open: () => {
    const { element, close } = live<PrivacyView>({ path: '/api/privacy', draw, everyMillis: 10_000 })
    return {
      element: h(
        'div',
        { class: 'stack' },
        h('h1', {}, 'Privacy'),
        h(
          'p',
          { class: 'lead' },
          'Everything the house measures passes a fence that lets through what is declared and nothing else. It counts what it removed by rule and place, never the value.',
        ),
        element,
      ),
      ...(close && { close }),
    }
  },
}

function draw(view: PrivacyView): Child {
  const { source, why, checked, rules, places, inProcess, canaries, blockedKeys } = view
  const leaks = canaries.reduce((sum, { total }) => sum + total, 0)
  const items = checked.reduce((sum, { total }) => sum + total, 0)
  return [
    source === 'collector' &&
      h(
        'div',
        { class: 'note amber' },
        h('strong', {}, sentence(why ?? 'Prometheus is away')),
        h('p', {}, 'These figures are the collector’s own, since it started.'),
      ),
    h(
      'section',
      { class: 'card' },
      h('h2', {}, 'Canaries'),
      h('p', { class: 'line' }, canaryVerdict(canaries.length > 0, leaks)),
      h(
        'dl',
        { class: 'figures' },
        figure('Items checked', count(items)),
        figure('Strings removed or masked', count(rules.reduce((sum, { total }) => sum + total, 0))),
        figure('Canaries found outside', canaries.length > 0 ? count(leaks) : 'unknown'),
      ),
    ),
    h(
      'div',
      { class: 'columns' },
      counted('Removed by rule', 'Rule', rules),
      counted('Removed by place', 'Place', places),
      counted('Removed inside the processes', 'Rule', inProcess),
      counted('Items checked', 'Signal', checked),
    ),
    keysCard(blockedKeys),
  ]
}

function canaryVerdict(isKnown: boolean, leaks: number): Child {
  if (!isKnown) return [levelMark('unknown'), 'Nobody counts canaries at the exit right now.']
  if (leaks === 0) return [levelMark('green'), 'No planted data has come through the fence.']
  return [
    levelMark('red'),
    h('a', { href: '/runbooks/PiiCanaryLeak' }, 'Planted data has come through the fence.'),
  ]
}

function figure(name: string, value: string): HTMLElement {
  return h('div', {}, h('dt', {}, name), h('dd', {}, value))
}

/** Names only: what stands in braces is the shape of a key in which something was found, or that a page sent. */
function keysCard(keys: PrivacyView['blockedKeys']): HTMLElement {
  const title = 'Keys blocked last'
  return h(
    'section',
    { class: 'card' },
    h('h2', {}, title),
    h(
      'p',
      {},
      'Attribute keys the collector let nothing pass under, the last seen first. A key that could itself name somebody is shown by its shape, in braces.',
    ),
    keysTable(title, keys),
  )
}

function keysTable(caption: string, keys: PrivacyView['blockedKeys']): HTMLElement {
  if (!keys.known) return emptyState('Not known', sentence(keys.why))
  if (keys.value.length === 0) return emptyState('None yet', 'Keys appear as soon as one is blocked.')
  return table({
    caption,
    columns: ['Key', 'Rule', 'Place', numbers('Times')],
    rows: keys.value.map(({ name, rule, place, times }) => [h('code', {}, name), rule, place, count(times)]),
  })
}

function counted(title: string, head: string, values: readonly Counted[]): HTMLElement {
  const shown = values.filter(({ total }) => total > 0)
  return h(
    'section',
    { class: 'card' },
    h('h2', {}, title),
    shown.length === 0
      ? emptyState('Nothing yet', 'Figures appear as soon as something is counted.')
      : table({
          caption: title,
          columns: [head, numbers('Since the start')],
          rows: shown.map(({ name, total }) => [name, count(total)]),
        }),
  )
}
