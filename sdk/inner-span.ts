/** A span around a piece of work inside a request. */
import { SpanKind, SpanStatusCode } from '@opentelemetry/api'
import type { Attributes } from '../contracts/attributes.ts'
import type { SpanName } from '../contracts/span-names.ts'
import { activeContext, contextStore } from './trace/context.ts'
import { describeException } from './trace/span.ts'
import type { SdkTracer } from './trace/tracer.ts'

export interface InnerSpan<T> {
  readonly name: SpanName
  readonly attributes: Attributes
  readonly work: () => Promise<T>
}

/** Runs work in a span; an error marks the span with its type and passes on. */
export async function runInSpan<T>(tracer: SdkTracer, { name, attributes, work }: InnerSpan<T>): Promise<T> {
  const span = tracer.begin(name, SpanKind.INTERNAL, activeContext())
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
