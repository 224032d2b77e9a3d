/**
 * The part of Tempo's HTTP API that Grafana's Tempo data source calls, under `/tempo`, over the local store. Parameters
 * and shapes are Tempo's; a query that asks for more than the store answers is refused by name.
 */
import type { Express, Request, Response } from 'express'
import { Refusal } from '../../lib/refusal.ts'
import { batchOf, foundTraceJson, resourceSpansJson } from '../export/tempo-json.ts'
import { findTrace, type StoredSpan } from '../store/query.ts'
import type { SignalStore } from '../store/signal-store.ts'
import { findServices, findTagNames, findTagValues } from '../store/tags.ts'
import { searchByQuery } from '../store/trace-search.ts'
import { fieldOf, intrinsics } from '../traceql/fields.ts'
import { spanKinds, statusCodes } from '../wire/names.ts'
import { encodeTraces } from '../wire/traces.ts'
import { ProtobufWriter } from '../wire/writer.ts'
import type { QuestionGate } from './question-gate.ts'
import { filterOf, invalid, limitOf, parameter, rangeOf, searchQueryOf, traceIdOf } from './tempo-query.ts'

export interface TempoOptions {
  readonly traces: SignalStore
  readonly gate: QuestionGate
}

/** Most spans of one trace in an answer. */
const maxSpans = 5_000
const tagLimit = { fallback: 1_000, most: 5_000 }
const protobuf = 'application/protobuf'
/** The version of the API whose shapes these are. */
const apiVersion = '2.6.0'

interface TagValue {
  readonly type: 'string' | 'int' | 'float' | 'bool' | 'keyword'
  readonly value: string
}

/** Mounts the routes. */
export function mountTempoApi(app: Express, options: TempoOptions): void {
  const { traces, gate } = options
  app.get('/tempo/ready', (_request, response) => void response.type('text').send('ready'))
  app.get('/tempo/api/echo', (_request, response) => void response.type('text').send('echo'))
  app.get('/tempo/api/status/buildinfo', (_request, response) => {
    const unknown = { revision: '', branch: '', buildUser: '', buildDate: '', goVersion: '' }
    response.json({ version: apiVersion, ...unknown })
  })
  app.get('/tempo/api/traces/:traceID', async (request, response) => {
    const { found } = await traceOf(request, options)
    const batch = batchOf(found)
    if (wantsProtobuf(request)) sendProtobuf(response, encodeTraces(new ProtobufWriter(), batch))
    else response.json({ batches: resourceSpansJson(batch) })
  })
  app.get('/tempo/api/v2/traces/:traceID', async (request, response) => {
    const { found, isPartial } = await traceOf(request, options)
    const batch = batchOf(found)
    if (wantsProtobuf(request)) sendProtobuf(response, responseOf(batch, isPartial))
    else {
      response.json({
        trace: { resourceSpans: resourceSpansJson(batch) },
        metrics: {},
        ...(isPartial ? { status: 'PARTIAL', message: partialText } : {}),
      })
    }
  })
  app.get('/tempo/api/search', async (request, response) => {
    const search = {
      query: searchQueryOf(request),
      limit: limitOf(request, 'limit', { fallback: 20, most: 1_000 }),
      spansPerTrace: limitOf(request, 'spss', { fallback: 3, most: 100 }),
      ...rangeOf(request),
    }
    const { found, isPartial } = await gate.ask(() => searchByQuery(traces, search))
    response.json({
      traces: found.map(foundTraceJson),
      metrics: { inspectedTraces: found.length },
      ...(isPartial ? { partial: true } : {}),
    })
  })
  for (const path of ['/tempo/api/metrics/query_range', '/tempo/api/metrics/query']) {
    app.get(path, () => {
      throw invalid('q', 'a search: TraceQL metrics are not supported, ask Prometheus for span metrics')
    })
  }
  mountTags(app, options)
}

