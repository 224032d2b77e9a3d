/** The runbooks: a list by severity, and one as it was written. */
import { alerts, watchdogMissing, type AlertSpec } from '../../../contracts/alerts.ts'
import type { Block, Inline } from '../../runbooks/document.ts'
import { get } from '../api.ts'
import { h, table, type Child } from '../dom.ts'
import { spaced } from '../format.ts'
import { severityKind, tag } from '../levels.ts'
import { emptyState } from '../problem.ts'
import type { View } from '../router.ts'

const specs: Readonly<Record<string, AlertSpec>> = alerts
const order = ['critical', 'warning', 'none', 'other']

export const runbooks: View = {
  path: '/runbooks',
  title: () => 'Runbooks',
  open: async () => {
    const { names } = await get<{ names: readonly string[] }>('/api/runbooks')
    const sorted = names.toSorted(
      (one, other) => order.indexOf(severityOf(one)) - order.indexOf(severityOf(other)),
    )
    return {
      element: h(
        'div',
        { class: 'stack' },
        h('h1', {}, 'Runbooks'),
        h('p', { class: 'lead' }, 'What each alert means, whom it hurts, how to look closer and what to do.'),
        h(
          'section',
          { class: 'card', 'aria-label': 'Runbooks' },
          names.length === 0
            ? emptyState('No runbooks', 'They are files of docs/runbooks, one for each alert.')
            : h('ul', { class: 'lines' }, sorted.map(line)),
        ),
      ),
    }
  },
}

/** The heartbeat pages by itself: what it says is in no rule. */
function severityOf(name: string): string {
  return specs[name]?.severity ?? (name === watchdogMissing ? 'critical' : 'other')
}

function line(name: string): HTMLElement {
  const spec = specs[name]
  return h(
    'li',
    {},
    tag(severityOf(name), severityKind(severityOf(name))),
    h('a', { href: `/runbooks/${name}` }, spaced(name)),
    spec !== undefined && h('span', { class: 'soft' }, spec.area),
  )
}

export const runbook: View = {
  path: '/runbooks/*',
  title: ({ parts }) => spaced(parts[0] ?? 'Runbook'),
  open: async ({ parts }) => {
    const name = parts[0] ?? ''
    const { blocks } = await get<{ blocks: readonly Block[] }>(`/api/runbooks/${encodeURIComponent(name)}`)
    const spec = specs[name]
    const hasTitle = blocks.some((block) => block.kind === 'heading' && block.level === 1)
    return {
      element: h(
        'div',
        { class: 'stack' },
        h('p', {}, h('a', { href: '/runbooks' }, 'All runbooks')),
        !hasTitle && h('h1', {}, spaced(name)),
        spec !== undefined &&
          h(
            'p',
            { class: 'tags' },
            tag(spec.severity, severityKind(spec.severity)),
            tag(spec.area),
            h('a', { href: `/dashboards/${spec.dashboard}` }, 'Dashboard'),
          ),
        h('article', { class: 'card prose' }, blocks.map(drawBlock)),
      ),
    }
  },
}

function drawBlock(block: Block): Child {
  switch (block.kind) {
    case 'heading':
      return h(headingTag(block.level), {}, block.parts.map(drawInline))
    case 'paragraph':
      return h('p', {}, block.parts.map(drawInline))
    case 'code':
      return h('pre', { tabindex: 0 }, h('code', {}, block.text))
    case 'list':
      return h(
        block.ordered ? 'ol' : 'ul',
        {},
        block.items.map((item) => h('li', {}, item.map(drawBlock))),
      )
    case 'quote':
      return h('blockquote', {}, block.blocks.map(drawBlock))
    case 'table':
      return table({
        caption: 'Table',
        columns: block.head.map((cell) => plain(cell)),
        rows: block.rows.map((row) => row.map((cell) => cell.map(drawInline))),
      })
    case 'rule':
      return h('hr')
  }
}

function headingTag(level: number): 'h1' | 'h2' | 'h3' | 'h4' {
  if (level <= 1) return 'h1'
  return level === 2 ? 'h2' : level === 3 ? 'h3' : 'h4'
}

function drawInline(part: Inline): Child {
  switch (part.kind) {
    case 'text':
      return part.text
    case 'code':
      return h('code', {}, part.text)
    case 'strong':
    case 'em':
      return h(part.kind, {}, part.parts.map(drawInline))
    case 'link':
      return h('a', { href: part.href }, part.parts.map(drawInline))
    case 'break':
      return h('br')
  }
}

function plain(parts: readonly Inline[]): string {
  return parts
    .map((part) => ('text' in part ? part.text : 'parts' in part ? plain(part.parts) : ' '))
    .join('')
}
