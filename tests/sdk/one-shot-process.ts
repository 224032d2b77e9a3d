/** A one-shot command: one span, one line, and nothing left to do but `shutdown`. Its endpoint is its argument. */
import { startSdk } from '#sdk'

const [otlpEndpoint = ''] = process.argv.slice(2)
const sdk = startSdk({ service: 'users', environment: 'development', otlpEndpoint })
await sdk.span('db.transaction', {}, async () => {
  sdk.log.info('demo data loaded')
})
await sdk.shutdown()
