/** A process in which the stock http instrumentation records beside the SDK. */
import { createRequire } from 'node:module'
import { getNodeAutoInstrumentations } from '@opentelemetry/auto-instrumentations-node'
import { registerInstrumentations } from '@opentelemetry/instrumentation'
import { startSdk } from '#sdk'

const [endpoint = ''] = process.argv.slice(2)
const sdk = startSdk({ service: 'users', environment: 'development', otlpEndpoint: endpoint })
registerInstrumentations({ instrumentations: [getNodeAutoInstrumentations()] })
// The instrumentation patches what is required after it.
const http: typeof import('node:http') = createRequire(import.meta.url)('node:http')

await sdk.span('demo.scenario', {}, async () => {
  await new Promise<void>((resolve) => {
    http.get(`${endpoint}/health`, (response) => {
      response.resume()
      response.on('end', resolve)
    })
  })
})
await sdk.shutdown()
