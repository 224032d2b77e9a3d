/**
 * Keeps refused events apart from every log, sealed under the key of the student they name: an erasure that destroys
 * the key closes them, too. Bounded by rows, by bytes and by age; when it is full nothing is pushed out.
 */
import { randomBytes } from 'node:crypto'
import type { Pool, Transaction } from '#sdk'
import { saltBytes } from '../../../contracts/leaf.ts'
import { maxEventBytes } from '../../../contracts/audit-event.ts'
import type { QuarantinedEvent, QuarantineReason } from '../../../contracts/quarantine.ts'
import { uuid7 } from '../../../lib/uuid7.ts'
import { byteaArray } from '../binary-array.ts'
import { keyedHash } from '../keyed-hash.ts'
import type { LogKeys } from '../log-keys.ts'
import { nonceBytes, openPersonal, sealPersonal, subjectToken } from '../personal.ts'
import { quarantineStatements as sql } from './quarantine-statements.ts'

/** Most refused events of one tenant; with bodies of at most 65,535 bytes that is 64 MiB. */
const maxQuarantined = 1_000
/** Days a refused event is kept: less than the 35 a backup of keys is. */
const quarantineDays = 30

/** A refused event, once however often it came in one request. */
export interface RefusedEvent {
  readonly reason: QuarantineReason
  readonly producer: string
  /** JSON of the body. */
  readonly body: string
  /** What was wrong with it. */
  readonly detail: string
  /** Student the body names. */
  readonly subject: string | undefined
}

/** How many events were kept, were known already, or found no room. */
export interface Kept {
  readonly kept: number
  readonly repeated: number
  readonly full: number
}

/** What a custodian is shown of one. */
export type OpenedEvent = { readonly detail: string; readonly body: string } | 'too_large' | 'erased'

interface Row extends RefusedEvent {
  readonly digest: Buffer
  times: number
}

export class QuarantineStore {
  readonly #pool: Pool

  /** @param pool of the role that writes */
  constructor(pool: Pool) {
    this.#pool = pool
  }

  /** Keeps what there is room for; durable when it resolves. One call at a time for a tenant. */
  async keep(keys: LogKeys, events: readonly RefusedEvent[]): Promise<Kept> {
    const { tenant } = keys
    const rows = rowsOf(keys, events)
    const { fresh, kept } = await this.#pool.inTenant(tenant, async (tx) => {
      await tx.query(sql['drop-expired'], [tenant, quarantineDays])
      const known = await countAgain(tx, tenant, rows)
      const [counted] = await tx.query<{ kept: number }>(sql['count-kept'], [tenant])
      return {
        fresh: rows.filter(({ digest }) => !known.has(digest.toString('hex'))),
        kept: counted?.kept ?? 0,
      }
    })
    const taken = fresh.slice(0, Math.max(0, maxQuarantined - kept))
    if (taken.length > 0) await this.#insert(keys, taken)
    const times = (some: readonly Row[]) => some.reduce((sum, row) => sum + row.times, 0)
    const full = times(fresh.slice(taken.length))
    return { kept: taken.length, repeated: events.length - taken.length - full, full }
  }

  /** Lists what is kept, oldest first, without what it says. */
  async list(
    tenant: string,
    { after, limit }: { readonly after: string | undefined; readonly limit: number },
  ): Promise<QuarantinedEvent[]> {
    return this.#pool.inTenant(tenant, async (tx) => {
      await tx.query(sql['drop-expired'], [tenant, quarantineDays])
      return tx.query<QuarantinedEvent>(sql['list-kept'], [tenant, after ?? null, limit])
    })
  }

  /** Opens one; undefined when there is none of this id. */
  async open({ tenant, subjectKeys }: LogKeys, id: string): Promise<OpenedEvent | undefined> {
    const [row] = await this.#pool.inTenant(tenant, (tx) =>
      tx.query<{ subject: Buffer; sealed: Buffer | null }>(sql['open-kept'], [tenant, id]),
    )
    if (row === undefined) return undefined
    if (row.sealed === null) return 'too_large'
    const key = await subjectKeys.find(tenant, row.subject)
    if (key === undefined) return 'erased'
    // `seal` below wrote it.
    return openPersonal({ key, purpose: 'quarantine', eventId: id }, row.sealed).personal as {
      detail: string
      body: string
    }
  }

  /** Drops one and answers its digest; undefined when there is none of this id. */
  async drop(tenant: string, id: string): Promise<string | undefined> {
    const [row] = await this.#pool.inTenant(tenant, (tx) =>
      tx.query<{ digest: string }>(sql['drop-kept'], [tenant, id]),
    )
    return row?.digest
  }

  /** Drops what names a student and was kept until an instant. */
  async forget(tenant: string, subject: Buffer, until: string): Promise<void> {
    await this.#pool.inTenant(tenant, (tx) => tx.query(sql['forget-subject'], [tenant, subject, until]))
  }

  async #insert(keys: LogKeys, rows: readonly Row[]): Promise<void> {
    const { tenant, subjectKeys, subjectTokenKey } = keys
    const ids = rows.map(() => uuid7())
    const tokens = rows.map(({ subject }) => subjectToken(subjectTokenKey, subject))
    const subjects = await subjectKeys.ensure(tenant, tokens)
    const sealed = rows.map((row, at) => {
      const key = subjects[at]
      return key === undefined || sizeOf(row) > maxEventBytes ? null : seal(key, ids[at] ?? '', row)
    })
    await this.#pool.inTenant(tenant, (tx) =>
      tx.query(sql['keep'], [
        tenant,
        ids,
        byteaArray(rows.map(({ digest }) => digest)),
        rows.map(({ reason }) => reason),
        rows.map(({ producer }) => producer),
        byteaArray(tokens),
        rows.map(sizeOf),
        byteaArray(sealed),
        rows.map(({ times }) => times),
      ]),
    )
  }
}

function seal(key: Parameters<typeof sealPersonal>[0]['key'], id: string, { detail, body }: Row): Buffer {
  const random = randomBytes(nonceBytes + saltBytes)
  return sealPersonal(
    { key, purpose: 'quarantine', eventId: id },
    {
      nonce: random.subarray(0, nonceBytes),
      salt: random.subarray(nonceBytes),
      personal: JSON.stringify({ detail, body }),
    },
  )
}

/** Makes one row of what came several times. */
function rowsOf({ digestKey }: LogKeys, events: readonly RefusedEvent[]): Row[] {
  const rows = new Map<string, Row>()
  for (const event of events) {
    const digest = keyedHash(digestKey, `quarantine ${event.body}`)
    const known = rows.get(digest.toString('hex'))
    if (known === undefined) rows.set(digest.toString('hex'), { ...event, digest, times: 1 })
    else known.times++
  }
  return [...rows.values()]
}

/** Counts those that were kept before and answers their digests in hex. */
async function countAgain(tx: Transaction, tenant: string, rows: readonly Row[]): Promise<Set<string>> {
  const parameters = [tenant, byteaArray(rows.map(({ digest }) => digest)), rows.map(({ times }) => times)]
  const known = await tx.query<{ digest: Buffer }>(sql['count-again'], parameters)
  return new Set(known.map(({ digest }) => digest.toString('hex')))
}

function sizeOf({ body }: Row): number {
  return Buffer.byteLength(body)
}
