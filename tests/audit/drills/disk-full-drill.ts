/** Takes the room from each part of a machine while events flow, and gives it back. */
import { expect } from 'chai'
import { eventually } from '../../support/poll.ts'
import { randomFrom } from '../../sdk/spool/campaign.ts'
import { anEvent, ask } from '../ledger-process.ts'
import { campaign } from './crash-campaign.ts'
import type { Machine } from './machine.ts'

/** Offers an event about somebody new, whose key has to be written first. */
async function offer({ ledger }: Machine) {
  const subject = `student-${Math.random()}`
  const body = JSON.stringify({ events: [anEvent({ tenant: 'tenant_0', personal: { subject } })] })
  const response = await ask(ledger, '/v1/events', {
    method: 'POST',
    token: ledger.home.tokens.academics,
    headers: { 'content-type': 'application/json' },
    body,
    signal: AbortSignal.timeout(10_000),
  })
  const answer = (await response.json()) as { readonly detail?: string }
  return { status: response.status, detail: answer.detail, retryAfter: response.headers.get('retry-after') }
}

async function reasonOf({ ledger }: Machine): Promise<string> {
  const answer = (await (
    await fetch(`${ledger.url}/health`, { signal: AbortSignal.timeout(10_000) })
  ).json()) as { readonly reason?: string }
  return answer.reason ?? ''
}

/** The ledger's own files cannot grow: it says so, and is well without a restart once they can. */
async function fillLedger(machine: Machine, collectNotes: () => Promise<void>): Promise<void> {
  await eventually('an event is taken', async () => (await offer(machine)).status === 200)
  machine.setRoom('ledger', false)
  await eventually('the ledger says that it has no room', async () => {
    const refused = await offer(machine)
    return refused.status === 503 && refused.detail === 'AUDIT_STORAGE_FAILED' && refused.retryAfter === '2'
  })
  // Events about nobody new go on into the database; what cannot be written is a checkpoint.
  await eventually('health names what is wrong', async () =>
    (await reasonOf(machine)).includes('AUDIT_STORAGE_FAILED'),
  )
  await collectNotes()
  machine.setRoom('ledger', true)
  await eventually('the ledger takes events', async () => (await offer(machine)).status === 200)
  await eventually('health is well', async () => (await reasonOf(machine)) === '')
}

/** Neither the spool nor the database can write; the database ends, as it does. */
async function fillOthers(machine: Machine): Promise<void> {
  const before = machine.acknowledged.size
  await eventually('the spool takes events', () => machine.acknowledged.size > before + 20)
  machine.setRoom('service', false)
  machine.setRoom('database', false)
  const isRefused = () =>
    offer(machine).then(
      ({ status }) => status === 503,
      () => true,
    )
  await eventually('nothing is taken', isRefused)
  machine.setRoom('service', true)
  machine.setRoom('database', true)
  await machine.postgres.crash()
  await machine.revive()
  const after = machine.acknowledged.size
  await eventually('the spool takes events again', () => machine.acknowledged.size > after + 20)
}

/** Runs so many spells without room; fails when anything that was promised does not hold at the end. */
export async function fillDisks(spells: number): Promise<void> {
  const random = randomFrom(20_261_121)
  const sums = await campaign({ random, restMillis: 20, leastEvents: 51 }, async (machine, collectNotes) => {
    for (let spell = 0; spell < spells; spell++) {
      await fillLedger(machine, collectNotes)
      await fillOthers(machine)
    }
  })
  expect(sums.received).to.be.above(50)
  expect(sums.acknowledged).to.be.above(50)
}
