/** The context in which no instrumentation records anything. */
import { createContextKey, ROOT_CONTEXT, type Context } from '@opentelemetry/api'

// The key @opentelemetry/core uses, so that stock instrumentations see it too.
const suppressKey = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING')
const suppressed = ROOT_CONTEXT.setValue(suppressKey, true)

/** Gives a context without a span in which tracing is off. */
export function suppressTracing(): Context {
  return suppressed
}

/** Tells whether tracing is off in a context. */
export function isSuppressed(context: Context): boolean {
  return context.getValue(suppressKey) === true
}
