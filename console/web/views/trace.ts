/** One trace: its spans in time, its log lines, and the entries it left in the ledger. */
import type { EntryView, Known, LogLine, Span } from '../../sources/shapes.ts'
import { h, svg, table, type Child } from '../dom.ts'
import { millis, moment } from '../format.ts'
import { tenantName } from '../../status/tenant-name.ts'
import { tag } from '../levels.ts'
import { live } from '../live.ts'
import { emptyState, sentence } from '../problem.ts'
import type { View } from '../router.ts'
import { layOut, type Waterfall, type WaterfallRow } from '../waterfall.ts'

interface TraceAnswer {
  readonly traceId: string
  readonly spans: readonly Span[]
  readonly tenant?: string
  readonly logs: Known<readonly LogLine[]>
  readonly entries: Known<readonly EntryView[]>
}

/** Spans that are drawn; more would only slow the page down. */
const drawn = 400
/** Depths that are told apart by their indent. */
const maxIndent = 12

export const trace: View = {
  path: '/traces/*',
  title: () => 'Trace',
  open: ({ parts }) => {
    // Late spans and the ledger's entry arrive some seconds after the request.
    const { element, close } = live<TraceAnswer>({
      path: `/api/traces/${encodeURIComponent(parts[0] ?? '')}`,
      draw,
      everyMillis: 10_000,
    })
    const back = h('p', {}, h('a', { href: '/traces' }, 'All traces'))
    return { element: h('div', { class: 'stack' }, back, element), ...(close && { close }) }
  },
}

function draw({ traceId, spans, tenant, logs, entries }: TraceAnswer): Child {
  const laid = layOut(spans)
  return [
    h('h1', { class: 'summary' }, nameOf(laid)),
    h('p', { class: 'mono' }, traceId),
    h(
      'dl',
      { class: 'figures' },
      fact('Took', millis(laid.durationMillis)),
      fact('Began', moment(Number(laid.startNano / 1_000_000n))),
      fact('Spans', String(spans.length)),
      fact('Services', laid.services.join(', ')),
      tenant !== undefined && fact('Tenant', tenantName(tenant)),
    ),
    h(
      'p',
      { class: 'actions' },
      h('a', { href: '#logs' }, `Log lines${logs.known ? ` (${logs.value.length})` : ''}`),
      h('a', { href: '#entries' }, `Ledger entries${entries.known ? ` (${entries.value.length})` : ''}`),
    ),
    h('section', { class: 'card' }, h('h2', {}, 'Spans'), waterfall(laid)),
    h('section', { class: 'card', id: 'logs' }, h('h2', {}, 'Log lines'), logTable(logs, laid.startNano)),
    h('section', { class: 'card', id: 'entries' }, h('h2', {}, 'Ledger entries'), entryTable(entries)),
  ]
}

/** The first request a service of ours answered says best what the trace is about. */
function nameOf({ rows }: Waterfall): string {
  const entry = rows.find(({ span }) => span.kind === 'SERVER') ?? rows[0]
  return entry?.span.name ?? 'Trace'
}

function fact(name: string, value: string): HTMLElement {
  return h('div', {}, h('dt', {}, name), h('dd', {}, value))
}

function waterfall({ rows, services }: Waterfall): Child {
  return [
    rows.length > drawn && h('p', { class: 'soft' }, `The first ${drawn} of ${rows.length} spans.`),
    h(
      'ol',
      { class: 'waterfall' },
      rows.slice(0, drawn).map((row) => spanRow(row, services.indexOf(row.span.service) % 6)),
    ),
  ]
}

function spanRow({ span, depth, start, width, durationMillis }: WaterfallRow, colour: number): HTMLElement {
  const isError = span.status === 'ERROR'
  const bar = svg(
    'svg',
    { class: `span-bar c${colour}${isError ? ' error' : ''}`, 'aria-hidden': 'true' },
    svg('rect', { x: `${start * 100}%`, width: `${Math.max(width * 100, 0.4)}%`, y: 2, height: 10, rx: 2 }),
  )
  return h(
    'li',
    { class: `d${Math.min(depth, maxIndent)}` },
    h(
      'details',
      { 'data-keep': `span ${span.spanId}` },
      h(
        'summary',
        {},
        h('span', { class: 'span-name' }, span.name, isError && tag('error', 'red')),
        h('span', { class: 'span-service' }, span.service),
        bar,
        h('span', { class: 'span-time' }, millis(durationMillis)),
      ),
      h(
        'dl',
        { class: 'pairs' },
        pair('Span', span.spanId),
        pair('Kind', span.kind.toLowerCase()),
        pair('Status', `${span.status.toLowerCase()} ${span.statusMessage ?? ''}`),
        Object.entries(span.attributes).map(([name, value]) => pair(name, textOf(value))),
      ),
    ),
  )
}

function pair(name: string, value: string): Child {
  return [h('dt', {}, name), h('dd', {}, value)]
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
}

function logTable(logs: TraceAnswer['logs'], startNano: bigint): Child {
  if (!logs.known) return h('p', { class: 'soft' }, sentence(logs.why))
  if (logs.value.length === 0) return emptyState('No log line', 'No process wrote a line within this trace.')
  return table({
    caption: 'Log lines',
    columns: ['After', 'Service', 'Severity', { text: 'Line', onPhone: 'alone' }],
    rows: logs.value
      .toSorted(byTime)
      .map(({ timeUnixNano, service, severity, body, attributes }) => [
        millis(Math.max(0, Number(BigInt(timeUnixNano) - startNano) / 1e6)),
        service,
        severity.toLowerCase(),
        [textOf(body), h('span', { class: 'soft' }, ` ${fieldsOf(attributes)}`)],
      ]),
  })
}

function byTime(one: LogLine, other: LogLine): number {
  return BigInt(one.timeUnixNano) < BigInt(other.timeUnixNano) ? -1 : 1
}

function fieldsOf(attributes: Readonly<Record<string, unknown>>): string {
  return Object.entries(attributes)
    .map(([name, value]) => `${name}=${textOf(value)}`)
    .join(' ')
}

function entryTable(entries: TraceAnswer['entries']): Child {
  if (!entries.known) return h('p', { class: 'soft' }, sentence(entries.why))
  if (entries.value.length === 0) {
    return emptyState('No entry', 'None among the newest entries of the tenant’s log names this trace.')
  }
  return table({
    caption: 'Ledger entries',
    columns: ['Entry', 'Action', 'Outcome', 'Role', 'Taken', { text: 'Leaf hash', onPhone: 'alone' }],
    rows: entries.value.map(({ index, tenant, action, outcome, actorRole, time, leafHash }) => [
      h('a', { href: `/ledger#${tenant}` }, `${tenantName(tenant)} ${index}`),
      action ?? 'withheld',
      outcome ?? '–',
      actorRole ?? '–',
      moment(time),
      h('span', { class: 'mono' }, leafHash),
    ]),
  })
}
