/** Kills the parts of a machine again and again at random moments, and holds what is left against what was promised. */
import { expect } from 'chai'
import { eventually } from '../../support/poll.ts'
import { ask } from '../ledger-process.ts'
import { randomFrom } from '../../sdk/spool/campaign.ts'
import { holdLog } from './hold-log.ts'
import { Machine, spoolTenants, victims, type Victim } from './machine.ts'
import { Sender } from './sender.ts'

export interface CampaignOptions {
  readonly kills: number
  readonly seed: number
  /** Longest time between a start and the next kill, in milliseconds. */
  readonly lifeMillis: number
  /** Pause of the service between two bursts of events, in milliseconds. */
  readonly restMillis: number
}

export interface CampaignResult {
  readonly kills: Readonly<Record<Victim, number>>
  /** By a spool. */
  readonly acknowledged: number
  /** By the ledger, to senders without a spool. */
  readonly received: number
  readonly repeated: number
  readonly checkpoints: number
}

const senderTenants = ['drill', 'university_b'] as const

/** Runs a campaign; fails when anything that was promised does not hold at its end. */
export async function crashCampaign(options: CampaignOptions): Promise<CampaignResult> {
  const random = randomFrom(options.seed)
  const machine = await Machine.start({ random, restMillis: options.restMillis })
  const senders = senderTenants.map(
    (tenant) => new Sender({ tenant, batchSize: 6, ledger: () => machine.ledger }),
  )
  const notes = new Map<string, Set<string>>()
  const kills = { ledger: 0, service: 0, postmaster: 0, backend: 0, tiles: 0, checkpoints: 0 }
  try {
    for (const sender of senders) sender.start()
    for (let kill = 0; kill < options.kills; kill++) {
      // Each of them once, and then whoever it hits.
      const victim = victims[kill < victims.length ? kill : Math.floor(random() * victims.length)] ?? 'ledger'
      await new Promise((resolve) => setTimeout(resolve, random() * options.lifeMillis))
      await machine.kill(victim)
      kills[victim]++
      await machine.revive()
      await collectNotes(machine, notes)
    }
    await eventually('everything runs', () => machine.revive().then(() => true))
    await settle(machine, senders)
    const ids = new Set<string>()
    for (const tenant of [...senderTenants, ...spoolTenants]) {
      const receipts = senders.find((sender) => sender.tenant === tenant)?.receipts ?? []
      const size = await sizeOf(machine, tenant)
      const inLog = await holdLog(machine.ledger, { tenant, size, receipts, notes: notes.get(tenant) ?? [] })
      for (const id of inLog) ids.add(id)
    }
    for (const id of machine.acknowledged) expect(ids.has(id), `acknowledged event ${id}`).to.equal(true)
    expectNoFinding(machine.output)
    return resultOf(machine, { senders, kills, notes })
  } finally {
    await Promise.all(senders.map((sender) => sender.abandon()))
    await machine.stop()
  }
}

/** Lets everything arrive that was acknowledged. */
async function settle(machine: Machine, senders: readonly Sender[]): Promise<void> {
  await Promise.all(senders.map((sender) => sender.stop()))
  await eventually(
    'every event the spool acknowledged is in the log',
    async () => {
      const ids = [...machine.acknowledged]
      const [row] = await machine.query<{ count: number }>(
        'select count(*)::float8 as count from ledger.event_key where id = any($1::uuid[])',
        [ids],
      )
      return row?.count === ids.length
    },
    { withinMillis: 120_000, everyMillis: 500 },
  )
  await machine.stopService()
}

async function sizeOf(machine: Machine, tenant: string): Promise<number> {
  const [row] = await machine.query<{ size: number }>(
    'select max(size)::float8 as size from ledger.batch where tenant = $1',
    [tenant],
  )
  return row?.size ?? 0
}

async function collectNotes(machine: Machine, notes: Map<string, Set<string>>): Promise<void> {
  for (const tenant of [...senderTenants, ...spoolTenants]) {
    const note = await shownNote(machine, tenant)
    if (note === undefined) continue
    notes.set(tenant, (notes.get(tenant) ?? new Set()).add(note))
  }
}

/** Asks for a checkpoint; undefined where there is none yet, or nobody: the ledger ends when its database was away. */
async function shownNote(machine: Machine, tenant: string): Promise<string | undefined> {
  try {
    const response = await ask(machine.ledger, `/v1/logs/${tenant}/checkpoint`)
    const note = await response.text()
    return response.ok ? note : undefined
  } catch {
    return undefined
  }
}

/** The ledger doubts its own logs all the while: a crash must not look like tampering. */
function expectNoFinding(output: string): void {
  const findings = output.split('\n').filter((line) => line.includes('"log verification failed"'))
  expect(findings.filter((line) => line.includes('"index"'))).to.deep.equal([])
  expect(output.includes('audit_log_')).to.equal(false)
}

interface Parts {
  readonly senders: readonly Sender[]
  readonly kills: Readonly<Record<Victim, number>>
  readonly notes: ReadonlyMap<string, ReadonlySet<string>>
}

function resultOf(machine: Machine, { senders, kills, notes }: Parts): CampaignResult {
  const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0)
  return {
    kills,
    acknowledged: machine.acknowledged.size,
    received: sum(senders.map(({ receipts }) => receipts.length)),
    repeated: sum(senders.map(({ repeated }) => repeated)),
    checkpoints: sum([...notes.values()].map(({ size }) => size)),
  }
}