function mountTags(app: Express, options: TempoOptions): void {
  const names = (request: Request) =>
    options.gate.ask(() =>
      findTagNames(options.traces, { limit: limitOf(request, 'limit', tagLimit), ...rangeOf(request) }),
    )
  app.get('/tempo/api/search/tags', async (request, response) => {
    const { resource, span } = await names(request)
    response.json({ tagNames: [...new Set([...resource, ...span])].sort(), metrics: {} })
  })
  app.get('/tempo/api/v2/search/tags', async (request, response) => {
    const wanted = parameter(request, 'scope') ?? 'none'
    const scopes = ['resource', 'span', 'intrinsic']
    // Scopes that are never stored here have no names.
    const known = [...scopes, 'none', 'event', 'link', 'instrumentation']
    if (!known.includes(wanted)) throw invalid('scope', `one of ${known.join(', ')}`)
    const found = { ...(await names(request)), intrinsic: [...intrinsics.keys()].sort() }
    const shown = [
      { name: 'resource', tags: found.resource },
      { name: 'span', tags: found.span },
      { name: 'intrinsic', tags: found.intrinsic },
    ]
    response.json({
      scopes: shown.filter(({ name }) => wanted === 'none' || name === wanted),
      metrics: {},
    })
  })
  app.get('/tempo/api/search/tag/:tag/values', async (request, response) => {
    const tag = tagOf(request)
    // The first version of the API knows no scopes.
    const values = await valuesOf(request, intrinsics.has(tag) ? tag : `.${tag}`, options)
    response.json({ tagValues: values.map(({ value }) => value), metrics: {} })
  })
  app.get('/tempo/api/v2/search/tag/:tag/values', async (request, response) => {
    response.json({ tagValues: await valuesOf(request, tagOf(request), options), metrics: {} })
  })
}

const partialText = 'the trace is longer than an answer, or a part of the store could not be read'

async function traceOf(request: Request, { traces, gate }: TempoOptions) {
  const traceId = traceIdOf(request.params['traceID'])
  const range = rangeOf(request)
  const answer = await gate.ask(() => findTrace(traces, traceId, maxSpans, range))
  if (answer.found.length === 0) throw new Refusal('not_found', { detail: 'no span of this trace is stored' })
  return answer
}

/** Writes a TraceByIDResponse: the trace in field 1, whether it is partial in 3, and why in 4. */
function responseOf(batch: ReturnType<typeof batchOf>, isPartial: boolean): Buffer {
  const writer = new ProtobufWriter()
  const trace = encodeTraces(writer, batch)
  writer.bytes(0x0a, trace)
  if (isPartial) {
    writer.uint32(0x18, 1)
    writer.text(0x22, partialText)
  }
  return writer.take()
}

function wantsProtobuf(request: Request): boolean {
  return (request.headers.accept ?? '').includes(protobuf)
}

function sendProtobuf(response: Response, bytes: Buffer): void {
  response.setHeader('content-type', protobuf)
  response.end(bytes)
}

/** Grafana encodes the name of a tag twice. */
function tagOf(request: Request): string {
  const tag = String(request.params['tag'])
  try {
    return decodeURIComponent(tag)
  } catch {
    return tag
  }
}

async function valuesOf(request: Request, tag: string, { traces, gate }: TempoOptions): Promise<TagValue[]> {
  const limit = limitOf(request, 'limit', tagLimit)
  const [range, query] = [rangeOf(request), filterOf(request)]
  const keywords = keywordsOf(tag)
  if (keywords !== undefined) return keywords.map((value) => ({ type: 'keyword', value }))
  if (
    query === undefined &&
    ['resource.service.name', 'rootServiceName', 'trace:rootService'].includes(tag)
  ) {
    return findServices(traces, range, limit).map((value) => ({ type: 'string', value }))
  }
  const read = readerOf(tag)
  if (read === undefined) return []
  const options = { read, limit, ...range, ...(query === undefined ? {} : { query }) }
  const values = await gate.ask(() => findTagValues(traces, options))
  return values.map((value) => ({ type: typeOf(value), value: String(value) }))
}

function keywordsOf(tag: string): readonly string[] | undefined {
  if (tag === 'status' || tag === 'span:status') return statusCodes.map((name) => name.toLowerCase())
  return tag === 'kind' || tag === 'span:kind' ? spanKinds.map((name) => name.toLowerCase()) : undefined
}

/** Durations and ids have no values worth a list. */
function readerOf(tag: string) {
  if (tag === 'rootName' || tag === 'trace:rootName')
    return ({ span }: Pick<StoredSpan, 'span'>) => (span.parentSpanId === '' ? [span.name] : [])
  try {
    const field = fieldOf({ kind: 'word', text: tag, at: 1 })
    return field.of === 'span' && (field.type === 'any' || field.type === 'text') ? field.read : undefined
  } catch (error) {
    throw invalid('tag', error instanceof Error ? error.message : 'a field')
  }
}

function typeOf(value: string | number | boolean): TagValue['type'] {
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'string') return 'string'
  return Number.isInteger(value) ? 'int' : 'float'
}
