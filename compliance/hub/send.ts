/**
 * Sends findings within the limits of Security Hub (its partner guide): 100 findings and 6 MB a call, 240 KB a finding,
 * 10 calls a second with a burst of 30 per account and region. What is refused is tried again by its id.
 */
import { HubThrottled, type AsffFinding, type HubClient, type ImportAnswer } from './client.ts'
import type { HubStore, Sent } from './state.ts'

const batchFindings = 100
const batchBytes = 6 * 1_024 * 1_024
const findingBytes = 240 * 1_024
const callsPerSecond = 10
const burstCalls = 30
/** The state is written whole, so not after every call. */
const callsPerSave = 20
/** How often a finding is tried in one run, and a call that is throttled. */
const attempts = 5
const throttledAttempts = 12
/** Longest pause between two tries of a call that is throttled. */
const longestPauseMillis = 30_000
/** Codes after which a second try is the same again. */
const refusedForGood = /invalid|validation|malformed/i

export interface Pace {
  readonly nowMillis: () => number
  readonly sleep: (millis: number) => Promise<void>
  /** From 0 to below 1; spreads the pauses of several senders. */
  readonly random: () => number
}

export interface Delivery {
  readonly accepted: number
  readonly refused: number
  /** Neither: they go out at the next run. */
  readonly waiting: number
}

/** Sends what is waiting in `sent`; every version is written down before it goes out. */
export async function send(
  client: HubClient,
  store: HubStore,
  sent: Map<string, Sent>,
  pace: Pace,
): Promise<Delivery> {
  const sender = new Sender(client, pace)
  const before = new Set(waitingIn(sent).map(({ Id }) => Id))
  for (const { Id } of waitingIn(sent).filter((finding) => bytesOf(finding) > findingBytes)) {
    settle(sent, Id, 'refused')
  }
  await store.save(sent)
  let calls = 0
  for (let attempt = 0; attempt < attempts && waitingIn(sent).length > 0; attempt += 1) {
    if (attempt > 0) await pace.sleep(pauseAfter(attempt, pace))
    for (const batch of batchesOf(waitingIn(sent))) {
      const answer = await sender.call(batch)
      if (answer === undefined) {
        await store.save(sent)
        return deliveryOf(sent, before)
      }
      takeAnswer(sent, batch, answer)
      calls += 1
      // An answer that is not written down costs that its findings go out once more, the same version.
      if (calls % callsPerSave === 0) await store.save(sent)
    }
  }
  await store.save(sent)
  return deliveryOf(sent, before)
}

function takeAnswer(sent: Map<string, Sent>, batch: readonly AsffFinding[], answer: ImportAnswer): void {
  const failed = new Map(answer.failed.map(({ id, code }) => [id, code]))
  for (const { Id } of batch) {
    const code = failed.get(Id)
    if (code === undefined) settle(sent, Id, 'accepted')
    else if (refusedForGood.test(code)) settle(sent, Id, 'refused')
  }
}

function deliveryOf(sent: ReadonlyMap<string, Sent>, ids: ReadonlySet<string>): Delivery {
  const count = (state: Sent['state']) => [...ids].filter((id) => sent.get(id)?.state === state).length
  return { accepted: count('accepted'), refused: count('refused'), waiting: count('waiting') }
}

class Sender {
  private readonly client: HubClient
  private readonly pace: Pace
  private tokens = burstCalls
  private filledMillis: number

  constructor(client: HubClient, pace: Pace) {
    this.client = client
    this.pace = pace
    this.filledMillis = pace.nowMillis()
  }

  /** Calls once it may; undefined where the service is throttling for longer than we wait. */
  async call(batch: readonly AsffFinding[]) {
    for (let attempt = 1; attempt <= throttledAttempts; attempt += 1) {
      await this.takeToken()
      try {
        return await this.client.importFindings(batch)
      } catch (error) {
        if (!(error instanceof HubThrottled)) throw error
        await this.pace.sleep(pauseAfter(attempt, this.pace))
      }
    }
    return undefined
  }

  private async takeToken(): Promise<void> {
    this.fill()
    while (this.tokens < 1) {
      await this.pace.sleep(Math.ceil(((1 - this.tokens) * 1_000) / callsPerSecond))
      this.fill()
    }
    this.tokens -= 1
  }

  private fill(): void {
    const now = this.pace.nowMillis()
    this.tokens = Math.min(burstCalls, this.tokens + ((now - this.filledMillis) * callsPerSecond) / 1_000)
    this.filledMillis = now
  }
}

/** Twice as long each time, at least half of it. */
function pauseAfter(attempt: number, { random }: Pace): number {
  const longest = Math.min(longestPauseMillis, 500 * 2 ** attempt)
  return Math.ceil(longest / 2 + (random() * longest) / 2)
}

function waitingIn(sent: ReadonlyMap<string, Sent>): AsffFinding[] {
  return [...sent.values()].flatMap(({ finding, state }) => (state === 'waiting' ? [finding] : []))
}

function settle(sent: Map<string, Sent>, id: string, state: Sent['state']): void {
  const before = sent.get(id)
  if (before !== undefined) sent.set(id, { ...before, state })
}

function batchesOf(findings: readonly AsffFinding[]): AsffFinding[][] {
  const batches: AsffFinding[][] = []
  // The brackets and commas around the findings count, too.
  let bytes = batchBytes
  for (const finding of findings) {
    const size = bytesOf(finding) + 1
    const last = batches.at(-1)
    if (last !== undefined && last.length < batchFindings && bytes + size <= batchBytes - 1_024) {
      last.push(finding)
      bytes += size
    } else {
      batches.push([finding])
      bytes = size
    }
  }
  return batches
}

function bytesOf(finding: AsffFinding): number {
  return Buffer.byteLength(JSON.stringify(finding))
}
