/** OpenTelemetry's tracer over the SDK's own spans, so that stock instrumentations record through the same queue. */
import {
  SpanKind,
  trace,
  type Context,
  type Span,
  type SpanOptions,
  type Tracer,
  type TracerProvider,
} from '@opentelemetry/api'
import { toMicros } from './clock.ts'
import { activeContext, contextStore } from './context.ts'
import { SdkSpan, sdkSpanIn, type SpanSink } from './span.ts'
import { isSuppressed } from './suppress.ts'

export class SdkTracer implements Tracer, TracerProvider {
  readonly #sink: SpanSink

  constructor(sink: SpanSink) {
    this.#sink = sink
  }

  /** Every instrumentation scope shares one tracer. */
  getTracer(): Tracer {
    return this
  }

  startSpan(name: string, options: SpanOptions = {}, context: Context = activeContext()): Span {
    if (isSuppressed(context)) return trace.wrapSpanContext(invalidSpanContext)
    const span = this.begin(
      name,
      options.kind ?? SpanKind.INTERNAL,
      options.root === true ? undefined : context,
    )
    if (options.startTime !== undefined) span.startMicros = toMicros(options.startTime)
    if (options.attributes !== undefined) span.setAttributes(options.attributes)
    if (options.links !== undefined) span.addLinks(options.links)
    return span
  }

  startActiveSpan<F extends (span: Span) => unknown>(
    name: string,
    ...rest: [F] | [SpanOptions, F] | [SpanOptions, Context, F]
  ): ReturnType<F> {
    const fn = rest.at(-1)
    const options = rest.length > 1 ? rest[0] : {}
    const context = rest.length > 2 ? rest[1] : activeContext()
    // The overloads of the API put the function last, the options first and the context between them.
    const parent = context as Context
    const span = this.startSpan(name, options as SpanOptions, parent)
    return contextStore.run(trace.setSpan(parent, span), () => (fn as F)(span)) as ReturnType<F>
  }

  /**
   * Opens a span under the span of a context, or a new trace where there is none. Where tracing is off the span
   * goes nowhere; it must not become a context, for its children would be recorded.
   */
  begin(name: string, kind: SpanKind, context: Context | undefined): SdkSpan {
    const parent = sdkSpanIn(context)
    if (parent !== undefined) {
      const span = new SdkSpan(this.#sink, name, kind)
      span.follow(parent)
      return span
    }
    const isSilent = context !== undefined && isSuppressed(context)
    const span = new SdkSpan(isSilent ? nowhere : this.#sink, name, kind)
    const remote = context === undefined ? undefined : trace.getSpanContext(context)
    if (remote !== undefined && trace.isSpanContextValid(remote)) span.followContext(remote)
    else span.beginTrace()
    return span
  }
}

const nowhere: SpanSink = { export: () => undefined }
const invalidSpanContext = { traceId: '0'.repeat(32), spanId: '0'.repeat(16), traceFlags: 0 }
