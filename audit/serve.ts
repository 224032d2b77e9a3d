/** Puts the ledger together: telemetry, keys, two database roles, appender, publisher, door. */
import { join } from 'node:path'
import { readFile } from 'node:fs/promises'
import { startSdk, type Sdk } from '#sdk'
import type { RejectionCode } from '../contracts/metrics/http.ts'
import { openCustody } from '../lib/custody.ts'
import { systemCodeOf } from '../lib/errors.ts'
import { listen } from '../lib/http.ts'
import type { Running } from '../lib/lifecycle.ts'
import { openDoor } from './api/door.ts'
import { Appender } from './append/appender.ts'
import { Publisher } from './publish/publisher.ts'
import type { ServeSettings } from './settings.ts'
import { CheckpointFiles } from './store/checkpoint-files.ts'
import { KeyRing } from './store/log-keys.ts'
import { Logs } from './store/logs.ts'
import { Reader } from './store/reader.ts'

/** Starts the ledger; it answers once its keystore is open, and refuses logs whose database is too old. */
export async function startLedger(settings: ServeSettings): Promise<Running & { readonly port: number }> {
  const { keystore, passphraseFile, databaseUrl, readDatabaseUrl, tokens } = settings
  const custody = await openCustody({ directory: keystore, passphraseFile })
  const sdk = await startTelemetry(settings)
  const pool = sdk.pool({ url: databaseUrl, max: 4 })
  const readPool = sdk.pool({ url: readDatabaseUrl, max: 6 })
  const keyRing = new KeyRing({ custody, directory: keystore })
  const checkpoints = new CheckpointFiles(join(keystore, 'checkpoints'))
  const originOf = (tenant: string) => `${settings.origin}/logs/${tenant}`
  const logs = new Logs({ pool, keyRing, checkpoints, originOf })
  const reader = new Reader(readPool)
  const duration = sdk.histogram('ledger_append_duration_seconds')
  const onCommit = (seconds: number) => duration.observe({}, seconds)
  const appender = new Appender({ pool, logs, now: () => Date.now(), onCommit })
  const publisher = startPublisher(sdk, { pool, logs, checkpoints, everyMillis: settings.checkpointMillis })
  const onRejected = (code: RejectionCode) =>
    sdk.counter('http_requests_rejected_total').inc({ service: 'ledger', code })
  const health = () => healthOf(reader, publisher)
  const app = openDoor({ sdk, reader, logs, appender, tokens, health, onRejected })
  const door = await listen(app, { port: settings.port, onRejected })
  sdk.log.info('service started', { port: door.port })
  return {
    port: door.port,
    close: async () => {
      await door.close()
      await appender.stop()
      await publisher.stop()
      await publisher.publishAll()
      await keyRing.close()
      await Promise.all([pool.end(), readPool.end()])
      await sdk.shutdown()
    },
  }
}

async function startTelemetry({ environment, otlpEndpoint, hmacKeyFile }: ServeSettings): Promise<Sdk> {
  const hmacKey = hmacKeyFile === undefined ? undefined : await readFile(hmacKeyFile, 'utf8')
  return startSdk({
    service: 'ledger',
    environment,
    otlpEndpoint,
    ...(hmacKey === undefined ? {} : { hmacKey: Buffer.from(hmacKey.trim(), 'hex') }),
  })
}

type PublisherParts = Omit<ConstructorParameters<typeof Publisher>[0], 'onPublished' | 'onFailed'>

function startPublisher(sdk: Sdk, parts: PublisherParts): Publisher {
  const size = sdk.gauge('ledger_checkpoint_size')
  const entries = sdk.gauge('ledger_entries')
  const signedAt = sdk.gauge('ledger_checkpoint_timestamp_seconds')
  const publisher = new Publisher({
    ...parts,
    onPublished: (tenant, count) => {
      size.set({ tenant }, count)
      entries.set({ tenant }, count)
      signedAt.set({ tenant }, Date.now() / 1_000)
      sdk.log.debug('checkpoint published', { tenant, size: count })
    },
    onFailed: (tenant, error) => {
      const code = systemCodeOf(error)
      sdk.log.error('checkpoint failed', {
        error,
        ...(code === undefined ? {} : { code }),
        ...(tenant === '' ? {} : { tenant }),
      })
    },
  })
  publisher.start()
  return publisher
}

async function healthOf(reader: Reader, publisher: Publisher): Promise<string | undefined> {
  const [refused] = publisher.refused
  if (refused !== undefined) return `log ${refused[0]}: ${refused[1]}`
  try {
    await reader.isAlive()
    return undefined
  } catch {
    return 'the database does not answer'
  }
}
