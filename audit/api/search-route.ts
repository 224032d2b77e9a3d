/** `GET /v1/logs/:tenant/search`: entries by what they say and, for whoever may know it, by whom they are about. */
import { createHash, randomUUID } from 'node:crypto'
import type { Request, RequestHandler } from 'express'
import { Refusal } from '../../lib/refusal.ts'
import { tokenOf } from '../../lib/token.ts'
import { personalFields, searchFields, searchKey, searchToken, type SearchField } from '../search/tokens.ts'
import type { EntryRow, Reader } from '../store/reader.ts'
import type { SearchStore } from '../store/search/search-store.ts'
import { entryRangeOf } from './entry-range.ts'
import { describeEntry, publishedOf, type LogRouteParts } from './log-routes.ts'
import { numberOf, tenantOf } from './parameters.ts'
import { recordView } from './view-event.ts'

export interface SearchRouteParts extends LogRouteParts {
  readonly search: SearchStore
}

/** Most entries of one answer. */
const maxPage = 500
/** Most entries that are read at once for those among them that were found. */
const runLength = 500

/**
 * Answers entries that fit every given field, newest first. `as_of_index` says up to where the log is searched:
 * entries from there on are not in the answer, whatever they say. Those from `signed` on are in the log and wait for
 * the checkpoint that covers them.
 */
export function getSearch({ sdk, reader, logs, appender, search }: SearchRouteParts): RequestHandler {
  return async (request, response) => {
    const tenant = tenantOf(request, sdk)
    const asked = fieldsOf(request)
    const { size: signed } = await publishedOf(reader, tenant)
    const asOf = await search.cursor(tenant)
    const limit = numberOf(request, 'limit', { fallback: 100, max: maxPage })
    const range = await entryRangeOf(request, { reader, tenant, size: asOf })
    const { keys } = await logs.open(tenant)
    const key = searchKey(keys.subjectTokenKey)
    const tokens = asked.map(([field, value]) => Buffer.from(searchToken(key, field, value), 'latin1'))
    const found = await search.find(tenant, { tokens, from: range.start, to: range.end, limit })
    const entries = (await entriesAt(reader, tenant, found)).map(describeEntry)
    const last = found.at(-1)
    const body = JSON.stringify({
      as_of_index: asOf,
      signed,
      entries,
      ...(last !== undefined && found.length === limit ? { next: last } : {}),
    })
    const sha256 = createHash('sha256').update(body).digest('hex')
    const evidence = { format: 'search', from: range.start, to: range.end, count: entries.length, sha256 }
    const facts = { action: 'ledger.searched', outcome: 'success', evidence } as const
    await recordView(appender, { id: randomUUID(), tenant, facts, viewer: tokenOf(request).name })
    response.set('cache-control', 'no-store').type('application/json').send(body)
  }
}

/** Reads entries at places in descending order, neighbours together: they mostly are in one batch. */
async function entriesAt(reader: Reader, tenant: string, found: readonly number[]): Promise<EntryRow[]> {
  const runs: { first: number; readonly last: number }[] = []
  for (const index of found) {
    const run = runs.at(-1)
    if (run !== undefined && run.last - index < runLength) run.first = index
    else runs.push({ first: index, last: index })
  }
  const wanted = new Set(found)
  const rows: EntryRow[] = []
  for (const { first, last } of runs) {
    const read = await reader.entries(tenant, { from: first, to: last + 1, limit: runLength })
    rows.push(...read.filter(({ index }) => wanted.has(index)).reverse())
  }
  return rows
}

/** Reads what is asked for, in the order of `searchFields`. @throws Refusal query_invalid or forbidden */
function fieldsOf(request: Request): (readonly [SearchField, string])[] {
  const asked = searchFields.flatMap((field): (readonly [SearchField, string])[] => {
    const value = request.query[field]
    if (value === undefined) return []
    if (typeof value === 'string' && value !== '' && value.length <= 128) return [[field, value]]
    throw new Refusal('query_invalid', { faults: [{ at: field, expected: 'text of 1 to 128 characters' }] })
  })
  if (asked.length === 0) {
    throw new Refusal('query_invalid', {
      faults: [{ at: '', expected: `one of ${searchFields.join(', ')}` }],
    })
  }
  const isPersonal = asked.some(([field]) => personalFields.has(field))
  if (isPersonal && !tokenOf(request).scopes.includes('subjects:read')) {
    throw new Refusal('forbidden', { detail: 'the token lacks the scope subjects:read' })
  }
  return asked
}
