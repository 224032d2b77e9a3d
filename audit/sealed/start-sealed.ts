/**
 * Starts the sealed logs of the tenants that have one: a list of its own, so that having one says nothing. It
 * counts, logs and traces nothing; whatever goes wrong ends the process, because a round that is left out would show.
 */
import { createPublicKey } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Custody } from '../../lib/custody.ts'
import { SealedLog } from './sealed-log.ts'

export interface SealedSettings {
  readonly directory: string
  readonly tenants: readonly string[]
  /** Files with the public X25519 keys of the two who may read together, PEM. */
  readonly counselFile: string
  readonly secondFile: string
  /** First part of the origins. */
  readonly origin: string
  /** Pause between two rounds. */
  readonly everyMillis: number
}

export interface SealedLogs {
  readonly find: (tenant: string) => SealedLog | undefined
  /** Resolves with the reason when a round could not be written. */
  readonly failed: Promise<unknown>
  readonly stop: () => Promise<void>
}

/** Opens the logs and begins to write one entry a round in each. */
export async function startSealed(custody: Custody, settings: SealedSettings): Promise<SealedLogs> {
  const { directory, tenants, origin, everyMillis } = settings
  const pair = {
    counsel: createPublicKey(await readFile(settings.counselFile)),
    second: createPublicKey(await readFile(settings.secondFile)),
  }
  const logs = new Map<string, SealedLog>()
  for (const tenant of tenants) {
    const { publicKey, sign } = await custody.signingKey(`sealed-${tenant}`)
    const signer = { name: `${origin}/sealed/${tenant}`, publicKey, sign }
    logs.set(tenant, await SealedLog.open({ directory: join(directory, tenant), signer, pair }))
  }
  const { promise: failed, resolve: fail } = Promise.withResolvers<unknown>()
  let round: Promise<void> = Promise.resolve()
  const timer = setInterval(() => {
    round = round.then(async () => {
      for (const log of logs.values()) await log.round()
    })
    round.catch(fail)
  }, everyMillis)
  return {
    find: (tenant) => logs.get(tenant),
    failed,
    stop: async () => {
      clearInterval(timer)
      await round.catch(() => undefined)
      for (const log of logs.values()) await log.close()
    },
  }
}
