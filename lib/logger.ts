/** JSON lines for processes that do not use the SDK: the collector and the supervisor. */
import winston from 'winston'
import type { Service } from '../contracts/services.ts'

export interface LoggerOptions {
  readonly service: Service
  /** Least severe level that is written. Default `info`. */
  readonly level?: 'error' | 'warn' | 'info' | 'debug'
  /** Where lines go. Default standard output. */
  readonly stream?: NodeJS.WritableStream
}

/** Creates a logger whose lines are `{"time","level","service","event",…fields}`; the event name is constant. */
export function createLogger({
  service,
  level = 'info',
  stream = process.stdout,
}: LoggerOptions): winston.Logger {
  const line = winston.format.printf(({ level: severity, message, ...fields }) =>
    JSON.stringify({ time: new Date().toISOString(), level: severity, service, event: message, ...fields }),
  )
  return winston.createLogger({
    level,
    format: line,
    transports: [new winston.transports.Stream({ stream })],
    exitOnError: false,
  })
}
