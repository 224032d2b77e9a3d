/** The loop that plays scenarios: one story at a time, so the whole demo stays far under the gateway's limits. */
import { setTimeout as wait } from 'node:timers/promises'
import type { Sdk } from '#sdk'
import { systemCodeOf } from '../../../lib/errors.ts'
import { prng } from '../domain/prng.ts'
import { chooseScenario, plays, type Stage } from './scenarios.ts'
import { openSession, type Answer, type DemoAccount } from './session.ts'

export interface DriveOptions {
  readonly sdk: Sdk
  readonly accounts: readonly DemoAccount[]
  /** Base URL of the gateway. */
  readonly gateway: string
  readonly seed: number
  readonly nowMillis: () => number
  /** Mean pause between two stories, milliseconds; a story has one to three requests. Default 500. */
  readonly pauseMillis?: number
  readonly signal: AbortSignal
}

/** Plays until the signal; a gateway that does not answer is counted and tried again after a pause. */
export async function drive(options: DriveOptions): Promise<void> {
  const { sdk, accounts, gateway, nowMillis, signal, pauseMillis = 500 } = options
  const random = prng(options.seed)
  const sessions = accounts.map((account) => openSession(account, { sdk, gateway, nowMillis }))
  const dayAhead = (days: number) => new Date(nowMillis() + days * 86_400_000).toISOString().slice(0, 10)
  while (!signal.aborted) {
    const session = random.pick(sessions)
    await playOne(sdk, { session, random, dayAhead })
    // Between half and one and a half of the mean.
    await wait(pauseMillis * (0.5 + random.next()), undefined, { signal }).catch(() => undefined)
  }
}

async function playOne(sdk: Sdk, stage: Stage): Promise<void> {
  const scenario = chooseScenario(stage.session.account.role, stage.random)
  const count = sdk.counter('demo_requests_total')
  try {
    for (const answer of await plays[scenario](stage)) count.inc({ scenario, outcome: outcomeOf(answer) })
  } catch (error) {
    count.inc({ scenario, outcome: 'error' })
    sdk.log.warn('demo request failed', { code: systemCodeOf(error) ?? 'REQUEST_FAILED' })
  }
}

/** Tells what became of a request; a rate limit is a refusal, a service that is away an error. */
export function outcomeOf({ status }: Answer): 'success' | 'refused' | 'error' {
  if (status < 400) return 'success'
  return status < 500 ? 'refused' : 'error'
}
