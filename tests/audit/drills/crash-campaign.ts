/** Kills the parts of a machine again and again at random moments, and holds what is left against what was promised. */
import { expect } from 'chai'
import { eventually } from '../../support/poll.ts'
import { ask } from '../ledger-process.ts'
import { randomFrom } from '../../sdk/spool/campaign.ts'
import { holdLog } from './hold-log.ts'
import { Machine, spoolTenants, victims, type MachineOptions, type Victim } from './machine.ts'
import { Sender } from './sender.ts'

export interface FlowOptions {
  /** Pause of the service between two bursts of events, in milliseconds. */
  readonly restMillis: number
  /** Events that spool and ledger each take at least before the end, however slow the machine is. */
  readonly leastEvents: number
}

export interface CampaignOptions extends FlowOptions {
  readonly kills: number
  readonly seed: number
  /** Longest time between a start and the next kill, in milliseconds. */
  readonly lifeMillis: number
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

/** Kills at random; fails when anything that was promised does not hold at the end. */
export async function crashCampaign(options: CampaignOptions): Promise<CampaignResult> {
  const random = randomFrom(options.seed)
  const kills = { ledger: 0, service: 0, postmaster: 0, backend: 0, tiles: 0, checkpoints: 0 }
  const sums = await campaign({ ...options, random }, async (machine, collectNotes) => {
    for (let kill = 0; kill < options.kills; kill++) {
      // Each of them once, and then whoever it hits.
      const victim = victims[kill < victims.length ? kill : Math.floor(random() * victims.length)] ?? 'ledger'
      await new Promise((resolve) => setTimeout(resolve, random() * options.lifeMillis))
      await machine.kill(victim)
      kills[victim]++
      await machine.revive()
      await collectNotes()
    }
  })
  return { kills, ...sums }
}

type Sums = Omit<CampaignResult, 'kills'>

/**
 * Lets events flow through a machine while something happens to it, and then holds what is left against what was
 * promised.
 */
export async function campaign(
  { leastEvents, ...options }: MachineOptions & FlowOptions,
  happens: (machine: Machine, collectNotes: () => Promise<void>) => Promise<void>,
): Promise<Sums> {
  const machine = await Machine.start(options)
  const senders = senderTenants.map(
    (tenant) => new Sender({ tenant, batchSize: 6, ledger: () => machine.ledger }),
  )
  const notes = new Map<string, Set<string>>()
  try {
    for (const sender of senders) sender.start()
    await happens(machine, () => collectNotes(machine, notes))
    await eventually('everything runs, and enough has come', async () => {
      await machine.revive()
      return machine.acknowledged.size >= leastEvents && receivedBy(senders) >= leastEvents
    })
    const acknowledged = await settle(machine, senders)
    await holdMachine(machine, { senders, notes, acknowledged })
    return sumsOf({ senders, notes, acknowledged })
  } finally {
    await Promise.all(senders.map((sender) => sender.abandon()))
    await machine.stop()
  }
}

type Notes = Map<string, Set<string>>

interface Promised {
  readonly senders: readonly Sender[]
  readonly notes: Notes
  /** Ids of events that a spool took. */
  readonly acknowledged: readonly string[]
}

async function holdMachine(machine: Machine, { senders, notes, acknowledged }: Promised): Promise<void> {
  const ids = new Set<string>()
  for (const tenant of [...senderTenants, ...spoolTenants]) {
    const receipts = senders.find((sender) => sender.tenant === tenant)?.receipts ?? []
    const size = await sizeOf(machine, tenant)
    const inLog = await holdLog(machine.ledger, { tenant, size, receipts, notes: notes.get(tenant) ?? [] })
    await holdIndexes(machine, tenant, inLog)
    for (const id of inLog) ids.add(id)
  }
  for (const id of acknowledged) expect(ids.has(id), `acknowledged event ${id}`).to.equal(true)
  expectNoFinding(machine.output)
}

/**
 * Waits until everything has arrived that was acknowledged at some moment, and answers its ids. A ledger that ends
 * meanwhile is started again, as a supervisor would: senders and spool wait for one without end.
 */
async function settle(machine: Machine, senders: readonly Sender[]): Promise<readonly string[]> {
  let isAnswered = false
  void Promise.all(senders.map((sender) => sender.stop())).then(() => (isAnswered = true))
  const wait = { withinMillis: 120_000, everyMillis: 500 }
  await eventually('every batch is acknowledged', () => machine.revive().then(() => isAnswered), wait)
  const arrived = await eventually(
    'every event the spool acknowledged is in the log',
    async () => {
      await machine.revive()
      const ids = [...machine.acknowledged]
      const [row] = await machine.query<{ count: number }>(
        'select count(*)::float8 as count from ledger.event_key where id = any($1::uuid[])',
        [ids],
      )
      return row?.count === ids.length && ids
    },
    wait,
  )
  // What it acknowledged since then stays in its spool.
  await machine.stopService()
  return arrived
}

/** Every entry has one key, and is listed once for whoever it is about. */
async function holdIndexes(machine: Machine, tenant: string, ids: readonly string[]): Promise<void> {
  const keys = await machine.query<{ id: string }>(
    'select id::text as id from ledger.event_key where tenant = $1 and index < $2 order by index',
    [tenant, ids.length],
  )
  expect(
    keys.map(({ id }) => id),
    `keys of ${tenant}`,
  ).to.deep.equal(ids)
  const wrong = await machine.query(
    `select from ledger.side s cross join unnest(s.subject) with ordinality as e (subject, position)
     left join ledger.subject_entry l on l.tenant = s.tenant and l.subject = e.subject
       and l.index = s.first + e.position - 1
     where s.tenant = $1 and s.first + e.position <= $2 and (e.subject is null) <> (l.index is null)`,
    [tenant, ids.length],
  )
  expect(wrong.length, `listings of ${tenant}`).to.equal(0)
}

async function sizeOf(machine: Machine, tenant: string): Promise<number> {
  const [row] = await machine.query<{ size: number }>(
    'select max(size)::float8 as size from ledger.batch where tenant = $1',
    [tenant],
  )
  return row?.size ?? 0
}

async function collectNotes(machine: Machine, notes: Notes): Promise<void> {
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

const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0)

const receivedBy = (senders: readonly Sender[]) => sum(senders.map(({ receipts }) => receipts.length))

function sumsOf({ senders, notes, acknowledged }: Promised): Sums {
  return {
    acknowledged: acknowledged.length,
    received: receivedBy(senders),
    repeated: sum(senders.map(({ repeated }) => repeated)),
    checkpoints: sum([...notes.values()].map(({ size }) => size)),
  }
}
