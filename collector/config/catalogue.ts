/** Every component of the collector, a strict subset of the OpenTelemetry Collector's (v0.160). */
import type { Component, Section } from './component.ts'
import { attributes } from './components/attributes.ts'
import { batch } from './components/batch.ts'
import { bearerTokenAuth } from './components/bearer-token-auth.ts'
import { count } from './components/count.ts'
import { debug } from './components/debug.ts'
import { faroReceiver } from './components/faro-receiver.ts'
import { file } from './components/file.ts'
import { fileStorage } from './components/file-storage.ts'
import { filter } from './components/filter.ts'
import { healthCheck } from './components/health-check.ts'
import { memoryLimiter } from './components/memory-limiter.ts'
import { nop } from './components/nop.ts'
import { otlpGrpc } from './components/otlp-grpc.ts'
import { otlpHttp } from './components/otlp-http.ts'
import { otlpReceiver } from './components/otlp-receiver.ts'
import { probabilisticSampler } from './components/probabilistic-sampler.ts'
import { prometheusExporter } from './components/prometheus-exporter.ts'
import { prometheusReceiver } from './components/prometheus-receiver.ts'
import { prometheusRemoteWrite } from './components/prometheus-remote-write.ts'
import { redaction } from './components/redaction.ts'
import { resource } from './components/resource.ts'
import { serviceGraph } from './components/service-graph.ts'
import { spanMetrics } from './components/span-metrics.ts'
import { tailSampling } from './components/tail-sampling.ts'
import { transform } from './components/transform.ts'

export const catalogue = {
  receivers: [otlpReceiver, faroReceiver, prometheusReceiver],
  processors: [
    memoryLimiter,
    batch,
    attributes,
    resource,
    filter,
    transform,
    redaction,
    tailSampling,
    probabilisticSampler,
  ],
  connectors: [spanMetrics, serviceGraph, count],
  exporters: [prometheusExporter, prometheusRemoteWrite, otlpGrpc, otlpHttp, file, debug, nop],
  extensions: [healthCheck, fileStorage, bearerTokenAuth],
} as const satisfies Readonly<Record<Section, readonly Component[]>>

/** Finds a component by its type. */
export function findComponent(section: Section, type: string): Component | undefined {
  const all: readonly Component[] = catalogue[section]
  return all.find((each) => each.type === type)
}

/** The type that an old name stands for; the name itself where it is not old. */
export function canonicalType(section: Section, type: string): string {
  const all: readonly Component[] = catalogue[section]
  return all.find(({ formerly }) => formerly === type)?.type ?? type
}
