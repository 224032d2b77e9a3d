/**
 * Attaches the stock instrumentations to an existing app without touching it: `node --import <this file> app.js`.
 * They record through OpenTelemetry's own SDK; only the way out is ours, so that the fence stands in it too.
 */
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { getNodeAutoInstrumentations } from '@opentelemetry/auto-instrumentations-node'
import { NodeSDK } from '@opentelemetry/sdk-node'
import { environment, text } from '../lib/config.ts'
import { FencedExporter } from './auto-exporter.ts'

// Without the hook an ESM app's imports are not patched; it has to come from the copy the instrumentations use.
const instrumentation = createRequire(
  createRequire(import.meta.url).resolve('@opentelemetry/instrumentation'),
)
const hooks = (await import(
  pathToFileURL(instrumentation.resolve('import-in-the-middle/register-hooks.mjs')).href
)) as { readonly register: () => void }
hooks.register()

const { endpoint } = environment({ endpoint: text('OTEL_EXPORTER_OTLP_ENDPOINT', 'http://127.0.0.1:4318') })

const sdk = new NodeSDK({
  traceExporter: new FencedExporter(endpoint),
  // Metrics come from /metrics; the stock exporter would send them by default. Logs stay where the app wrote them.
  metricReaders: [],
  logRecordProcessors: [],
  instrumentations: [
    getNodeAutoInstrumentations({ '@opentelemetry/instrumentation-fs': { enabled: false } }),
  ],
})
sdk.start()

process.once('beforeExit', () => void sdk.shutdown())
process.once('SIGTERM', () => {
  // A listener takes away the signal's own effect; an app that has none of its own gets it back.
  const isLeftToUs = process.listenerCount('SIGTERM') === 0
  void sdk.shutdown().finally(() => {
    if (isLeftToUs) process.kill(process.pid, 'SIGTERM')
  })
})
