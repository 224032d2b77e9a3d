/** What the doors read: checkpoints, proofs, entries and a subject's accesses, under the role that cannot write. */
import type { Pool, Transaction } from '#sdk'
import type { AuditEvent } from '../../contracts/audit-event.ts'
import type { Gone } from '../../contracts/retention.ts'
import { consistencyRanges, inclusionRanges } from '../log/subtree.ts'
import type { KeyObject } from 'node:crypto'
import { readBatches, wholeBatches } from './batches.ts'
import { readGoneMark } from './gone-marks.ts'
import type { LogTiles } from './log-tiles.ts'
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
  /** Why they are absent, where the ledger itself took them. */
  readonly gone?: Gone
}

export interface ProvenSize {
  /** Of the log the proof is about. */
  readonly size: number
  /** Newest signed size, at least `size`. */
  readonly signed: number
}

export interface Range {
  readonly from: number
  /** Exclusive. */
  readonly to: number
  readonly limit: number
}

export interface ReaderOptions {
  readonly pool: Pool
  readonly tiles: LogTiles
  /** Resolves once the indexes know everything that was acknowledged of a log. */
  readonly indexed: (tenant: string) => Promise<void>
}

export class Reader {
  readonly #pool: Pool
  readonly #tiles: LogTiles
  readonly #indexed: ReaderOptions['indexed']

  constructor({ pool, tiles, indexed }: ReaderOptions) {
    this.#pool = pool
    this.#tiles = tiles
    this.#indexed = indexed
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
  async findEntry(tenant: string, id: string, producer?: string): Promise<number | undefined> {
    await this.#indexed(tenant)
    return this.#pool.inTenant(tenant, async (tx) => {
      const [row] = await tx.query<{ index: number }>(statements['find-entry'], [
        tenant,
        id,
        producer ?? null,
      ])
      return row?.index
    })
  }

  /**
   * Tells whether a checkpoint was signed for a size from `from` up to and without `to`.
   */
  async hasCheckpoint(tenant: string, from: number, to: number): Promise<boolean> {
    return (await this.checkpoints(tenant, from - 1, to - 1)).length > 0
  }

  /** Computes the audit path of a leaf, leaf upwards, out of the tiles. */
  inclusionPath(tenant: string, index: number, { size, signed }: ProvenSize): Promise<Buffer[]> {
    return readRangeHashes({ tiles: this.#tiles, tenant, size: signed }, inclusionRanges(index, size))
  }

  /** Computes the proof that one size extends another, out of the tiles. */
  consistencyPath(tenant: string, from: number, { size, signed }: ProvenSize): Promise<Buffer[]> {
    return readRangeHashes({ tiles: this.#tiles, tenant, size: signed }, consistencyRanges(from, size))
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
    await this.#indexed(tenant)
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
  /** Milliseconds since the epoch. */
  readonly time: number
  readonly facts: string
  readonly sealed: Buffer
}

interface SideRow {
  readonly index: number
  readonly facts: string | null
  readonly salt: Buffer | null
  readonly personal_commitment: Buffer | null
  readonly gone: Buffer | null
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

async function readEntries(tx: Transaction, tenant: string, range: Range): Promise<EntryRow[]> {
  const { from } = range
  const to = Math.min(range.to, from + range.limit)
  if (from >= to) return []
  const batches = wholeBatches(await readBatches(tx, tenant, { from, to }))
  const side = await tx.query<SideRow>(statements['read-side'], [tenant, from, to])
  const sides = new Map(side.map((row) => [row.index, row]))
  return batches
    .flatMap(({ previousSize, leaves, hashes }) =>
      leaves.map((leaf, at) => entryOf(previousSize + at, { leaf, hash: hashes[at] as Buffer, sides })),
    )
    .filter(({ index }) => index >= from && index < to)
}

interface EntryParts {
  readonly leaf: Buffer
  readonly hash: Buffer
  readonly sides: ReadonlyMap<number, SideRow>
}

function entryOf(index: number, { leaf, hash, sides }: EntryParts): EntryRow {
  const { facts = null, salt = null, personal_commitment = null, gone: mark = null } = sides.get(index) ?? {}
  const gone = facts === null ? readGoneMark(mark) : undefined
  return {
    index,
    leaf: leaf.toString(),
    leaf_hash: hash,
    facts,
    salt,
    personal_commitment,
    ...(gone === undefined ? {} : { gone }),
  }
}

function accessOf(row: AccessRow, key: KeyObject): Access {
  // The ledger itself wrote both, and their commitments prove it.
  const facts = JSON.parse(row.facts) as AuditEvent['facts']
  const { personal }: { personal: Personal } = openPersonal(
    { key, purpose: facts.class, eventId: row.id },
    row.sealed,
  )
  return {
    id: row.id,
    index: row.index,
    time: new Date(row.time).toISOString(),
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
