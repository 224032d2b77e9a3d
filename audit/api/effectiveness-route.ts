/** `GET /v1/logs/:tenant/effectiveness`: denials, broken glass and reads without a relationship, by role and quarter. */
import { createHash } from 'node:crypto'
import type { RequestHandler } from 'express'
import type { EffectivenessReport } from '../../contracts/effectiveness.ts'
import type { Leaf } from '../../contracts/leaf.ts'
import { tokenOf } from '../../lib/token.ts'
import { uuid7 } from '../../lib/uuid7.ts'
import type { Facts } from '../format/entry.ts'
import { Effectiveness } from '../report/effectiveness.ts'
import { entryRangeOf } from './entry-range.ts'
import { publishedOf, type LogRouteParts } from './log-routes.ts'
import { tenantOf } from './parameters.ts'
import { recordView } from './view-event.ts'

const pageLength = 500

/** Answers the report of a range of entries; that it was asked for is in the log before it is sent. */
export function getEffectiveness({ sdk, reader, appender }: LogRouteParts): RequestHandler {
  return async (request, response) => {
    const tenant = tenantOf(request, sdk)
    const { size } = await publishedOf(reader, tenant)
    const { start, end } = await entryRangeOf(request, { reader, tenant, size })
    const found = new Effectiveness()
    for (let from = start; from < end && !response.destroyed; from += pageLength) {
      const to = Math.min(from + pageLength, end)
      for (const { leaf, facts } of await reader.entries(tenant, { from, to, limit: pageLength })) {
        // The ledger itself wrote both.
        found.take(JSON.parse(leaf) as Leaf, facts === null ? undefined : (JSON.parse(facts) as Facts))
      }
    }
    const { withoutFacts } = found
    const report: EffectivenessReport = {
      format: 'campanile/effectiveness/v1',
      tenant,
      from: start,
      to: end,
      size,
      withoutFacts,
      rows: found.rows(),
    }
    const text = JSON.stringify(report)
    const sha256 = createHash('sha256').update(text).digest('hex')
    const evidence = { format: 'effectiveness', from: start, to: end, count: end - start, sha256 }
    const facts = { action: 'ledger.reviewed', outcome: 'success', evidence } as const
    await recordView(appender, { id: uuid7(), tenant, facts, viewer: tokenOf(request).name })
    response.set('cache-control', 'no-store').type('application/json').send(text)
  }
}
