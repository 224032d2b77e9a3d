/** `GET /v1/logs/:tenant/export?format=`: entries as other programs read them, by a cursor without gaps. */
import type { RequestHandler } from 'express'
import { Refusal } from '../../lib/refusal.ts'
import { tokenOf } from '../../lib/token.ts'
import { uuid7 } from '../../lib/uuid7.ts'
import { toCef } from '../format/cef.ts'
import { csvCells, csvColumns, csvRow } from '../format/csv.ts'
import type { Facts, LedgerEntry } from '../format/entry.ts'
import { toJsonLine } from '../format/jsonl.ts'
import { toOcsf } from '../format/ocsf.ts'
import type { EntryRow } from '../store/reader.ts'
import { OscalResults, type OscalSource } from '../report/oscal-results.ts'
import { entryRangeOf } from './entry-range.ts'
import { HashedBody } from './hashed-body.ts'
import { publishedOf, type LogRouteParts } from './log-routes.ts'
import { tenantOf } from './parameters.ts'
import { openParquet } from './parquet-writer.ts'
import { recordView } from './view-event.ts'

/** Writes entries in order; `end` once after the last. */
interface EntryWriter {
  readonly write: (entries: readonly LedgerEntry[]) => string | Uint8Array
  readonly end: () => string | Uint8Array
}

interface Format {
  readonly mediaType: string
  readonly open: (source: OscalSource) => EntryWriter | Promise<EntryWriter>
}

const formats: ReadonlyMap<string, Format> = new Map([
  ['ocsf', lines('application/x-ndjson', (entry) => `${JSON.stringify(toOcsf(entry))}\n`)],
  ['cef', lines('text/plain; charset=utf-8', (entry) => `${toCef(entry)}\n`)],
  ['jsonl', lines('application/x-ndjson', (entry) => `${toJsonLine(entry)}\n`)],
  [
    'csv',
    lines('text/csv; charset=utf-8; header=present', (entry) => csvRow(csvCells(entry)), csvRow(csvColumns)),
  ],
  ['oscal', { mediaType: 'application/json', open: (source) => new OscalResults(source) }],
  ['parquet', { mediaType: 'application/vnd.apache.parquet', open: openParquet }],
])

/** A format in which each entry is written by itself, after a head if there is one. */
function lines(mediaType: string, write: (entry: LedgerEntry) => string, head = ''): Format {
  return {
    mediaType,
    open: () => {
      let before = head
      const take = (text: string) => {
        const piece = before + text
        before = ''
        return piece
      }
      return { write: (entries) => take(entries.map(write).join('')), end: () => take('') }
    },
  }
}

const pageLength = 500

/**
 * Streams entries in the format that is asked for, and passes on where none is. The body ends only after the log
 * has the event with its hash: a body that ended is an export that was recorded.
 */
export function getFormattedExport(parts: LogRouteParts): RequestHandler {
  return async (request, response, next) => {
    const { format: name } = request.query
    if (name === undefined) return next()
    const format = typeof name === 'string' ? formats.get(name) : undefined
    if (typeof name !== 'string' || format === undefined) {
      throw new Refusal('query_invalid', {
        faults: [{ at: 'format', expected: `one of ${[...formats.keys()].join(', ')}` }],
      })
    }
    const { sdk, reader, logs, appender } = parts
    const tenant = tenantOf(request, sdk)
    const { size } = await publishedOf(reader, tenant)
    const range = await entryRangeOf(request, { reader, tenant, size })
    const { keys } = await logs.open(tenant)
    const id = uuid7()
    response.set('cache-control', 'no-store').type(format.mediaType)
    response.set({ 'campanile-range': `${range.start}-${range.end}`, 'campanile-event': id })
    const body = new HashedBody(response)
    try {
      const count = await sendEntries(body, {
        parts,
        tenant,
        origin: keys.origin,
        range,
        format,
      })
      const outcome = body.isGone ? 'failure' : 'success'
      const evidence = { format: name, from: range.start, to: range.end, count, sha256: body.sha256() }
      const facts = { action: 'ledger.exported', outcome, evidence } as const
      await recordView(appender, { id, tenant, facts, viewer: tokenOf(request).name })
    } catch (error) {
      if (!response.headersSent) throw error
      // Too late for another status: an end that never comes says it.
      sdk.log.error('request failed', { error })
      response.destroy()
      return
    }
    body.end()
    sdk.log.info('ledger exported', { tenant, size: range.end - range.start })
  }
}

interface Sending extends OscalSource {
  readonly parts: LogRouteParts
  readonly format: Format
}

/** Answers how many entries were written before the end or before whoever asked went away. */
async function sendEntries(body: HashedBody, sending: Sending): Promise<number> {
  const { parts, tenant, origin, range, format } = sending
  const { start, end } = range
  const writer = await format.open(sending)
  let at = start
  while (at < end && !body.isGone) {
    const rows = await parts.reader.entries(tenant, { from: at, to: end, limit: pageLength })
    const entries = rows.map((row) => entryOf(row, { tenant, origin }))
    if (entries[0]?.index !== at) throw new Refusal('internal', { detail: `entry ${at} could not be read` })
    await writeSome(body, writer.write(entries))
    at += entries.length
  }
  await writeSome(body, writer.end())
  return at - start
}

async function writeSome(body: HashedBody, piece: string | Uint8Array): Promise<void> {
  if (piece.length > 0) await body.write(piece)
}

function entryOf(row: EntryRow, place: Pick<LedgerEntry, 'tenant' | 'origin'>): LedgerEntry {
  // The ledger itself wrote both, and their commitments prove it.
  const leaf = JSON.parse(row.leaf) as LedgerEntry['leaf']
  const opened = row.facts === null ? {} : { facts: JSON.parse(row.facts) as Facts }
  const missing = row.gone === undefined ? {} : { gone: row.gone }
  return { ...place, index: row.index, leafHash: row.leaf_hash, leaf, ...opened, ...missing }
}
