/**
 * A spool: audit events in files on their way to the ledger, for a service without a database. What `record` has
 * answered is on disk; it stays there until the ledger has answered for it. A full spool refuses and drops nothing.
 */
import { maxEventBytes } from '../../contracts/audit-event.ts'
import type { FolderLock } from '../../lib/folder-lock.ts'
import { SdkError } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Instruments } from '../metrics/instruments.ts'
import type { Backlog } from '../outbox/backlog.ts'
import { heartbeatFacts } from '../outbox/heartbeat.ts'
import { makeEvent, type AuditRecord, type EventOrigin, type EventParts } from '../outbox/make-event.ts'
import { Counts } from './counts.ts'
import { damagedIn, type Damaged } from './damaged.ts'
import { DeadLetters } from './dead-letters.ts'
import { diskFiles, type SpoolFiles } from './files.ts'
import { lockFolder } from './lock.ts'
import { recover, type Recovered } from './recover.ts'
import { SpoolSignals } from './signals.ts'
import { SpoolBacklog } from './spool-backlog.ts'
import { SpoolStore } from './store.ts'
import { bytesPerUnit, SpoolWriter } from './writer.ts'

export interface SpoolOptions {
  /** Folder of its own; one process has it open at a time. */
  readonly folder: string
  /** Most bytes of all segments, at least 1 MiB; beyond, `record` refuses. Default 256 MiB. */
  readonly maxBytes?: number
}

export interface Spool {
  /**
   * Takes an event and resolves with its id once it is on disk. Events are delivered in the order of the calls.
   *
   * @throws SdkError, always by rejecting: SDK_AUDIT_EVENT_INVALID; SDK_SPOOL_FULL while more waits than may;
   *   SDK_SPOOL_UNAVAILABLE when the disk refused, the next event tries it again; SDK_SPOOL_CLOSED
   */
  readonly record: (event: AuditRecord & EventOrigin) => Promise<string>
  /** Id of the last event of a tenant that is on disk or was delivered. */
  readonly lastRecorded: (tenant: string) => string | undefined
  /** What a relay takes from. */
  readonly backlog: Backlog
  /** Finishes what was taken and lets the folder go; stop the relay first. */
  readonly close: () => Promise<void>
}

export interface SpoolParts extends EventParts {
  readonly instruments: Instruments
  readonly log: Log
  /** Default the machine's files. */
  readonly files?: SpoolFiles
  /** Milliseconds since the epoch. Default the machine's clock. */
  readonly now?: () => number
}

const leastBytes = 2 ** 20
const defaultBytes = 256 * 2 ** 20
/** A segment is at most this long, and an eighth of the spool, so that what was delivered makes room soon. */
const longestSegmentBytes = 4 * 2 ** 20
/** Most bytes in memory that wait for the disk. */
const maxQueuedBytes = 8 * 2 ** 20
/**
 * Opens a spool with all that waits in it.
 *
 * @throws SdkError SDK_SPOOL_LOCKED when another process has it, or the system's error when it cannot be read or written
 */
export async function openSpool(options: SpoolOptions, parts: SpoolParts): Promise<Spool> {
  const files = parts.files ?? diskFiles
  await files.makeFolder(options.folder)
  // Files that are not the machine's have no process to share them with.
  const damaged = damagedIn(files, options.folder, parts.now ?? Date.now)
  const lock = parts.files === undefined ? await lockFolder(options.folder) : undefined
  try {
    const spool = new FileSpool(
      { options, parts, files, damaged, lock },
      await recover(files, options.folder, damaged),
    )
    await spool.open()
    return spool
  } catch (error) {
    await lock?.release()
    throw error
  }
}

interface Opened {
  readonly options: SpoolOptions
  readonly parts: SpoolParts
  readonly files: SpoolFiles
  readonly damaged: Damaged
  readonly lock: FolderLock | undefined
}

