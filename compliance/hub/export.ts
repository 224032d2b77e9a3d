/** Sends a posture to the Security Hub of one account and region; what was sent stands in a file of its own. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Posture } from '../../contracts/posture.ts'
import { ComplianceError } from '../errors.ts'
import { openAsff } from '../report/asff.ts'
import type { AwsAccount } from './account.ts'
import { connectHub } from './aws-client.ts'
import { wasLookedAt } from './recovered.ts'
import type { Delivery } from './send.ts'
import { fileStore } from './state.ts'
import { syncHub } from './sync.ts'

export interface HubTarget {
  readonly account: AwsAccount
  /** File of what was sent; one sender at a time, and always the same paths: what is not there any more has recovered. */
  readonly state: string
  /** Stops the sending; the next run goes on where this one was. */
  readonly signal?: AbortSignal
}

/**
 * Brings Security Hub up to date with a posture; each version of a finding arrives once, however often it is stopped.
 *
 * @throws ComplianceError STATE_INVALID when the file is none, or that of another account or region
 */
export async function exportPosture(
  posture: Posture,
  { account, state, signal }: HubTarget,
): Promise<Delivery> {
  const store = fileStore(state)
  const ours = `campanile/${account.region}/${account.id}/`
  for (const id of (await store.load()).keys()) {
    if (id.startsWith(ours)) continue
    throw new ComplianceError('STATE_INVALID', `${state} is that of another account or region`)
  }
  const pace = {
    nowMillis: Date.now,
    sleep: (millis: number) => sleep(millis, undefined, signal === undefined ? {} : { signal }),
    random: Math.random,
  }
  const client = await connectHub(account, signal)
  return syncHub(
    { client, store, pace },
    {
      findings: openAsff(posture, account),
      hasRecovered: (finding) => wasLookedAt(posture, finding),
    },
  )
}
