/** What the pages read of the other processes: status, traces, logs, ledger, privacy, posture. */
import type { Express, RequestHandler } from 'express'
import { services, tenantPattern } from '../../contracts/services.ts'
import { messageOf } from '../../lib/errors.ts'
import { Refusal } from '../../lib/refusal.ts'
import { ConsoleError } from '../errors.ts'
import type { LedgerClient } from '../sources/ledger.ts'
import type { PostureClient } from '../sources/posture.ts'
import type { PrivacyView } from '../sources/shapes.ts'
import { tenantOf, type TraceClient } from '../sources/traces.ts'
import { knownOf } from '../sources/upstream.ts'
import type { StatusPage } from '../status/judge.ts'
import { requireCaller } from './caller.ts'
import { readQuery } from './parameters.ts'

export interface SourceParts {
  readonly status: () => Promise<StatusPage & { readonly time: string }>
  readonly traces: TraceClient
  readonly ledger: LedgerClient
  readonly privacy: () => Promise<PrivacyView>
  readonly posture: PostureClient
}

const traceIdPattern = /^[0-9a-f]{32}$/
const service = new RegExp(`^(?:portal|${services.join('|')})$`)
const limit = /^(?:[1-9]|[1-9]\d|1\d\d|200)$/

/** Mounts the routes; each answers 502 with a sentence when the process behind it is away. */
export function mountSources(app: Express, parts: SourceParts): void {
  const { traces, ledger, posture } = parts
  const get = (
    path: string,
    who: string,
    read: (request: Parameters<RequestHandler>[0]) => Promise<unknown>,
  ) =>
    app.get(path, requireCaller, async (request, response) => {
      const value = await read(request).catch((error: unknown) => {
        throw toRefusal(who, error)
      })
      response.json(value)
    })
  get('/api/status', 'the console', () => parts.status())
  get('/api/traces', 'the collector', (request) => traces.search(searchOf(request)))
  get('/api/traces/:id', 'the collector', async (request) => {
    const traceId = traceIdOf(request.params['id'])
    const spans = await traces.trace(traceId)
    if (spans === undefined) throw new Refusal('not_found', { detail: 'no span of this trace is stored' })
    const tenant = tenantOf(spans)
    const [logs, entries] = await Promise.all([
      knownOf('The collector', traces.logs({ traceId, limit: '200' })),
      knownOf('The ledger', tenant === undefined ? Promise.resolve([]) : ledger.entriesOf(tenant, traceId)),
    ])
    return { traceId, spans, ...(tenant === undefined ? {} : { tenant }), logs, entries }
  })
  get('/api/logs', 'the collector', async (request) => ({ logs: await traces.logs(logQueryOf(request)) }))
  get('/api/ledger', 'the ledger', async () => ({ logs: await ledger.logs() }))
  get('/api/privacy', 'the collector', () => parts.privacy())
  get('/api/posture', 'the scanner', () => posture.read())
}

function searchOf(request: Parameters<RequestHandler>[0]) {
  const asked = readQuery(request, {
    service,
    tenant: new RegExp(tenantPattern),
    route: /^[\w/:{}.\-* ]{1,200}$/,
    minDurationMillis: /^\d{1,7}$/,
    status: /^(?:error|any)$/,
    limit,
  })
  const { service: name, tenant, route, minDurationMillis, status } = asked
  return {
    ...(name === undefined ? {} : { service: name }),
    ...(tenant === undefined ? {} : { tenant }),
    ...(route === undefined ? {} : { route }),
    ...(minDurationMillis === undefined ? {} : { minDurationMillis: Number(minDurationMillis) }),
    ...(status === 'error' ? { isError: true } : {}),
    limit: Number(asked.limit ?? 50),
  }
}

function logQueryOf(request: Parameters<RequestHandler>[0]): Readonly<Record<string, string>> {
  const asked = readQuery(request, {
    traceId: traceIdPattern,
    service,
    from: /^\d{1,13}$/,
    to: /^\d{1,13}$/,
    limit,
  })
  return { limit: '100', ...asked }
}

function traceIdOf(text: unknown): string {
  if (typeof text !== 'string' || !traceIdPattern.test(text)) throw new Refusal('not_found')
  return text
}

function toRefusal(who: string, error: unknown): unknown {
  if (!(error instanceof ConsoleError)) return error
  return new Refusal('overloaded', { detail: `${who} ${messageOf(error)}`, status: 502, cause: error })
}
