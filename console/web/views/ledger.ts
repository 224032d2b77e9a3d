/** The heads of the logs, whether they were checked, and how anybody checks them without us. */
import type { LogView } from '../../sources/shapes.ts'
import { h, type Child } from '../dom.ts'
import { count, seconds } from '../format.ts'
import { tenantName } from '../../status/tenant-name.ts'
import { levelMark, type Level } from '../levels.ts'
import { live } from '../live.ts'
import { emptyState, sentence } from '../problem.ts'
import type { View } from '../router.ts'

export const ledger: View = {
  path: '/ledger',
  title: () => 'Ledger',
  open: () => {
    const { element, close } = live<{ logs: readonly LogView[] }>({
      path: '/api/ledger',
      draw,
      everyMillis: 10_000,
    })
    return {
      element: h(
        'div',
        { class: 'stack' },
        h('h1', {}, 'Ledger'),
        h(
          'p',
          { class: 'lead' },
          'One log for each tenant. Every entry is hashed into a tree whose root is signed every two seconds while it grows; the ledger derives every log again in rounds and says here what it found.',
        ),
        element,
        howToVerify(),
      ),
      ...(close && { close }),
    }
  },
}

function draw({ logs }: { logs: readonly LogView[] }): Child {
  if (logs.length === 0)
    return h('div', { class: 'card' }, emptyState('No log yet', 'The first event begins one.'))
  return h('div', { class: 'columns' }, logs.map(logCard))
}

function logCard({
  tenant,
  head,
  entries,
  checkpointAgeSeconds,
  isVerified,
  verifiedAgeSeconds,
}: LogView): HTMLElement {
  const level: Level = isVerified === undefined ? 'unknown' : isVerified ? 'green' : 'red'
  const verdict =
    isVerified === undefined
      ? 'Not checked since the ledger started.'
      : isVerified
        ? 'The last check of the whole log passed.'
        : 'The last check of the whole log failed.'
  return h(
    'section',
    { class: 'card', id: tenant, 'aria-label': tenantName(tenant) },
    h('h2', {}, tenantName(tenant)),
    h('p', { class: 'line' }, levelMark(level), verdict),
    isVerified === false && h('p', {}, h('a', { href: '/runbooks/LedgerChainBroken' }, 'What to do now')),
    h(
      'dl',
      { class: 'figures' },
      h('div', {}, h('dt', {}, 'Entries'), h('dd', {}, count(entries))),
      head.known && h('div', {}, h('dt', {}, 'Signed'), h('dd', {}, count(head.value.size))),
      h('div', {}, h('dt', {}, 'Checkpoint'), h('dd', {}, age(checkpointAgeSeconds, 'old'))),
      h('div', {}, h('dt', {}, 'Checked'), h('dd', {}, age(verifiedAgeSeconds, 'ago'))),
    ),
    head.known
      ? headOf(head.value.root, head.value.note, tenant)
      : h('p', { class: 'soft' }, sentence(head.why)),
  )
}

function age(known: number | undefined, word: string): string {
  return known === undefined ? 'unknown' : `${seconds(Math.round(known))} ${word}`
}

function headOf(root: string, note: string, tenant: string): Child {
  return [
    h('p', { class: 'soft' }, 'Root'),
    h('p', { class: 'mono' }, root),
    h(
      'details',
      { 'data-keep': `note ${tenant}` },
      h('summary', {}, 'Signed checkpoint'),
      h('pre', { tabindex: 0 }, note),
    ),
  ]
}

function howToVerify(): HTMLElement {
  return h(
    'section',
    { class: 'card', id: 'verify' },
    h('h2', {}, 'How to verify without us'),
    h(
      'p',
      {},
      'Export a log, keep the verifier key elsewhere, and check both on another machine. The verifier reads nothing but the file and the key.',
    ),
    h(
      'pre',
      { tabindex: 0 },
      './campanile audit export --tenant university_a --out log.ndjson\n./campanile audit verify log.ndjson --key university_a.vkey',
    ),
    h(
      'p',
      { class: 'soft' },
      'It names the first entry that was changed. Without a witness on another host nobody can see that a holder of the signing key rewrote the whole log.',
    ),
  )
}
