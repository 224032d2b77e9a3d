/** What the doors read: checkpoints, proofs, entries and a subject's accesses, under the role that cannot write. */
import type { Pool, Transaction } from '#sdk'
import type { AuditEvent } from '../../contracts/audit-event.ts'
import type { Leaf } from '../../contracts/leaf.ts'
import { consistencyRanges, inclusionRanges } from '../log/subtree.ts'
import type { KeyObject } from 'node:crypto'
import { openPersonal, subjectToken, type Personal } from './personal.ts'
import type { Log } from './logs.ts'
import { statements } from './statements.ts'
import { readRangeHashes } from './tree.ts'

export interface Published {
  readonly size: number
  readonly note: string
}

export interface EntryRow {
  readonly index: number
  /** Canonical JSON. */
  readonly leaf: string
  readonly leaf_hash: Buffer
  /** Absent once retention has deleted them. */
  readonly facts: string | null
  readonly salt: Buffer | null
  readonly personal_commitment: Buffer | null
}

export interface Range {
  readonly from: number
  /** Exclusive. */
  readonly to: number
  readonly limit: number
}

export class Reader {
  readonly #pool: Pool

  constructor(pool: Pool) {
    this.#pool = pool
  }

  /** Reads the newest signed checkpoint; undefined before the first. */
  checkpoint(tenant: string): Promise<Published | undefined> {
    return this.#pool.inTenant(tenant, async (tx) => {
      const [row] = await tx.query<Published>(statements['read-checkpoint'], [tenant])
      return row
    })
  }

  /** Reads checkpoints with sizes above `after` up to and with `upTo`, smallest first. */
  checkpoints(tenant: string, after: number, upTo: number): Promise<Published[]> {
    return this.#pool.inTenant(tenant, (tx) =>
      tx.query<Published>(statements['read-checkpoints'], [tenant, after, upTo]),
    )
  }

  /** Finds where an event stands; undefined when it is not in the log. */
  findEntry(tenant: string, id: string, producer?: string): Promise<number | undefined> {
    return this.#pool.inTenant(tenant, async (tx) => {
      const [row] = await tx.query<{ index: number }>(statements['find-entry'], [
        tenant,
        id,
        producer ?? null,
      ])
      return row?.index
    })
  }

  /** Computes the audit path of a leaf, leaf upwards. */
  inclusionPath(tenant: string, index: number, size: number): Promise<Buffer[]> {
    return this.#pool.inTenant(tenant, (tx) => readRangeHashes(tx, tenant, inclusionRanges(index, size)))
  }

  /** Computes the proof that one size extends another. */
  consistencyPath(tenant: string, from: number, to: number): Promise<Buffer[]> {
    return this.#pool.inTenant(tenant, (tx) => readRangeHashes(tx, tenant, consistencyRanges(from, to)))
  }

  /** Reads entries in order, with their facts where they are still kept. */
  entries(tenant: string, range: Range): Promise<EntryRow[]> {
    return this.#pool.inTenant(tenant, (tx) => readEntries(tx, tenant, range))
  }

  /** Tells whether demo data is among the first `size` entries. */
  hasSynthetic(tenant: string, size: number): Promise<boolean> {
    return this.#pool.inTenant(tenant, async (tx) => {
      const [row] = await tx.query<{ found: boolean }>(statements['has-synthetic'], [tenant, size])
      return row?.found === true
    })
  }

  /** Reads who accessed a subject's record, newest first; empty when the subject's key is gone. */
  async accesses(log: Log, subject: string, page: AccessPage): Promise<Access[]> {
    const { tenant, subjectTokenKey, subjectKeys } = log.keys
    const token = subjectToken(subjectTokenKey, subject)
    const key = await subjectKeys.find(tenant, token)
    if (key === undefined) return []
    const rows = await this.#pool.inTenant(tenant, (tx) =>
      tx.query<AccessRow>(statements['read-accesses'], [tenant, token, page.before, page.limit]),
    )
    return rows.map((row) => accessOf(row, key))
  }

  async isAlive(): Promise<void> {
    await this.#pool.query(statements['is-alive'])
  }
}

export interface AccessPage {
  /** Only entries below this index. */
  readonly before: number
  readonly limit: number
}

interface AccessRow {
  readonly index: number
  readonly id: string
  readonly leaf: string
  readonly facts: string
  readonly sealed: Buffer
}

/** One line of the answer to "who saw my record". */
export interface Access {
  readonly id: string
  readonly index: number
  /** When the ledger sequenced it, RFC 3339. */
  readonly time: string
  readonly action: string
  readonly class: string
  readonly outcome: string
  readonly basis?: string
  readonly actorRole?: string
  readonly party?: string
  readonly interest?: string
  readonly synthetic: boolean
}

function readEntries(tx: Transaction, tenant: string, { from, to, limit }: Range): Promise<EntryRow[]> {
  return tx.query<EntryRow>(statements['read-entries'], [tenant, from, to, limit])
}

function accessOf(row: AccessRow, key: KeyObject): Access {
  // The ledger itself wrote both, and their commitments prove it.
  const facts = JSON.parse(row.facts) as AuditEvent['facts']
  const { time } = JSON.parse(row.leaf) as Leaf
  const { personal }: { personal: Personal } = openPersonal({ key, eventId: row.id }, row.sealed)
  return {
    id: row.id,
    index: row.index,
    time: new Date(time).toISOString(),
    action: facts.action,
    class: facts.class,
    outcome: facts.outcome,
    ...(facts.basis === undefined ? {} : { basis: facts.basis }),
    ...(facts.actorRole === undefined ? {} : { actorRole: facts.actorRole }),
    ...(personal.party === undefined ? {} : { party: personal.party }),
    ...(personal.interest === undefined ? {} : { interest: personal.interest }),
    synthetic: facts.synthetic === true,
  }
}
