/**
 * The table `outbox.event` as the relay sees it. The lock, the batch and its deletion share one transaction: a relay
 * that dies leaves everything to the next one.
 */
import type { Pool, Transaction } from '../pg.ts'
import type { Backlog, BacklogState, Refusal, Taken, TakeOptions, WaitingEvent } from './backlog.ts'
import { statement } from './statement.ts'

interface OutboxRow {
  readonly position: string
  readonly id: string
  readonly tenant: string
  readonly sequence: string
  readonly payload: Readonly<Record<string, unknown>>
}

interface StateRow {
  readonly pending: number
  readonly oldest_seconds: number
  readonly dead_letters: number
}

const tryLock = statement('try-relay-lock')
const nextEvents = statement('next-events')
const settleEvents = statement('settle-events')
const refuseEvent = statement('refuse-event')
const outboxState = statement('outbox-state')
const eraseRefused = statement('erase-refused')
const beatTenants = statement('beat-tenants')

const maxDetail = 1_000

/** Opens the outbox of the role the pool logs in with. */
export function tableBacklog(pool: Pool): Backlog {
  return {
    takeNext: (options, work) => pool.transaction((tx) => takeNext(tx, options, work)),
    state: async (): Promise<BacklogState> => {
      const [row] = await pool.query<StateRow>(outboxState)
      return {
        pending: row?.pending ?? 0,
        oldestSeconds: row?.oldest_seconds ?? 0,
        deadLetters: row?.dead_letters ?? 0,
      }
    },
    tidy: async () => {
      const [row] = await pool.query<{ erased: number }>(eraseRefused)
      return row?.erased ?? 0
    },
    beat: async (everySeconds) => {
      const [row] = await pool.query<{ beaten: number }>(beatTenants, [everySeconds])
      return row?.beaten ?? 0
    },
  }
}

async function takeNext<T>(
  tx: Transaction,
  { limit, heldTenants }: TakeOptions,
  work: (taken: Taken) => Promise<T>,
): Promise<T | undefined> {
  const [lock] = await tx.query<{ held: boolean }>(tryLock)
  if (lock?.held !== true) return undefined
  const rows = await tx.query<OutboxRow>(nextEvents, [limit, [...heldTenants]])
  if (rows.length === 0) return undefined
  return work({
    events: rows.map(toWaiting),
    settle: async (events) => {
      await tx.query(settleEvents, [events.map(({ position }) => position)])
    },
    refuse: async ({ position }: WaitingEvent, { outcome, detail }: Refusal) => {
      await tx.query(refuseEvent, [position, outcome, detail.slice(0, maxDetail)])
    },
  })
}

/** The event as the ledger expects it: the sequence is known only once the row is written. */
function toWaiting({ position, id, tenant, sequence, payload }: OutboxRow): WaitingEvent {
  const number = Number(sequence)
  return { position, id, tenant, sequence: number, event: { ...payload, sequence: number } }
}
