/** Kills a process with a spool again and again at random moments, and holds what arrived against what it acknowledged. */
import { expect } from 'chai'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from '../../support/poll.ts'
import { startLedger, type FakeLedger } from '../fake-ledger.ts'
import { damagedIn } from '../../../sdk/spool/damaged.ts'
import { diskFiles } from '../../../sdk/spool/files.ts'
import { recover } from '../../../sdk/spool/recover.ts'
import { randomFrom } from './campaign.ts'
import type { SpoolMessage } from './spool-message.ts'

const token = 'a-token-for-tests'
const script = join(import.meta.dirname, '../fixtures/spool-process.ts')

export interface DrillResult {
  readonly kills: number
  readonly acknowledged: number
  readonly delivered: number
}

/** Runs the drill; fails when an acknowledged event is missing, twice there, or out of order. */
export async function killDrill(kills: number, seed: number): Promise<DrillResult> {
  const random = randomFrom(seed)
  const folder = mkdtempSync(join(tmpdir(), 'campanile-kill-'))
  const ledger = await startLedger(token)
  const acknowledged = new Set<string>()
  try {
    for (let round = 0; round < kills; round++) {
      // The ledger is away in some rounds, so that there is something to drain.
      ledger.mode = random() < 0.3 ? 503 : random() < 0.2 ? 'cut' : 200
      const goal = acknowledged.size + Math.floor(random() * 80)
      await runAndKill({ folder, ledger, acknowledged, tenants: 3 }, (isFull) =>
        // While the ledger is away nothing makes room: a spool that is full takes no more in this round.
        eventually('so many acknowledged events', () => acknowledged.size >= goal || isFull(), {
          everyMillis: 1,
        }),
      )
    }
    ledger.mode = 200
    // It records nothing itself: what waits would never end where the disk is faster than the ledger.
    await runAndKill({ folder, ledger, acknowledged, tenants: 0 }, () =>
      eventually('every acknowledged event', () => [...acknowledged].every(isIn(ledger)), {
        everyMillis: 20,
      }),
    )
    expectWhole(ledger)
    // What is still there was delivered and not yet removed: no damage.
    const damaged = damagedIn(diskFiles, folder, Date.now)
    expect((await recover(diskFiles, folder, damaged)).damaged).to.equal(0)
    return { kills, acknowledged: acknowledged.size, delivered: ledger.events.length }
  } finally {
    await ledger.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Round {
  readonly folder: string
  readonly ledger: FakeLedger
  readonly acknowledged: Set<string>
  /** How many it records events of. */
  readonly tenants: number
}

async function runAndKill(
  { folder, ledger, acknowledged, tenants }: Round,
  until: (isFull: () => boolean) => Promise<unknown>,
): Promise<void> {
  const child = fork(script, [folder, ledger.url, token, String(tenants)])
  let isFull = false
  child.on('message', (message: SpoolMessage) => {
    if (message.kind === 'full') isFull = true
    if (message.kind === 'recorded') acknowledged.add(message.id)
  })
  await once(child, 'message')
  await until(() => isFull)
  child.kill('SIGKILL')
  // After it exited and its channel is read to the end.
  await Promise.all([once(child, 'exit'), once(child, 'close')])
}

function isIn(ledger: FakeLedger): (id: string) => boolean {
  const ids = new Set(ledger.events.map(({ id }) => id))
  return (id) => ids.has(id)
}

/** Each event once, and every tenant's numbers from 0 without a hole. */
function expectWhole({ events }: FakeLedger): void {
  expect(new Set(events.map(({ id }) => id)).size).to.equal(events.length)
  for (const [tenant, ofTenant] of Map.groupBy(events, (event) => event.tenant)) {
    expect(
      ofTenant.map(({ sequence }) => sequence),
      tenant,
    ).to.deep.equal(ofTenant.map((_, n) => n))
  }
}
