/** The traces and logs of the collector's local store, as its query door answers them. */
import Type, { type Static } from 'typebox'
import { validator } from '../../lib/validate.ts'
import { ConsoleError } from '../errors.ts'
import { ask, askJson } from './upstream.ts'

const Attributes = Type.Record(Type.String(), Type.Unknown())

const Span = Type.Object({
  spanId: Type.String(),
  parentSpanId: Type.Optional(Type.String()),
  name: Type.String(),
  kind: Type.String(),
  service: Type.String(),
  startTimeUnixNano: Type.String({ pattern: '^\\d{1,20}$' }),
  endTimeUnixNano: Type.String({ pattern: '^\\d{1,20}$' }),
  status: Type.String(),
  statusMessage: Type.Optional(Type.String()),
  attributes: Attributes,
})
export type Span = Static<typeof Span>

const Found = Type.Object({
  traceId: Type.String({ pattern: '^[0-9a-f]{32}$' }),
  name: Type.String(),
  service: Type.String(),
  startTimeUnixNano: Type.String(),
  durationMillis: Type.Number(),
  status: Type.String(),
})
export type FoundTrace = Static<typeof Found>

const LogLine = Type.Object({
  timeUnixNano: Type.String(),
  severity: Type.String(),
  service: Type.String(),
  body: Type.Unknown(),
  spanId: Type.Optional(Type.String()),
  attributes: Attributes,
})
export type LogLine = Static<typeof LogLine>

const checkTrace = validator(Type.Object({ traceId: Type.String(), spans: Type.Array(Span) }))
const checkFound = validator(Type.Object({ traces: Type.Array(Found) }))
const checkLogs = validator(Type.Object({ logs: Type.Array(LogLine) }))

export interface TraceSearch {
  readonly service?: string
  readonly tenant?: string
  readonly route?: string
  readonly minDurationMillis?: number
  readonly isError?: boolean
  readonly limit: number
}

export interface TraceResult extends FoundTrace {
  /** Absent where no span of it names one, or nobody asked for a tenant. */
  readonly tenant?: string
}

export interface SearchAnswer {
  readonly traces: readonly TraceResult[]
  /** How many traces were looked at, where the store could not answer the whole question itself. */
  readonly lookedAt?: number
}

export interface TraceClient {
  /** Spans of a trace, earliest first; undefined where none is stored. */
  readonly trace: (traceId: string) => Promise<readonly Span[] | undefined>
  readonly search: (search: TraceSearch) => Promise<SearchAnswer>
  readonly logs: (query: Readonly<Record<string, string>>) => Promise<readonly LogLine[]>
}

/** Traces the store is asked for when the console has to choose among them by status, and by tenant. */
const candidates = { status: 1_000, tenant: 120 } as const
/** Traces that are read at once to learn their tenant. */
const atOnce = 8

/** Opens the collector's query door at `base`. */
export function tracesAt(base: string): TraceClient {
  const readTrace = async (traceId: string) => {
    const { status, body } = await ask({ url: `${base}/api/traces/${traceId}` })
    if (status === 404) return undefined
    return spansIn(status, body)
  }
  return {
    trace: readTrace,
    search: async (search) => {
      const { tenant, isError, limit } = search
      const most = tenant !== undefined || isError === true ? candidates.status : limit
      const outcome = checkFound(await askJson({ url: `${base}/api/search?${parametersOf(search, most)}` }))
      if (!outcome.valid) throw invalid('traces')
      const found = outcome.value.traces.filter(({ status }) => isError !== true || status === 'ERROR')
      if (tenant === undefined) return { traces: found.slice(0, limit) }
      const looked = found.slice(0, candidates.tenant)
      const traces = await withTenant(looked, readTrace)
      return {
        traces: traces.filter((trace) => trace.tenant === tenant).slice(0, limit),
        lookedAt: looked.length,
      }
    },
    logs: async (query) => {
      const outcome = checkLogs(await askJson({ url: `${base}/api/logs?${new URLSearchParams(query)}` }))
      if (!outcome.valid) throw invalid('logs')
      return outcome.value.logs
    },
  }
}

function spansIn(status: number, body: Buffer): readonly Span[] {
  if (status !== 200) throw new ConsoleError('UPSTREAM_REFUSED', `answered ${status}`)
  const outcome = checkTrace(JSON.parse(body.toString('utf8')))
  if (!outcome.valid) throw invalid('a trace')
  return outcome.value.spans
}

function invalid(what: string): ConsoleError {
  return new ConsoleError('UPSTREAM_INVALID', `answered something else than ${what}`)
}

function parametersOf({ service, route, minDurationMillis }: TraceSearch, limit: number): URLSearchParams {
  return new URLSearchParams({
    limit: String(limit),
    ...(service === undefined ? {} : { service }),
    ...(route === undefined ? {} : { route }),
    ...(minDurationMillis === undefined ? {} : { minDurationMillis: String(minDurationMillis) }),
  })
}

/** Reads each trace to learn its tenant: the store's own search does not know tenants. */
async function withTenant(
  found: readonly FoundTrace[],
  readTrace: TraceClient['trace'],
): Promise<readonly TraceResult[]> {
  const results: TraceResult[] = []
  for (let start = 0; start < found.length; start += atOnce) {
    const part = found.slice(start, start + atOnce)
    const read = await Promise.all(
      part.map(async (trace) => {
        const tenant = tenantOf((await readTrace(trace.traceId)) ?? [])
        return { ...trace, ...(tenant === undefined ? {} : { tenant }) }
      }),
    )
    results.push(...read)
  }
  return results
}

/** Tells the tenant of a trace: the first one a span names. */
export function tenantOf(spans: readonly Span[]): string | undefined {
  for (const { attributes } of spans) {
    const tenant = attributes['campus.tenant']
    if (typeof tenant === 'string') return tenant
  }
  return undefined
}
