/**
 * Destroys what the ledger holds about a subject: first a tombstone, then the key, then the certificate in the log,
 * then the rows of every entry before it. A crash at any point leaves what the next start does again from the
 * tombstone; so does a backup that was restored.
 */
import type { Pool } from '#sdk'
import { randomUUID } from 'node:crypto'
import type { ErasureBody, ErasureCertificate, ErasureGround } from '../../contracts/erasure.ts'
import type { Appender } from '../append/appender.ts'
import { Refusal } from '../../lib/refusal.ts'
import { AuditError } from '../log/errors.ts'
import type { Log, Logs } from '../store/logs.ts'
import type { LogKeys } from '../store/log-keys.ts'
import { subjectToken } from '../store/personal.ts'
import type { RegisterStore } from '../store/record/register-store.ts'
import type { SideEraser } from '../store/side-eraser.ts'
import { statements } from '../store/statements.ts'
import { subjectKeyName } from '../store/subject-shard.ts'
import { certificateOf, refusalEvent, unrecoverableAfter } from './certificate.ts'
import { groundsAgainst } from './decide.ts'
import { isHeld, type HeldParts } from './held-subject.ts'
import type { Tombstone, TombstoneFiles } from './tombstone-files.ts'

export interface EraserOptions {
  /** Of the role that writes. */
  readonly pool: Pool
  readonly logs: Logs
  readonly appender: Pick<Appender, 'append'>
  readonly registers: Pick<RegisterStore, 'blocks' | 'erase' | 'find' | 'recordState'>
  readonly entries: HeldParts['entries']
  readonly side: Pick<SideEraser, 'emptySubject'>
  /** Has work wait for the changes of a tenant's registers before it, and those after it wait for it. */
  readonly inTurn: <T>(tenant: string, work: (keys: LogKeys) => Promise<T>) => Promise<T>
  readonly tombstones: TombstoneFiles
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

export type Erasure =
  | { readonly status: 'erased'; readonly certificate: ErasureCertificate }
  | { readonly status: 'refused'; readonly grounds: readonly ErasureGround[] }

export class Eraser {
  readonly #options: EraserOptions
  /** One erasure follows the other: the list of tombstones is read and written whole. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(options: EraserOptions) {
    this.#options = options
  }

  /**
   * Decides, and destroys where nothing forbids it; both leave an event. The same id again finishes the same erasure.
   *
   * @throws AuditError when the log cannot be written now, Refusal conflict when the id is that of another subject's
   */
  erase(tenant: string, body: ErasureBody): Promise<Erasure> {
    const { inTurn } = this.#options
    const turn = this.#turn.then(() => inTurn(tenant, () => this.#erase(tenant, body)))
    this.#turn = turn.catch(() => undefined)
    return turn
  }

  /**
   * Does again what tombstones say, before the door opens: a restored backup holds what was erased.
   *
   * @returns how many entries were emptied again
   */
  async reapply(): Promise<number> {
    const { tombstones, logs } = this.#options
    let entries = 0
    for (const tenant of await tombstones.tenants()) {
      for (const tombstone of await tombstones.read(tenant)) {
        const index = await this.#findCertificate(tenant, tombstone)
        // Without its certificate the database is from before it: everything in it is.
        const keys = await logs.openKeys(tenant)
        entries += await this.#eraseRows(keys, tombstone, index ?? Number.MAX_SAFE_INTEGER)
        const log = await openOrRefused(logs, tenant)
        if (log === undefined) continue
        await destroyKey(log, tombstone)
        if (index === undefined) await this.#certify(tenant, tombstone)
      }
    }
    return entries
  }

