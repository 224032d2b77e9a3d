/** Sends the spans of OpenTelemetry's own SDK through our encoder, so that every string passes the fence. */
import type { NodeSDKConfiguration } from '@opentelemetry/sdk-node'
import { telemetryFence, type TelemetryFence } from './fence.ts'
import { encodeSpan } from './otlp/encode-span.ts'
import { OtlpQueue } from './otlp/queue.ts'
import { encodeResource } from './otlp/resource.ts'
import { OtlpSender } from './otlp/sender.ts'
import { toMicros } from './trace/clock.ts'
import { hexToWord } from './trace/ids.ts'
import { SdkSpan } from './trace/span.ts'

type StockExporter = NodeSDKConfiguration['traceExporter']
type StockSpan = Parameters<StockExporter['export']>[0][number]

/** ExportResultCode.SUCCESS: accepted into the queue, which retries and counts by itself. */
const accepted = { code: 0 } as const
const shutdownMillis = 3_000

export class FencedExporter implements StockExporter {
  readonly #sender: OtlpSender
  readonly #fence: TelemetryFence = telemetryFence()
  #queue: OtlpQueue | undefined

  /** @param endpoint base address of the collector */
  constructor(endpoint: string) {
    this.#sender = new OtlpSender({ endpoint, signal: 'traces' })
  }

  export(spans: StockSpan[], done: (result: typeof accepted) => void): void {
    for (const span of spans) {
      this.#queue ??= this.#open(span.resource.attributes)
      const writer = this.#queue.begin()
      if (writer === undefined) continue
      encodeSpan(writer, toSdkSpan(span), toMicros(span.endTime), this.#fence)
      this.#queue.commit()
    }
    done(accepted)
  }

  async shutdown(): Promise<void> {
    await this.#queue?.close(shutdownMillis)
    this.#sender.close()
  }

  #open(attributes: Readonly<Record<string, unknown>>): OtlpQueue {
    const passed: Record<string, unknown> = {}
    for (const [key, value] of Object.entries(attributes)) {
      passed[key] = this.#fence.resourceAttribute(key, value)
    }
    return new OtlpQueue({ sender: this.#sender, resource: encodeResource(passed), count: () => undefined })
  }
}

const noSink = { export: () => undefined }

function toSdkSpan(stock: StockSpan): SdkSpan {
  const span = new SdkSpan(noSink, stock.name, stock.kind)
  const { traceId, spanId } = stock.spanContext()
  span.followContext({ ...(stock.parentSpanContext ?? stock.spanContext()), traceId })
  span.hasParent = stock.parentSpanContext !== undefined
  span.span0 = hexToWord(spanId, 0)
  span.span1 = hexToWord(spanId, 8)
  span.startMicros = toMicros(stock.startTime)
  span.setAttributes(stock.attributes).setAttribute('otel.scope.name', stock.instrumentationScope.name)
  span.setStatus(stock.status)
  span.addLinks(stock.links)
  for (const { name, attributes, time } of stock.events) span.addEvent(name, attributes, time)
  return span
}
