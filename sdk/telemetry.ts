/** Builds the parts every signal of a process shares: fence, queues, tracer, and their place in OpenTelemetry's API. */
import { context, propagation, trace } from '@opentelemetry/api'
import type { Service } from '../contracts/services.ts'
import type { PrivacyPolicy } from '../privacy/policy.ts'
import type { Rule } from '../privacy/rule.ts'
import { telemetryFence, type TelemetryFence } from './fence.ts'
import { Instruments } from './metrics/instruments.ts'
import { encodeSpan } from './otlp/encode-span.ts'
import { OtlpQueue } from './otlp/queue.ts'
import { encodeResource } from './otlp/resource.ts'
import { OtlpSender } from './otlp/sender.ts'
import { activeContext, StoreContextManager } from './trace/context.ts'
import { sdkSpanIn, type SpanSink } from './trace/span.ts'
import { TraceContextPropagator } from './trace/traceparent.ts'
import { SdkTracer } from './trace/tracer.ts'

export interface TelemetryOptions {
  readonly service: Service
  readonly environment: string
  readonly otlpEndpoint: string
  readonly hmacKey?: Uint8Array
  readonly privacy?: PrivacyPolicy
}

export interface Telemetry {
  readonly fence: TelemetryFence
  readonly instruments: Instruments
  readonly sink: SpanSink
  readonly tracer: SdkTracer
  readonly logs: OtlpQueue
  readonly shutdown: (millis: number) => Promise<void>
}

/** Starts the queues and registers tracer, context and propagation globally, if nobody has. */
export function startTelemetry(options: TelemetryOptions): Telemetry {
  const { service, environment, otlpEndpoint } = options
  const instruments = new Instruments(service, () => sdkSpanIn(activeContext()))
  const fence = openFence(options, instruments)
  const resource = encodeResource(resourceOf({ service, environment, fence }))
  const senders = (['traces', 'logs'] as const).map(
    (signal) => new OtlpSender({ endpoint: otlpEndpoint, signal }),
  )
  const items = instruments.counter('sdk_items_total')
  const [traces, logs] = (['traces', 'logs'] as const).map((signal, at) => {
    // One sender for each signal of the same list.
    const sender = senders[at] as OtlpSender
    return new OtlpQueue({
      sender,
      resource,
      count: (outcome, n) => items.inc({ service, signal, outcome }, n),
    })
  }) as [OtlpQueue, OtlpQueue]
  const sink: SpanSink = {
    export: (span, endMicros) => {
      const writer = traces.begin()
      if (writer === undefined) return
      encodeSpan(writer, span, endMicros, fence)
      traces.commit()
    },
  }
  const tracer = new SdkTracer(sink)
  const unregister = register(tracer)
  return {
    fence,
    instruments,
    sink,
    tracer,
    logs,
    shutdown: async (millis) => {
      await Promise.all([traces.close(millis), logs.close(millis)])
      for (const sender of senders) sender.close()
      unregister()
    },
  }
}

/** Sums per rule and adds the sums when somebody looks: the fence is asked several times per span. */
function openFence(
  { service, hmacKey, privacy }: TelemetryOptions,
  instruments: Instruments,
): TelemetryFence {
  const redactions = instruments.counter('sdk_redactions_total')
  const counts = new Map<Rule, number>()
  instruments.beforeScrape(() => {
    for (const [rule, count] of counts) redactions.inc({ service, rule }, count)
    counts.clear()
  })
  return telemetryFence({
    count: (rule) => counts.set(rule, (counts.get(rule) ?? 0) + 1),
    ...(hmacKey === undefined ? {} : { hmacKey }),
    ...(privacy === undefined ? {} : { policy: privacy }),
  })
}

function resourceOf({
  service,
  environment,
  fence,
}: {
  service: Service
  environment: string
  fence: TelemetryFence
}): Record<string, unknown> {
  const attributes: Readonly<Record<string, string | number>> = {
    'service.name': service,
    'service.namespace': 'campanile',
    'service.instance.id': crypto.randomUUID(),
    'deployment.environment.name': environment,
    'telemetry.sdk.language': 'nodejs',
    'telemetry.sdk.name': 'campanile',
    'process.pid': process.pid,
    'process.runtime.name': 'nodejs',
    'process.runtime.version': process.versions.node,
  }
  const passed: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(attributes)) passed[key] = fence.resourceAttribute(key, value)
  return passed
}

/** Takes the global places of the API; whoever took them before keeps them. */
function register(tracer: SdkTracer): () => void {
  const isFirst = trace.setGlobalTracerProvider(tracer)
  if (!isFirst) return () => undefined
  context.setGlobalContextManager(new StoreContextManager().enable())
  propagation.setGlobalPropagator(new TraceContextPropagator())
  return () => {
    trace.disable()
    context.disable()
    propagation.disable()
  }
}
