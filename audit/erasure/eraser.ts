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
import { readHead } from '../store/head.ts'
import type { Log, Logs } from '../store/logs.ts'
import type { LogKeys } from '../store/log-keys.ts'
import { subjectToken } from '../store/personal.ts'
import type { QuarantineStore } from '../store/quarantine/quarantine-store.ts'
import type { RegisterStore } from '../store/record/register-store.ts'
import type { SideEraser } from '../store/side-eraser.ts'
import { statements } from '../store/statements.ts'
import { subjectKeyName } from '../store/subject-shard.ts'
import { certificateOf, refusalEvent, unrecoverableAfter } from './certificate.ts'
import { groundsAgainst } from './decide.ts'
import { isHeld, type HeldParts } from './held-subject.ts'
import type { ExpiredReader } from './expired-reader.ts'
import type { Tombstone, TombstoneFiles } from './tombstone-files.ts'

export interface EraserOptions {
  /** Of the role that writes. */
  readonly pool: Pool
  readonly logs: Logs
  readonly appender: Pick<Appender, 'append'>
  /** Resolves once the indexes know everything that was acknowledged of a log. */
  readonly indexed: (tenant: string) => Promise<void>
  readonly registers: Pick<RegisterStore, 'blocks' | 'erase' | 'find' | 'recordState'>
  readonly entries: HeldParts['entries'] & Pick<ExpiredReader, 'aboutToken'>
  readonly side: Pick<SideEraser, 'empty' | 'emptySubject'>
  readonly quarantined: Pick<QuarantineStore, 'forget'>
  /** Has work wait for the changes of a tenant's registers before it, and those after it wait for it. */
  readonly inTurn: <T>(tenant: string, work: (keys: LogKeys) => Promise<T>) => Promise<T>
  readonly tombstones: Pick<TombstoneFiles, 'add' | 'read' | 'tenants'>
  /** Pause before an erasure that broke off after its tombstone is finished. */
  readonly retryMillis: number
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
  /** Erasures of this process that have a tombstone and are not finished, by id. */
  readonly #unfinished = new Map<string, { readonly tenant: string; readonly body: ErasureBody }>()
  #retry: NodeJS.Timeout | undefined
  #isStopping = false

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
    this.#turn = turn.catch(() => this.#finishLater())
    return turn
  }

  /** Lets the erasure under way finish; what is unfinished then, the next start finishes. */
  async stop(): Promise<void> {
    this.#isStopping = true
    clearTimeout(this.#retry)
    await this.#turn
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
      const isIndexed = await this.#isIndexed(tenant)
      for (const tombstone of await tombstones.read(tenant)) {
        const index = await this.#findCertificate(tenant, tombstone)
        const below = index ?? Number.MAX_SAFE_INTEGER
        const keys = await logs.openKeys(tenant)
        await destroyKey(keys, tombstone)
        if (!isIndexed) {
          // What the indexes do not know, nobody can open; the start after its repair finds the rows of the rest.
          entries += await this.#eraseRows(keys, tombstone, Math.min(tombstone.size ?? below, below))
          continue
        }
        entries += await this.#eraseAgain(keys, tombstone, below)
        if (index !== undefined || (await openOrRefused(logs, tenant)) === undefined) continue
        await this.#certify(tenant, tombstone)
      }
    }
    return entries
  }

  async #erase(tenant: string, body: ErasureBody): Promise<Erasure> {
    const { logs, registers, tombstones } = this.#options
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
    const tombstone = known ?? (await this.#tombstoneFor(log.keys, body))
    await tombstones.add(tenant, tombstone)
    this.#unfinished.set(body.id, { tenant, body })
    await destroyKey(log.keys, tombstone)
    // Whatever was sealed under the key stands before the certificate: nothing overtakes in the queue.
    const { index, leafHash } = await this.#certify(tenant, tombstone)
    await this.#options.indexed(tenant)
    const entries =
      known === undefined
        ? await this.#eraseRows(log.keys, tombstone, index)
        : await this.#eraseAgain(log.keys, tombstone, index)
    this.#unfinished.delete(body.id)
    const { id, erasedAt } = tombstone
    const certificate = { id, index, leafHash, erasedAt, entries }
    return {
      status: 'erased',
      certificate: { ...certificate, unrecoverableAfter: unrecoverableAfter(erasedAt) },
    }
  }

  /** Finishes what broke off: the caller may never ask again, and the key is gone. */
  #finishLater(): void {
    if (this.#isStopping || this.#retry !== undefined || this.#unfinished.size === 0) return
    this.#retry = setTimeout(() => {
      this.#retry = undefined
      // What fails again comes here again.
      for (const { tenant, body } of this.#unfinished.values())
        void this.erase(tenant, body).catch(() => undefined)
    }, this.#options.retryMillis).unref()
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

  /** Waits for the indexes; answers false for a corrupt log, which is refused until somebody has repaired it. */
  async #isIndexed(tenant: string): Promise<boolean> {
    try {
      await this.#options.indexed(tenant)
      return true
    } catch (error) {
      if (error instanceof AuditError) return false
      throw error
    }
  }

  async #findCertificate(tenant: string, { id }: Tombstone): Promise<number | undefined> {
    const [row] = await this.#options.pool.inTenant(tenant, (tx) =>
      tx.query<{ index: number }>(statements['find-entry'], [tenant, id, 'ledger']),
    )
    return row?.index
  }

  async #tombstoneFor(keys: LogKeys, { id, subject, reason, synthetic }: ErasureBody): Promise<Tombstone> {
    const { pool, now } = this.#options
    const { tenant, subjectKeys } = keys
    const token = subjectToken(keys.subjectTokenKey, subject)
    const key = await subjectKeys.find(tenant, token)
    const { frontier } = await pool.inTenant(tenant, (tx) => readHead(tx, tenant))
    return {
      id,
      token: token.toString('hex'),
      ...(key === undefined ? {} : { key: subjectKeyName(key) }),
      size: frontier.size,
      erasedAt: new Date(now()).toISOString(),
      reason,
      ...(synthetic === true ? { synthetic: true } : {}),
    }
  }

  async #eraseRows(keys: LogKeys, { token, erasedAt }: Tombstone, below: number): Promise<number> {
    const { quarantined, registers, side } = this.#options
    const subject = Buffer.from(token, 'hex')
    // Entries of registers have no index: those sealed later, for a student who came back, stay.
    await registers.erase(keys.tenant, subject, erasedAt)
    await quarantined.forget(keys.tenant, subject, erasedAt)
    return side.emptySubject(keys, subject, below)
  }

  /**
   * Empties what a tombstone reaches when its certificate may be late: what the log had then, and of what came since
   * only what nobody can open. A student who came back has another key. On an older tombstone: all below the index.
   */
  async #eraseAgain(keys: LogKeys, tombstone: Tombstone, below: number): Promise<number> {
    const { entries, side } = this.#options
    const { size = below, token } = tombstone
    const emptied = await this.#eraseRows(keys, tombstone, Math.min(size, below))
    const unread: number[] = []
    for await (const entry of entries.aboutToken(keys, Buffer.from(token, 'hex'), {
      from: size,
      to: below,
    })) {
      if (entry.personal === undefined) unread.push(entry.index)
    }
    return emptied + (await side.empty(keys, unread, { cause: 'erasure' }))
  }
}

async function destroyKey({ tenant, subjectKeys }: LogKeys, { token, key }: Tombstone): Promise<void> {
  if (key === undefined) return
  await subjectKeys.destroy(tenant, Buffer.from(token, 'hex'), key)
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
