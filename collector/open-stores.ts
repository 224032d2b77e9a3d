/** Opens the local store of each signal, and says what of it a request waits for. */
import { isAbsolute, join } from 'node:path'
import type winston from 'winston'
import { messageOf } from '../lib/errors.ts'
import type { Appliance } from './config/appliance.ts'
import { durationMillis } from './config/duration.ts'
import type { Sink, StoredSignal } from './graph/gate.ts'
import { ownFolder } from './own-folder.ts'
import { SignalStore } from './store/signal-store.ts'
import type { Telemetry } from './telemetry.ts'

export type Stores = Readonly<Record<StoredSignal, SignalStore>>

export interface StoreParts {
  readonly appliance: Appliance
  /** State folder that a relative store folder stands in. */
  readonly home: string
  readonly log: winston.Logger
  readonly telemetry: Telemetry
}

const mebibyte = 2 ** 20

/**
 * Opens them. Their folder is this process' until it ends: a second one would cut and unlink what it has open.
 *
 * @throws CollectorError FOLDER_IN_USE
 */
export async function openStores({ appliance, home, log, telemetry }: StoreParts): Promise<Stores> {
  const { directory = 'collector', traces_mib = 512, logs_mib = 256 } = appliance.store
  const { max_age = '24h', sync_interval = '1s' } = appliance.store
  const root = isAbsolute(directory) ? directory : join(home, directory)
  await ownFolder(root)
  const openOne = (signal: StoredSignal, mib: number) =>
    SignalStore.open({
      directory: join(root, signal),
      maxBytes: mib * mebibyte,
      maxAgeMillis: durationMillis(max_age),
      syncMillis: Math.ceil(durationMillis(sync_interval)),
      now: Date.now,
      onFault: (fault) => {
        telemetry.add('collector_store_faults_total', { signal, fault })
        log.warn('store fault', { signal, fault })
      },
    })
  return { traces: await openOne('traces', traces_mib), logs: await openOne('logs', logs_mib) }
}

/** Keeps the stores within their bounds, once a minute. */
export function startUpkeep(stores: Stores, log: winston.Logger): NodeJS.Timeout {
  return setInterval(() => {
    for (const store of Object.values(stores)) {
      store
        .enforceBounds()
        .catch((error: unknown) => log.error('store bounds not kept', { detail: messageOf(error) }))
    }
  }, 60_000)
}

export function storeSink(stores: Stores, { telemetry, log }: Pick<StoreParts, 'telemetry' | 'log'>): Sink {
  let isFailing = false
  return {
    append: async (signal, bytes, summary) => {
      try {
        await stores[signal].append(bytes, summary)
        isFailing = false
      } catch (error) {
        // Once, not for every request of a full disk.
        if (!isFailing) log.error('store not written', { signal, detail: messageOf(rootOf(error)) })
        isFailing = true
        telemetry.add('collector_dropped_items_total', { signal, where: 'store_failed' }, summary.items)
        throw error
      }
      telemetry.add('collector_exported_items_total', { signal, exporter: 'store' }, summary.items)
    },
  }
}

function rootOf(error: unknown): unknown {
  return error instanceof Error && error.cause !== undefined ? error.cause : error
}
