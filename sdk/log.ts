/** winston with the trace in every line: JSON on standard output, and the same record shipped as OTLP log. */
import winston from 'winston'
import type { Attributes } from '../contracts/attributes.ts'
import type { LogEvent } from '../contracts/log-events.ts'
import type { Service } from '../contracts/services.ts'
import type { TelemetryFence } from './fence.ts'
import { encodeLog, type LogLevel } from './otlp/encode-log.ts'
import type { OtlpQueue } from './otlp/queue.ts'
import { nowMicros } from './trace/clock.ts'
import { activeContext } from './trace/context.ts'
import { describeException, sdkSpanIn } from './trace/span.ts'

/** Values of a line: declared keys only, and an error under `error`. */
export type LogFields = Attributes & { readonly error?: unknown }

type WriteLine = (event: LogEvent, fields?: LogFields) => void

/** winston's logger as the house uses it: an event or a field that `contracts/` does not list does not compile. */
export interface Log {
  readonly error: WriteLine
  readonly warn: WriteLine
  readonly info: WriteLine
  readonly debug: WriteLine
}

export interface LogOptions {
  readonly service: Service
  readonly fence: TelemetryFence
  readonly queue: OtlpQueue
  /** Least severe level that is written. Default `info`. */
  readonly level?: LogLevel
  /** Where lines go. Default standard output. */
  readonly stream?: NodeJS.WritableStream
}

const unchanged = winston.format((info) => info)
const levels: readonly string[] = ['error', 'warn', 'info', 'debug'] satisfies readonly LogLevel[]
/** What winston adds for itself and no line shows. */
const ownKeys: ReadonlySet<string> = new Set(['level', 'message', 'timestamp', 'splat'])

/**
 * Creates the logger. A line is an event name constant with fields; an `Error` under any field becomes its
 * type and frames. What the fence refuses is in neither copy.
 */
export function createSdkLogger(options: LogOptions): Log {
  const { service, fence, queue, level = 'info', stream = process.stdout } = options
  const line = winston.format.printf((info) => {
    const span = sdkSpanIn(activeContext())
    const severity = levels.includes(info.level) ? (info.level as LogLevel) : 'info'
    const event = fence.logBody(String(info.message))
    const fields: Record<string, unknown> = {}
    for (const [key, value] of Object.entries(fieldsOf(info, span?.request?.tenant))) {
      fields[key] = fence.logAttribute(key, value)
    }
    const micros = nowMicros()
    const writer = queue.begin()
    if (writer !== undefined) {
      encodeLog(writer, { micros, level: severity, event, fields, span })
      queue.commit()
    }
    const context = span?.spanContext()
    return JSON.stringify({
      time: new Date(micros / 1_000).toISOString(),
      level: severity,
      service,
      event,
      ...(context === undefined ? {} : { trace_id: context.traceId, span_id: context.spanId }),
      ...fields,
    })
  })
  return winston.createLogger({
    level,
    // Only a transport looks at the level before it formats, and this format also ships the line.
    format: unchanged(),
    transports: [new winston.transports.Stream({ stream, format: line })],
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
