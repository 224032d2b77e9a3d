/**
 * `/v1/record/:tenant/quarantine…`: a custodian looks at events that were refused, and drops them. Each look, and
 * each that is dropped, is in the log before it is answered.
 */
import { createHash, randomUUID } from 'node:crypto'
import type { Request, RequestHandler } from 'express'
import type { Sdk } from '#sdk'
import { Refusal } from '../../lib/refusal.ts'
import { tokenOf } from '../../lib/token.ts'
import type { Appender } from '../append/appender.ts'
import type { Logs } from '../store/logs.ts'
import type { QuarantineStore } from '../store/quarantine/quarantine-store.ts'
import { publishedOf, type LogRouteParts } from './log-routes.ts'
import { numberOf, optionalText, tenantOf } from './parameters.ts'
import { recordView, type View } from './view-event.ts'

export interface QuarantineRouteParts {
  readonly sdk: Sdk
  readonly reader: LogRouteParts['reader']
  readonly appender: Appender
  readonly logs: Pick<Logs, 'open'>
  readonly quarantined: Pick<QuarantineStore, 'drop' | 'list' | 'open'>
}

const maxPage = 200
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Makes the handlers of the quarantine. */
export function quarantineHandlers(parts: QuarantineRouteParts) {
  return {
    listQuarantine: listQuarantine(parts),
    readQuarantined: readQuarantined(parts),
    dropQuarantined: dropQuarantined(parts),
  }
}

function listQuarantine(parts: QuarantineRouteParts): RequestHandler {
  return async (request, response) => {
    const tenant = await loggedTenant(request, parts)
    const limit = numberOf(request, 'limit', { fallback: 100, max: maxPage })
    const events = await parts.quarantined.list(tenant, {
      after: optionalText(request, 'after', uuid),
      limit,
    })
    const last = events.at(-1)
    const page = { events, ...(last !== undefined && events.length === limit ? { next: last.id } : {}) }
    const text = JSON.stringify(page)
    await recordLook(request, parts, { tenant, count: events.length, text })
    response.set('cache-control', 'no-store').type('application/json').send(text)
  }
}

function readQuarantined(parts: QuarantineRouteParts): RequestHandler {
  return async (request, response) => {
    const tenant = await loggedTenant(request, parts)
    const id = idOf(request)
    const { keys } = await parts.logs.open(tenant)
    const opened = await parts.quarantined.open(keys, id)
    if (opened === undefined) throw new Refusal('not_found')
    const shown = typeof opened === 'string' ? { id, state: opened } : { id, state: 'open', ...opened }
    const text = JSON.stringify(shown)
    await recordLook(request, parts, { tenant, count: 1, text, resourceId: id })
    response.set('cache-control', 'no-store').type('application/json').send(text)
  }
}

function dropQuarantined(parts: QuarantineRouteParts): RequestHandler {
  return async (request, response) => {
    const tenant = await loggedTenant(request, parts)
    const id = idOf(request)
    const { keys } = await parts.logs.open(tenant)
    if ((await parts.quarantined.open(keys, id)) === undefined) throw new Refusal('not_found')
    // What was dropped without a trace could not be told from what never came.
    await record(request, parts, { tenant, action: 'quarantine.dropped', resourceId: id })
    await parts.quarantined.drop(tenant, id)
    response.set('cache-control', 'no-store').json({ id, outcome: 'dropped' })
  }
}

interface Look {
  readonly tenant: string
  readonly count: number
  /** What will be sent. */
  readonly text: string
  readonly resourceId?: string
}

async function recordLook(request: Request, parts: QuarantineRouteParts, look: Look): Promise<void> {
  const { tenant, count, text, resourceId } = look
  const sha256 = createHash('sha256').update(text).digest('hex')
  await record(request, parts, {
    tenant,
    action: 'quarantine.read',
    evidence: { format: 'quarantine', from: 0, to: 0, count, sha256 },
    ...(resourceId === undefined ? {} : { resourceId }),
  })
}

type Deed = Pick<View, 'tenant' | 'resourceId'> &
  Pick<View['facts'], 'evidence'> & { readonly action: 'quarantine.read' | 'quarantine.dropped' }

async function record(request: Request, { appender }: QuarantineRouteParts, deed: Deed): Promise<void> {
  const { tenant, action, evidence, resourceId } = deed
  await recordView(appender, {
    id: randomUUID(),
    tenant,
    facts: { action, outcome: 'success', ...(evidence === undefined ? {} : { evidence }) },
    viewer: tokenOf(request).name,
    ...(resourceId === undefined ? {} : { resourceId }),
  })
}

/** Reads the tenant of the path; without a log it has no quarantine, and asking makes none. */
async function loggedTenant(request: Request, { sdk, reader }: QuarantineRouteParts): Promise<string> {
  const tenant = tenantOf(request, sdk)
  await publishedOf(reader, tenant)
  return tenant
}

function idOf(request: Request): string {
  const { id } = request.params
  if (typeof id !== 'string' || !uuid.test(id)) throw new Refusal('not_found')
  return id
}
