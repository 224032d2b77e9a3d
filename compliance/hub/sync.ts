/** Tells Security Hub what a scan found: what is open, then what has recovered, then the archive. */
import type { AsffFinding, HubClient } from './client.ts'
import { forgotten, planArchive, planOpen } from './plan-sync.ts'
import { send, type Delivery, type Pace } from './send.ts'
import type { HubStore } from './state.ts'

export interface SyncParts {
  readonly client: HubClient
  readonly store: HubStore
  readonly pace: Pace
}

export interface Scanned {
  /** Findings that are open now. */
  readonly findings: readonly AsffFinding[]
  /** Tells of a finding that is not open any more whether the scan looked at it: then it has recovered. */
  readonly hasRecovered: (finding: AsffFinding) => boolean
}

/**
 * Brings Security Hub up to date. It may be stopped at any point and called again: a version of a finding that was
 * written down is sent until it is answered, and no other version before.
 */
export async function syncHub({ client, store, pace }: SyncParts, scanned: Scanned): Promise<Delivery> {
  const sent = await store.load()
  for (const id of forgotten(sent, pace.nowMillis())) sent.delete(id)
  let delivery: Delivery = { accepted: 0, refused: 0, waiting: 0 }
  for (const plan of [planOpen, planArchive]) {
    for (const [id, next] of plan({ ...scanned, sent, nowMillis: pace.nowMillis() })) sent.set(id, next)
    const { accepted, refused, waiting } = await send(client, store, sent, pace)
    delivery = {
      accepted: delivery.accepted + accepted,
      refused: delivery.refused + refused,
      waiting,
    }
  }
  return delivery
}
