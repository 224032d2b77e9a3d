/** The query API over the local store. It listens on loopback and knows no users: whoever has a shell may read. */
import type { Express, Request } from 'express'
import { createDoor, closeDoor, type DoorOptions } from '../../lib/http.ts'
import { Refusal } from '../../lib/refusal.ts'
import { durationOf } from '../process/summary.ts'
import { findLogs, findTrace, searchTraces, type StoredSpan } from '../store/query.ts'
import type { SignalStore } from '../store/signal-store.ts'
import { logJson, spanJson } from '../export/query-json.ts'
import { requireOwnName } from './own-name.ts'
import { QuestionGate } from './question-gate.ts'
import { mountTempoApi } from './tempo-api.ts'

export interface QueryOptions extends DoorOptions {
  readonly traces: SignalStore
  readonly logs: SignalStore
}

/** Most spans of one trace in an answer. */
const maxSpans = 5_000
const maxLimit = 1_000

/** Creates the app: `/api/traces/:traceId`, `/api/logs`, `/api/search`, and Tempo's API under `/tempo`. */
export function createQueryApi(options: QueryOptions): Express {
  const app = createDoor(options)
  const gate = new QuestionGate()
  app.use(requireOwnName)
  app.get('/api/traces/:traceId', async (request, response) => {
    const traceId = traceIdOf(request.params['traceId'], 'traceId')
    const { found, isPartial } = await gate.ask(() => findTrace(options.traces, traceId, maxSpans))
    if (found.length === 0) throw new Refusal('not_found', { detail: 'no span of this trace is stored' })
    response.json({ traceId, spans: found.map(spanJson), ...partialMark(isPartial) })
  })
  app.get('/api/logs', async (request, response) => {
    const query = read(request, ['traceId', 'service', 'from', 'to', 'limit'])
    const { traceId } = query
    const question = {
      ...(traceId === undefined ? {} : { traceId: traceIdOf(traceId, 'traceId') }),
      ...serviceAndTime(query),
      limit: limitOf(query['limit'], 100),
    }
    const { found, isPartial } = await gate.ask(() => findLogs(options.logs, question))
    response.json({ logs: found.map(logJson), ...partialMark(isPartial) })
  })
  app.get('/api/search', async (request, response) => {
    const query = read(request, ['service', 'route', 'minDurationMillis', 'from', 'to', 'limit'])
    const { route, minDurationMillis } = query
    const question = {
      ...serviceAndTime(query),
      ...(route === undefined ? {} : { route }),
      ...(minDurationMillis === undefined
        ? {}
        : { minDuration: nanosOf(minDurationMillis, 'minDurationMillis') }),
      limit: limitOf(query['limit'], 20),
    }
    const { found, isPartial } = await gate.ask(() => searchTraces(options.traces, question))
    response.json({ traces: found.map(summaryJson), ...partialMark(isPartial) })
  })
  mountTempoApi(app, { traces: options.traces, gate })
  closeDoor(app)
  return app
}

/** Said only where it is so: blocks could not be read, or a bound ended the search. */
function partialMark(isPartial: boolean) {
  return isPartial ? { partial: true } : {}
}

function summaryJson(stored: StoredSpan) {
  const { traceId, spanId, name, kind, service, startTimeUnixNano, status } = {
    ...spanJson(stored),
    traceId: stored.span.traceId,
  }
  const durationMillis = Number(durationOf(stored.span)) / 1e6
  return { traceId, spanId, name, kind, service, startTimeUnixNano, durationMillis, status }
}

type Query<K extends string> = Partial<Readonly<Record<K, string>>>

/** Reads the known parameters; an unknown or repeated one is refused, with every fault at once. */
function read<K extends string>(request: Request, known: readonly K[]): Query<K> {
  const faults = Object.entries(request.query).flatMap(([name, value]) => {
    if (!known.some((key) => key === name))
      return [{ at: name.slice(0, 64), expected: `one of ${known.join(', ')}` }]
    return typeof value === 'string' && value.length <= 256
      ? []
      : [{ at: name, expected: 'one value of at most 256 characters' }]
  })
  if (faults.length > 0) throw new Refusal('query_invalid', { faults })
  // Every name is one of `known` and every value is text.
  return request.query as Query<K>
}

function serviceAndTime({ service, from, to }: Query<'service' | 'from' | 'to'>) {
  return {
    ...(service === undefined ? {} : { service }),
    ...(from === undefined ? {} : { from: nanosOf(from, 'from') }),
    ...(to === undefined ? {} : { to: nanosOf(to, 'to') }),
  }
}

/** Reads milliseconds (since 1970, or of a duration) as nanoseconds. */
function nanosOf(value: string, at: string): bigint {
  if (!/^\d{1,13}$/.test(value)) throw invalid(at, 'milliseconds as a whole number')
  return BigInt(value) * 1_000_000n
}

function limitOf(value: string | undefined, fallback: number): number {
  const limit = value === undefined ? fallback : /^\d{1,4}$/.test(value) ? Number(value) : 0
  if (limit < 1 || limit > maxLimit) throw invalid('limit', `a whole number from 1 to ${maxLimit}`)
  return limit
}

function traceIdOf(value: unknown, at: string): string {
  if (typeof value !== 'string' || !/^[0-9a-f]{32}$/i.test(value)) throw invalid(at, '32 hexadecimal digits')
  return value.toLowerCase()
}

function invalid(at: string, expected: string): Refusal {
  return new Refusal('query_invalid', { faults: [{ at, expected }] })
}
