/** A process that only relays, for tests that kill it: database, ledger and batch size are its arguments. */
import { startSdk } from '#sdk'

const [url = '', ledgerUrl = '', token = '', otlpEndpoint = ''] = process.argv.slice(2)
const sdk = startSdk({ service: 'users', environment: 'development', otlpEndpoint })
sdk.audit.startRelay({ pool: sdk.pool({ url, max: 2 }), ledgerUrl, token, batchSize: 3, idleMillis: 5 })
process.send?.('started')
process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'))
