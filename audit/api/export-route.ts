/** `GET /v1/logs/:tenant/export`: the signed part of a log as lines, at the pace of whoever reads them. */
import { once } from 'node:events'
import type { RequestHandler, Response } from 'express'
import { exportFormat, exportNotice, type ExportHeader } from '../../contracts/ledger-export.ts'
import { uuid7 } from '../../lib/uuid7.ts'
import type { Appender } from '../append/appender.ts'
import type { Published, Reader } from '../store/reader.ts'
import { describeEntry, publishedOf, type LogRouteParts } from './log-routes.ts'
import { tenantOf } from './parameters.ts'
import { checkEntries } from './period.ts'

export interface ExportParts extends LogRouteParts {
  readonly appender: Appender
}

const pageLength = 500

/** Streams an export; that it was asked for is an entry of the same log, after the exported ones. */
export function getExport({ sdk, reader, logs, appender }: ExportParts): RequestHandler {
  return async (request, response) => {
    const tenant = tenantOf(request, sdk)
    const published = await publishedOf(reader, tenant)
    await checkEntries(request, { reader, tenant }, { start: 0, end: published.size })
    const { keys, vkey } = await logs.open(tenant)
    const header: ExportHeader = {
      format: exportFormat,
      tenant,
      origin: keys.origin,
      vkey,
      ...(keys.handovers.length === 0 ? {} : { handovers: [...keys.handovers] }),
      size: published.size,
      synthetic: await reader.hasSynthetic(tenant, published.size),
      notice: exportNotice,
    }
    await recordExport(appender, tenant)
    response.set('cache-control', 'no-store').type('application/x-ndjson')
    await send(response, header)
    await sendEntries(response, { reader, tenant, published })
    response.end()
    sdk.log.info('ledger exported', { tenant, size: published.size })
  }
}

async function recordExport(appender: Appender, tenant: string): Promise<void> {
  await appender.append([
    {
      id: uuid7(),
      tenant,
      producer: 'ledger',
      time: new Date().toISOString(),
      facts: { class: 'admin', action: 'ledger.exported', outcome: 'success', actorRole: 'operator' },
    },
  ])
}

async function sendEntries(
  response: Response,
  { reader, tenant, published }: { reader: Reader; tenant: string; published: Published },
): Promise<void> {
  const { size } = published
  for (let from = 0; from < size; from += pageLength) {
    const to = Math.min(from + pageLength, size)
    const entries = await reader.entries(tenant, { from, to, limit: pageLength })
    const checkpoints = await reader.checkpoints(tenant, from, to)
    const notes = new Map(checkpoints.map((checkpoint) => [checkpoint.size, checkpoint.note]))
    for (const entry of entries) {
      await send(response, describeEntry(entry))
      const checkpoint = notes.get(entry.index + 1)
      if (checkpoint !== undefined) await send(response, { checkpoint })
    }
    if (response.destroyed) return
  }
}

async function send(response: Response, line: object): Promise<void> {
  if (response.destroyed || response.write(`${JSON.stringify(line)}\n`)) return
  const abort = new AbortController()
  const stop = () => abort.abort()
  response.once('close', stop)
  await once(response, 'drain', { signal: abort.signal }).catch(() => undefined)
  response.off('close', stop)
}
