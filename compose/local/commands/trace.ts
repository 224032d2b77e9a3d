/** `trace ID`: one request as the collector's store has it, a tree of spans and its log lines. */
import Type, { type Static } from 'typebox'
import { validator } from '../../../lib/validate.ts'
import type { Settings } from '../settings.ts'
import type { ExitCode, Output } from './output.ts'

const Nanos = Type.String({ pattern: '^[0-9]{1,20}$' })

const StoredSpan = Type.Object({
  spanId: Type.String(),
  parentSpanId: Type.Optional(Type.String()),
  name: Type.String(),
  service: Type.String(),
  startTimeUnixNano: Nanos,
  endTimeUnixNano: Nanos,
  status: Type.Optional(Type.Unknown()),
  attributes: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
})
export type StoredSpan = Static<typeof StoredSpan>

const StoredTrace = Type.Object({ traceId: Type.String(), spans: Type.Array(StoredSpan) })
const StoredLogs = Type.Object({
  logs: Type.Array(
    Type.Object({
      timeUnixNano: Nanos,
      severity: Type.String(),
      service: Type.String(),
      body: Type.Unknown(),
      attributes: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    }),
  ),
})
type StoredLog = Static<typeof StoredLogs>['logs'][number]

const checkTrace = validator(StoredTrace)
const checkLogs = validator(StoredLogs)

/** Shows a trace; 1 when the store does not have it, 2 when the id is not one. */
export async function showTrace(settings: Settings, traceId: string, output: Output): Promise<ExitCode> {
  if (!/^[0-9a-f]{32}$/.test(traceId)) {
    output.warn(
      `campanile: expected a trace id of 32 lower-case hex digits, found ${JSON.stringify(traceId)}`,
    )
    return 2
  }
  const base = `http://127.0.0.1:${settings.ports.query}/api`
  const [traceBody, logsBody] = await Promise.all([
    ask(`${base}/traces/${traceId}`),
    ask(`${base}/logs?traceId=${traceId}&limit=100`),
  ])
  const trace = checkTrace(traceBody)
  if (!trace.valid || trace.value.spans.length === 0) {
    output.warn(
      `campanile: no trace ${traceId} in the store (it keeps the last hours), or nothing is running`,
    )
    return 1
  }
  const logs = checkLogs(logsBody)
  for (const line of traceLines(trace.value.spans, logs.valid ? logs.value.logs : [])) output.write(line)
  return 0
}

async function ask(url: string): Promise<unknown> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5_000) })
    return response.ok ? await response.json() : undefined
  } catch {
    // Nothing listens: the caller says what that means.
    return undefined
  }
}

/** Renders spans as a tree, siblings by start, then the log lines by time. */
export function traceLines(spans: readonly StoredSpan[], logs: readonly StoredLog[]): string[] {
  const first = spans.reduce(
    (least, { startTimeUnixNano: start }) => (BigInt(start) < least ? BigInt(start) : least),
    BigInt(spans[0]?.startTimeUnixNano ?? 0),
  )
  const offset = (nanos: string) => `+${millis(BigInt(nanos) - first)}`
  const lines: string[] = []
  const seen = new Set<string>()
  const visit = (span: StoredSpan, depth: number) => {
    // A forged parent could make a circle.
    if (seen.has(span.spanId)) return
    seen.add(span.spanId)
    const duration = millis(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano))
    const label = `${'  '.repeat(depth)}${span.name}`
    lines.push(
      `  ${offset(span.startTimeUnixNano).padStart(10)} ${duration.padStart(10)}  ${span.service.padEnd(10)} ${label}`,
    )
    for (const child of childrenOf(spans, span.spanId)) visit(child, depth + 1)
  }
  const known = new Set(spans.map(({ spanId }) => spanId))
  for (const span of byStart(spans)) if (!known.has(span.parentSpanId ?? '')) visit(span, 0)
  const logLines = logs
    .toSorted((a, b) => compare(BigInt(a.timeUnixNano), BigInt(b.timeUnixNano)))
    .map(
      (log) =>
        `  ${offset(log.timeUnixNano).padStart(10)} ${log.severity.padStart(10)}  ${log.service.padEnd(10)} ${text(log)}`,
    )
  return logLines.length === 0 ? lines : [...lines, '', ...logLines]
}

function childrenOf(spans: readonly StoredSpan[], parent: string): StoredSpan[] {
  return byStart(spans.filter(({ parentSpanId }) => parentSpanId === parent))
}

function byStart(spans: readonly StoredSpan[]): StoredSpan[] {
  return spans.toSorted((a, b) => compare(BigInt(a.startTimeUnixNano), BigInt(b.startTimeUnixNano)))
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function millis(nanos: bigint): string {
  return `${(Number(nanos) / 1e6).toFixed(2)} ms`
}

function text({ body, attributes = {} }: StoredLog): string {
  const fields = Object.entries(attributes).map(([key, value]) => `${key}=${String(value)}`)
  return [typeof body === 'string' ? body : JSON.stringify(body), ...fields].join(' ')
}
