/** `GET /v1/logs/:tenant/population` and `…/sample`: what an auditor takes evidence from, and which of it. */
import { createHash } from 'node:crypto'
import type { Request, RequestHandler } from 'express'
import type { Leaf } from '../../contracts/leaf.ts'
import { populationFormat, type Population } from '../../contracts/population.ts'
import { Refusal } from '../../lib/refusal.ts'
import { tokenOf } from '../../lib/token.ts'
import { uuid7 } from '../../lib/uuid7.ts'
import { openCheckpoint } from '../log/checkpoint.ts'
import { rangeProofRanges } from '../report/range-proof.ts'
import { drawSample } from '../report/sample.ts'
import { readRangeHashes } from '../store/tree.ts'
import { entryRangeOf, timeOf, type Signed } from './entry-range.ts'
import type { ReportRouteParts } from './report-route.ts'
import { publishedOf } from './log-routes.ts'
import { numberOf, optionalText, tenantOf } from './parameters.ts'
import type { TileRouteParts } from './tile-routes.ts'
import { recordView } from './view-event.ts'

export type PopulationRouteParts = ReportRouteParts & TileRouteParts

/** Most items of one sample. */
const maxSample = 10_000

/** Answers the proof that the entries of a period or of a range of indices are all there are. */
export function getPopulation({ sdk, reader, logs, tiles, appender }: PopulationRouteParts): RequestHandler {
  return async (request, response) => {
    const tenant = tenantOf(request, sdk)
    const { size, note } = await publishedOf(reader, tenant)
    const { start: from, end: to } = await entryRangeOf(request, { reader, tenant, size })
    const { vkey } = await logs.open(tenant)
    const signed = { reader, tenant, size }
    const before = from > 0 ? await leafOf(signed, from - 1) : undefined
    const after = to < size ? await leafOf(signed, to) : undefined
    const proven = { start: before === undefined ? from : from - 1, end: after === undefined ? to : to + 1 }
    const hashes = await readRangeHashes({ tiles, tenant, size }, rangeProofRanges(proven, size))
    const since = timeOf(request, 'since')
    const until = timeOf(request, 'until')
    const population: Population = {
      format: populationFormat,
      tenant,
      vkey,
      checkpoint: note,
      size,
      from,
      to,
      ...(since === undefined ? {} : { since }),
      ...(until === undefined ? {} : { until }),
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
      path: hashes.map((hash) => hash.toString('base64')),
    }
    const body = JSON.stringify(population)
    const evidence = { format: 'population', from, to, count: to - from, sha256: sha256Of(body) }
    const facts = { action: 'ledger.exported', outcome: 'success', evidence } as const
    await recordView(appender, { id: uuid7(), tenant, facts, viewer: tokenOf(request).name })
    response.set('cache-control', 'no-store').type('application/json').send(body)
  }
}

async function leafOf({ reader, tenant }: Signed, index: number): Promise<Leaf> {
  const [entry] = await reader.entries(tenant, { from: index, to: index + 1, limit: 1 })
  if (entry === undefined) throw new Refusal('not_found')
  // The ledger itself wrote it.
  return JSON.parse(entry.leaf) as Leaf
}

/**
 * Draws a sample. The auditor takes a checkpoint first and then says its size and a nonce of their own: neither
 * side can choose what is drawn.
 */
export function getSample({ sdk, reader, logs, appender }: PopulationRouteParts): RequestHandler {
  return async (request, response) => {
    const tenant = tenantOf(request, sdk)
    const published = await publishedOf(reader, tenant)
    const size = numberOf(request, 'size', { max: published.size })
    const nonce = nonceOf(request)
    const [signed] = await reader.checkpoints(tenant, size - 1, size)
    if (signed === undefined)
      throw new Refusal('not_found', { detail: `no checkpoint of size ${size} was signed` })
    const { start: from, end: to } = await entryRangeOf(request, { reader, tenant, size })
    const count = numberOf(request, 'count', { max: Math.min(maxSample, to - from) })
    const { verifierKey, vkey } = await logs.open(tenant)
    const { root } = openCheckpoint(signed.note, verifierKey)
    const indices = drawSample({ root, nonce: Buffer.from(nonce, 'hex'), from, to, count })
    const drawn = { tenant, vkey, checkpoint: signed.note, nonce, from, to, count, indices }
    const body = JSON.stringify(drawn)
    const evidence = { format: 'sample', from, to, count, sha256: sha256Of(body) }
    const facts = { action: 'ledger.sampled', outcome: 'success', evidence } as const
    await recordView(appender, { id: uuid7(), tenant, facts, viewer: tokenOf(request).name })
    response.set('cache-control', 'no-store').type('application/json').send(body)
  }
}

function nonceOf(request: Request): string {
  const nonce = optionalText(request, 'nonce', /^(?:[0-9a-f]{2}){16,64}$/)
  if (nonce !== undefined) return nonce
  throw new Refusal('query_invalid', {
    faults: [{ at: 'nonce', expected: '16 to 64 bytes in lower-case hex' }],
  })
}

function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