  async #erase(tenant: string, body: ErasureBody): Promise<Erasure> {
    const { logs, registers, tombstones, now } = this.#options
    const log = await logs.open(tenant)
    const known = (await tombstones.read(tenant)).find(({ id }) => id === body.id)
    const token = subjectToken(log.keys.subjectTokenKey, body.subject).toString('hex')
    if (known !== undefined && known.token !== token) {
      throw new Refusal('conflict', { detail: 'this id is that of another erasure' })
    }
    const blocks = await this.#blocks(log.keys, body.subject)
    const registered = await registers.recordState(log.keys, body.subject)
    const inputs = { request: body, blocks, ...(registered === undefined ? {} : { registered }) }
    const [ground, ...more] = known === undefined ? groundsAgainst(inputs) : []
    if (ground !== undefined) {
      await this.#refuse(tenant, body, ground)
      return { status: 'refused', grounds: [ground, ...more] }
    }
    const tombstone = known ?? (await tombstoneFor(log, body, new Date(now()).toISOString()))
    await tombstones.add(tenant, tombstone)
    await destroyKey(log, tombstone)
    // Whatever was sealed under the key stands before the certificate: nothing overtakes in the queue.
    const { index, leafHash } = await this.#certify(tenant, tombstone)
    const entries = await this.#eraseRows(log.keys, tombstone, index)
    const { id, erasedAt } = tombstone
    const certificate = { id, index, leafHash, erasedAt, entries }
    return {
      status: 'erased',
      certificate: { ...certificate, unrecoverableAfter: unrecoverableAfter(erasedAt) },
    }
  }

  /** A hold blocks what it reaches: one with a window, or of an account, not everything about everybody. */
  async #blocks(keys: LogKeys, student: string): Promise<('hold' | 'inspection')[]> {
    const { registers, entries } = this.#options
    const blocks = await registers.blocks(keys, student)
    if (!blocks.includes('hold') || (await isHeld({ registers, entries }, keys, student))) return blocks
    return blocks.filter((block) => block !== 'hold')
  }

  async #refuse(tenant: string, { synthetic }: ErasureBody, ground: ErasureGround): Promise<void> {
    const time = new Date(this.#options.now()).toISOString()
    const event = refusalEvent({ id: randomUUID(), tenant, time, ground, synthetic })
    await this.#options.appender.append([event])
  }

  async #certify(tenant: string, tombstone: Tombstone) {
    const [receipt] = await this.#options.appender.append([certificateOf(tenant, tombstone)])
    const { index, leafHash } = receipt ?? {}
    if (index === undefined || leafHash === undefined) {
      throw new AuditError('AUDIT_LOG_CORRUPT', 'the certificate of an erasure was not taken')
    }
    return { index, leafHash }
  }

  async #findCertificate(tenant: string, { id }: Tombstone): Promise<number | undefined> {
    const [row] = await this.#options.pool.inTenant(tenant, (tx) =>
      tx.query<{ index: number }>(statements['find-entry'], [tenant, id, 'ledger']),
    )
    return row?.index
  }

  async #eraseRows(keys: LogKeys, { token, erasedAt }: Tombstone, below: number): Promise<number> {
    const { registers, side } = this.#options
    const subject = Buffer.from(token, 'hex')
    // Entries of registers have no index: those sealed later, for a student who came back, stay.
    await registers.erase(keys.tenant, subject, erasedAt)
    return side.emptySubject(keys, subject, below)
  }
}

async function tombstoneFor({ keys }: Log, body: ErasureBody, erasedAt: string): Promise<Tombstone> {
  const token = subjectToken(keys.subjectTokenKey, body.subject)
  const key = await keys.subjectKeys.find(keys.tenant, token)
  return {
    id: body.id,
    token: token.toString('hex'),
    ...(key === undefined ? {} : { key: subjectKeyName(key) }),
    erasedAt,
    reason: body.reason,
    ...(body.synthetic === true ? { synthetic: true } : {}),
  }
}

async function destroyKey({ keys }: Log, { token, key }: Tombstone): Promise<void> {
  if (key === undefined) return
  await keys.subjectKeys.destroy(keys.tenant, Buffer.from(token, 'hex'), key)
}

/** Opens a log; undefined for one whose database contradicts what was signed: nothing of it is served. */
async function openOrRefused(logs: Logs, tenant: string): Promise<Log | undefined> {
  try {
    return await logs.open(tenant)
  } catch (error) {
    if (error instanceof AuditError) return undefined
    throw error
  }
}
