/** winston with the trace in every line: JSON on standard output, and the same record shipped as OTLP log. */
import winston from 'winston'
import type { Service } from '../contracts/services.ts'
import type { TelemetryFence } from './fence.ts'
import { encodeLog, type LogLevel } from './otlp/encode-log.ts'
import type { OtlpQueue } from './otlp/queue.ts'
import { nowMicros } from './trace/clock.ts'
import { activeContext } from './trace/context.ts'
import { describeException, sdkSpanIn } from './trace/span.ts'

export interface LogOptions {
  readonly service: Service
  readonly fence: TelemetryFence
  readonly queue: OtlpQueue
  /** Least severe level that is written. Default `info`. */
  readonly level?: LogLevel
  /** Where lines go. Default standard output. */
  readonly stream?: NodeJS.WritableStream
}

const levels: readonly string[] = ['error', 'warn', 'info', 'debug'] satisfies readonly LogLevel[]
/** What winston adds for itself and no line shows. */
const ownKeys: ReadonlySet<string> = new Set(['level', 'message', 'timestamp', 'splat'])

/**
 * Creates the logger. A line is an event name constant with fields; an `Error` under any field becomes its
 * type and frames. What the fence refuses is in neither copy.
 */
export function createSdkLogger(options: LogOptions): winston.Logger {
  const { service, fence, queue, level = 'info', stream = process.stdout } = options
  const line = winston.format.printf((info) => {
    const span = sdkSpanIn(activeContext())
    const severity = levels.includes(info.level) ? (info.level as LogLevel) : 'info'
    const event = String(info.message)
    const fields = fieldsOf(info, span?.request?.tenant)
    const micros = nowMicros()
    const writer = queue.begin()
    if (writer !== undefined) {
      encodeLog(writer, { micros, level: severity, event, fields, span }, fence)
      queue.commit()
    }
    const passed: Record<string, unknown> = {}
    for (const [key, value] of Object.entries(fields)) passed[key] = fence.logAttribute(key, value)
    const context = span?.spanContext()
    return JSON.stringify({
      time: new Date(micros / 1_000).toISOString(),
      level: severity,
      service,
      event: fence.logBody(event),
      ...(context === undefined ? {} : { trace_id: context.traceId, span_id: context.spanId }),
      ...passed,
    })
  })
  return winston.createLogger({
    level,
    format: line,
    transports: [new winston.transports.Stream({ stream })],
    exitOnError: false,
  })
}

function fieldsOf(
  info: Readonly<Record<string, unknown>>,
  tenant: string | undefined,
): Record<string, unknown> {
  const fields: Record<string, unknown> = tenant === undefined ? {} : { tenant }
  for (const [key, value] of Object.entries(info)) {
    if (ownKeys.has(key)) continue
    if (value instanceof Error) {
      const described = describeException(value)
      fields['errorType'] = described['exception.type']
      fields['stack'] = described['exception.stacktrace']
    } else fields[key] = value
  }
  return fields
}
