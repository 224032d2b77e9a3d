/** Starts what the ledger does without being asked: signing, and deriving its own logs again. */
import type { Sdk } from '#sdk'
import { systemCodeOf } from '../lib/errors.ts'
import { Publisher, type PublisherOptions } from './publish/publisher.ts'
import { SelfCheck, type SelfCheckOptions } from './publish/self-check.ts'
import { WalkFinding } from './publish/walk-finding.ts'

/** Signs every log that has grown and goes on doing so; resolves after the first round. */
export async function startPublisher(
  sdk: Sdk,
  parts: Omit<PublisherOptions, 'onRead' | 'onPublished' | 'onFailed' | 'onRebuilding'>,
): Promise<Publisher> {
  const size = sdk.gauge('ledger_checkpoint_size')
  const entries = sdk.gauge('ledger_entries')
  const signedAt = sdk.gauge('ledger_checkpoint_timestamp_seconds')
  const publisher = new Publisher({
    ...parts,
    // After a start too, before a log has grown: what is not signed must show at once.
    onRead: (tenant, found) => {
      entries.set({ tenant }, found.entries)
      size.set({ tenant }, found.signed)
    },
    onPublished: (tenant, count) => {
      size.set({ tenant }, count)
      signedAt.set({ tenant }, Date.now() / 1_000)
      sdk.log.debug('checkpoint published', { tenant, size: count })
    },
    onFailed: (tenant, error) =>
      sdk.log.error('checkpoint failed', { error, ...reasonOf(error), ...named(tenant) }),
    onRebuilding: (tenant) => sdk.log.warn('tiles rebuilt', { tenant }),
  })
  await publisher.start()
  return publisher
}

/** Begins to verify every log from its first entry on. */
export function startSelfCheck(
  sdk: Sdk,
  parts: Omit<SelfCheckOptions, 'onVerified' | 'onFailed' | 'onInterrupted'>,
): SelfCheck {
  const success = sdk.gauge('ledger_verify_success')
  const verifiedAt = sdk.gauge('ledger_verify_timestamp_seconds')
  const finished = (tenant: string, passed: boolean) => {
    success.set({ tenant }, passed ? 1 : 0)
    verifiedAt.set({ tenant }, Date.now() / 1_000)
  }
  const check = new SelfCheck({
    ...parts,
    onVerified: (tenant, size) => {
      finished(tenant, true)
      sdk.log.debug('log verified', { tenant, size })
    },
    onFailed: (tenant, error) => {
      finished(tenant, false)
      const place = error instanceof WalkFinding ? { index: error.index, size: error.before } : {}
      sdk.log.error('log verification failed', { tenant, reason: error.code.toLowerCase(), ...place })
    },
    onInterrupted: (tenant, error) =>
      sdk.log.warn('log verification failed', { error, ...reasonOf(error), ...named(tenant) }),
  })
  check.start()
  return check
}

function reasonOf(error: unknown): { readonly reason?: string } {
  const code = systemCodeOf(error)
  return code === undefined ? {} : { reason: code.toLowerCase() }
}

function named(tenant: string): { readonly tenant?: string } {
  return tenant === '' ? {} : { tenant }
}
