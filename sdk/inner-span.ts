/** A span around a piece of work inside a request. */
import { SpanKind, SpanStatusCode } from '@opentelemetry/api'
import type { Attributes } from '../contracts/attributes.ts'
import type { SpanName } from '../contracts/span-names.ts'
import { activeContext, contextStore } from './trace/context.ts'
import { describeException } from './trace/span.ts'
import { isSuppressed } from './trace/suppress.ts'
import type { SdkTracer } from './trace/tracer.ts'

export interface InnerSpan<T> {
  readonly name: SpanName
  readonly attributes: Attributes
  readonly work: () => Promise<T>
}

/** Runs work in a span, the first of a trace where tracing was off; an error marks it with its type and passes on. */
export async function runInSpan<T>(tracer: SdkTracer, { name, attributes, work }: InnerSpan<T>): Promise<T> {
  const outer = activeContext()
  const span = tracer.begin(name, SpanKind.INTERNAL, isSuppressed(outer) ? undefined : outer)
  span.setAttributes(attributes)
  try {
    return await contextStore.run(span, work)
  } catch (error) {
    span.setAttribute('error.type', describeException(error)['exception.type'])
    span.setStatus({ code: SpanStatusCode.ERROR })
    throw error
  } finally {
    span.end()
  }
}
