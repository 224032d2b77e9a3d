/** What the ledger tells anybody with a reading token: heads of its logs, and where an entry stands. */
import Type from 'typebox'
import { tenantPattern } from '../../contracts/services.ts'
import { validator } from '../../lib/validate.ts'
import { ConsoleError } from '../errors.ts'
import { samplesOf } from './exposition.ts'
import type { EntryView, LogHead, LogView } from './shapes.ts'
import { ask, askJson, knownOf } from './upstream.ts'

export interface LedgerClient {
  readonly logs: () => Promise<readonly LogView[]>
  /** Looks for entries of a trace among the newest of a tenant's log. */
  readonly entriesOf: (tenant: string, traceId: string) => Promise<readonly EntryView[]>
}

/** Entries that are searched for a trace, newest first: two minutes of a busy campus. */
const searched = 4_000
const pageSize = 1_000
const tenantName = new RegExp(tenantPattern)

const EntriesAnswer = Type.Object({
  size: Type.Integer(),
  entries: Type.Array(
    Type.Object({
      index: Type.Integer(),
      leafHash: Type.String(),
      leaf: Type.Object({ time: Type.Integer() }),
      facts: Type.Optional(
        Type.Object({
          action: Type.Optional(Type.String()),
          class: Type.Optional(Type.String()),
          outcome: Type.Optional(Type.String()),
          actorRole: Type.Optional(Type.String()),
          traceId: Type.Optional(Type.String()),
        }),
      ),
    }),
  ),
})
const checkEntries = validator(EntriesAnswer)

/** Opens the ledger's door at `base` with a token of scope `proofs:read`. */
export function ledgerAt(base: string, token: string | undefined, nowMillis: () => number): LedgerClient {
  const withToken = token === undefined ? {} : { token }
  const readHead = async (tenant: string): Promise<LogHead> => {
    const { status, body } = await ask({ url: `${base}/v1/logs/${tenant}/checkpoint`, ...withToken })
    if (status !== 200) throw new ConsoleError('UPSTREAM_REFUSED', `answered ${status}`)
    return { tenant, ...parseCheckpoint(body.toString('utf8')) }
  }
  const readPage = async (tenant: string, from: number, limit: number) => {
    const url = `${base}/v1/logs/${tenant}/entries?from=${from}&limit=${limit}`
    const outcome = checkEntries(await askJson({ url, ...withToken }))
    if (!outcome.valid) throw new ConsoleError('UPSTREAM_INVALID', 'answered something else than entries')
    return outcome.value
  }
  return {
    logs: async () => {
      const { body } = await ask({ url: `${base}/metrics`, timeoutMillis: 5_000 })
      const views = viewsOf(body.toString('utf8'), nowMillis())
      return Promise.all(
        views.map(async (view) => ({ ...view, head: await knownOf('The ledger', readHead(view.tenant)) })),
      )
    },
    entriesOf: async (tenant, traceId) => {
      if (!tenantName.test(tenant)) return []
      const { size } = await readPage(tenant, 0, 1)
      const starts: number[] = []
      for (let from = Math.max(0, size - searched); from < size; from += pageSize) starts.push(from)
      const pages = await Promise.all(starts.map((from) => readPage(tenant, from, pageSize)))
      return pages
        .flatMap(({ entries }) => entries)
        .filter(({ facts }) => facts?.traceId === traceId)
        .map(({ index, leafHash, leaf, facts }) => ({
          index,
          tenant,
          leafHash,
          time: new Date(leaf.time).toISOString(),
          ...shownFacts(facts ?? {}),
        }))
    },
  }
}

const shown = ['action', 'class', 'outcome', 'actorRole'] as const

function shownFacts(facts: { readonly [K in (typeof shown)[number]]?: string | undefined }) {
  return Object.fromEntries(shown.flatMap((name) => (facts[name] === undefined ? [] : [[name, facts[name]]])))
}

function viewsOf(page: string, nowMillis: number): readonly Omit<LogView, 'head'>[] {
  const of = (metric: string) =>
    new Map(samplesOf(page, metric).map(({ labels, value }) => [labels['tenant'] ?? '', value]))
  const entries = of('ledger_entries')
  const signed = of('ledger_checkpoint_timestamp_seconds')
  const verified = of('ledger_verify_success')
  const verifiedAt = of('ledger_verify_timestamp_seconds')
  return [...entries]
    .filter(([tenant]) => tenantName.test(tenant))
    .sort(([one], [other]) => one.localeCompare(other))
    .map(([tenant, count]) => {
      const at = signed.get(tenant)
      return {
        tenant,
        entries: count,
        ...aged('checkpointAgeSeconds', at, nowMillis),
        ...aged('verifiedAgeSeconds', verifiedAt.get(tenant), nowMillis),
        ...(verified.has(tenant) ? { isVerified: verified.get(tenant) === 1 } : {}),
      }
    })
}

function aged<K extends string>(name: K, at: number | undefined, nowMillis: number) {
  return at === undefined || at === 0 ? {} : { [name]: Math.max(0, nowMillis / 1_000 - at) }
}

/** Reads the three lines a checkpoint signs. The signature is not checked here: the verifier does that, offline. */
function parseCheckpoint(note: string): Omit<LogHead, 'tenant'> {
  const [origin = '', size = '', root = ''] = note.split('\n')
  if (origin === '' || !/^\d{1,16}$/.test(size) || !/^[A-Za-z0-9+/]{43}=$/.test(root)) {
    throw new ConsoleError('UPSTREAM_INVALID', 'answered no checkpoint')
  }
  return { origin, size: Number(size), root, note }
}
