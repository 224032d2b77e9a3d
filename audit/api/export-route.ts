/** `GET /v1/logs/:tenant/export`: the signed part of a log as lines, at the pace of whoever reads them. */
import type { Request, RequestHandler, Response } from 'express'
import { exportFormat, exportNotice, type ExportHeader } from '../../contracts/ledger-export.ts'
import { tokenOf } from '../../lib/token.ts'
import type { ExportGuard } from '../erasure/export-guard.ts'
import { uuid7 } from '../../lib/uuid7.ts'
import type { Published, Reader } from '../store/reader.ts'
import { HashedBody } from './hashed-body.ts'
import { describeEntry, publishedOf, type LogRouteParts } from './log-routes.ts'
import { tenantOf } from './parameters.ts'
import { checkEntries } from './period.ts'
import { recordView } from './view-event.ts'

const pageLength = 500

export interface ExportRouteParts extends LogRouteParts {
  readonly guard: Pick<ExportGuard, 'export'>
}

/**
 * Streams an export. The body ends only after the log has the event with who asked and the hash of what was sent: a
 * body that ended is an export that was recorded.
 */
export function getExport({ sdk, reader, logs, appender, guard }: ExportRouteParts): RequestHandler {
  const respond = async (tenant: string, request: Request, response: Response) => {
    const published = await publishedOf(reader, tenant)
    const { size } = published
    await checkEntries(request, { reader, tenant }, { start: 0, end: size })
    const { keys, vkey } = await logs.open(tenant)
    const header: ExportHeader = {
      format: exportFormat,
      tenant,
      origin: keys.origin,
      vkey,
      ...(keys.handovers.length === 0 ? {} : { handovers: [...keys.handovers] }),
      size,
      synthetic: await reader.hasSynthetic(tenant, size),
      notice: exportNotice,
    }
    const id = uuid7()
    response.set('cache-control', 'no-store').type('application/x-ndjson').set('campanile-event', id)
    const body = new HashedBody(response)
    try {
      await body.write(line(header))
      const count = await sendEntries(body, { reader, tenant, published })
      const outcome = body.isGone ? 'failure' : 'success'
      const evidence = { format: 'export', from: 0, to: size, count, sha256: body.sha256() }
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
    sdk.log.info('ledger exported', { tenant, size })
  }
  return async (request, response) => {
    const tenant = tenantOf(request, sdk)
    await guard.export(tenant, () => respond(tenant, request, response))
  }
}

interface Sending {
  readonly reader: Reader
  readonly tenant: string
  readonly published: Published
}

/** Answers how many entries were written before the end or before whoever asked went away. */
async function sendEntries(body: HashedBody, { reader, tenant, published }: Sending): Promise<number> {
  const { size } = published
  let count = 0
  for (let from = 0; from < size && !body.isGone; from += pageLength) {
    const to = Math.min(from + pageLength, size)
    const entries = await reader.entries(tenant, { from, to, limit: pageLength })
    const checkpoints = await reader.checkpoints(tenant, from, to)
    const notes = new Map(checkpoints.map((checkpoint) => [checkpoint.size, checkpoint.note]))
    for (const entry of entries) {
      await body.write(line(describeEntry(entry)))
      const checkpoint = notes.get(entry.index + 1)
      if (checkpoint !== undefined) await body.write(line({ checkpoint }))
      count += 1
    }
  }
  return count
}

function line(value: object): string {
  return `${JSON.stringify(value)}\n`
}
