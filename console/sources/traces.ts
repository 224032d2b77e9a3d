/** The traces and logs of the collector's local store, as its query door answers them. */
import Type from 'typebox'
import { validator } from '../../lib/validate.ts'
import { ConsoleError } from '../errors.ts'
import { FoundTrace, LogLine, Span, type SearchAnswer, type TraceResult } from './shapes.ts'
import { ask, askJson, jsonIn } from './upstream.ts'

const checkTrace = validator(Type.Object({ traceId: Type.String(), spans: Type.Array(Span) }))
const checkFound = validator(Type.Object({ traces: Type.Array(FoundTrace) }))
const checkLogs = validator(Type.Object({ logs: Type.Array(LogLine) }))

export interface TraceSearch {
  readonly service?: string
  readonly tenant?: string
  readonly route?: string
  readonly minDurationMillis?: number
  readonly isError?: boolean
  readonly limit: number
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
      const outcome = checkFound(
        await askJson({ url: `${base}/api/search?${parametersOf(search, most).toString()}` }),
      )
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
      const outcome = checkLogs(
        await askJson({ url: `${base}/api/logs?${new URLSearchParams(query).toString()}` }),
      )
      if (!outcome.valid) throw invalid('logs')
      return outcome.value.logs
    },
  }
}

function spansIn(status: number, body: Buffer): readonly Span[] {
  if (status !== 200) throw new ConsoleError('UPSTREAM_REFUSED', `answered ${status}`)
  const outcome = checkTrace(jsonIn(body))
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