class FileSpool implements Spool {
  readonly backlog: Backlog
  readonly #opened: Opened
  readonly #counts: Counts
  readonly #store: SpoolStore
  readonly #writer: SpoolWriter
  readonly #letters: DeadLetters
  readonly #signals: SpoolSignals
  readonly #now: () => number
  readonly #maxBytes: number
  #isClosed = false

  constructor(opened: Opened, recovered: Recovered) {
    const { options, parts, files, damaged } = opened
    const { folder } = options
    const signals = new SpoolSignals(parts)
    this.#opened = opened
    this.#signals = signals
    this.#now = parts.now ?? Date.now
    this.#maxBytes = Math.max(leastBytes, options.maxBytes ?? defaultBytes)
    this.#counts = new Counts(recovered.counts)
    const reports = { onDamage: () => signals.damaged(1), onFault: (error: unknown) => signals.fault(error) }
    this.#store = new SpoolStore({ files, folder, damaged, ...reports }, recovered)
    this.#letters = new DeadLetters(files, folder, this.#now)
    const { segments, cuts } = this.#store
    this.#writer = new SpoolWriter({
      files,
      folder,
      segments,
      cuts,
      counts: this.#counts,
      firstSegment: recovered.nextSegment,
      segmentBytes: Math.min(longestSegmentBytes, Math.floor(this.#maxBytes / 8)),
      onDurable: (records) => {
        this.#store.add(records)
        this.#store.collect()
      },
      onFailure: (error, refused) => signals.refused('failed', refused, error),
    })
    this.backlog = new SpoolBacklog({
      store: this.#store,
      letters: this.#letters,
      damaged,
      now: this.#now,
      tenants: () => this.#counts.tenants(),
      beat: (tenant) => this.#add({ tenant, facts: heartbeatFacts }, true),
      onBytes: (bytes) => signals.bytes(bytes),
    })
    if (recovered.damaged > 0) signals.damaged(recovered.damaged)
    if (recovered.tornBytes > 0) signals.torn()
  }

  async open(): Promise<void> {
    await this.#letters.open()
    await this.#writer.open()
    this.#store.collect()
  }

  record(event: AuditRecord & EventOrigin): Promise<string> {
    return this.#add(event, false)
  }

  lastRecorded(tenant: string): string | undefined {
    return this.#counts.lastId(tenant)
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    await this.#writer.close()
    await this.#store.close()
    await this.#opened.lock?.release()
  }

  async #add({ id, time, ...record }: AuditRecord & EventOrigin, isHeartbeat: boolean): Promise<string> {
    if (this.#isClosed) throw new SdkError('SDK_SPOOL_CLOSED', 'the spool is closed')
    const origin = { ...(id === undefined ? {} : { id }), ...(time === undefined ? {} : { time }) }
    const event = makeEvent(this.#opened.parts, record, origin)
    const unnumbered = JSON.stringify(event)
    this.#checkRoom(unnumbered.length * bytesPerUnit)
    // From here on nothing refuses the event but the disk: a number that is taken is written.
    const { tenant } = event
    const sequence = this.#counts.take(tenant)
    const json = `${unnumbered.slice(0, -1)},"sequence":${sequence}}`
    await this.#writer.add({ id: event.id, tenant, sequence, recordedMillis: this.#now(), isHeartbeat, json })
    return event.id
  }

  #checkRoom(bytes: number): void {
    if (bytes > maxEventBytes * bytesPerUnit) {
      throw new SdkError('SDK_AUDIT_EVENT_INVALID', `found an event of more than ${maxEventBytes} characters`)
    }
    const queued = this.#writer.queuedBytes + bytes
    if (queued <= maxQueuedBytes && this.#store.diskBytes + queued <= this.#maxBytes) return
    this.#signals.refused('full', 1)
    throw new SdkError('SDK_SPOOL_FULL', `found ${this.#store.pending.length} events waiting`)
  }
}
