/**
 * The state of an open spool: what waits, what is settled, which files stand for it. Segments in which nothing waits go;
 * the newest stays, because its head knows the numbers.
 */
import { writeCursor } from './cursor.ts'
import type { Damaged } from './damaged.ts'
import type { SpoolFiles } from './files.ts'
import { Pending, type PendingRecord } from './pending.ts'
import { payloadOf, recordAt } from './record-format.ts'
import type { Recovered } from './recover.ts'
import { parseJson } from './segment-head.ts'
import { segmentName } from './writer.ts'

/** An event with its content. */
export interface LoadedRecord {
  readonly record: PendingRecord
  readonly event: Readonly<Record<string, unknown>>
}

export interface StoreOptions {
  readonly files: SpoolFiles
  readonly folder: string
  readonly damaged: Damaged
  /** Told about a record that was damaged after it had been written. */
  readonly onDamage: () => void
  /** Told about a file that could not be removed or written; it is tried again. */
  readonly onFault: (error: unknown) => void
}

/** Least time between two notes of what is settled, in milliseconds: without one the ledger only answers duplicates. */
const cursorMillis = 1_000

export class SpoolStore {
  readonly segments: Map<number, number>
  readonly cuts: Map<number, number>
  readonly #options: StoreOptions
  readonly #pending = new Pending()
  readonly #settled: Map<string, number>
  #timer: NodeJS.Timeout | undefined
  #work: Promise<void> = Promise.resolve()

  constructor(options: StoreOptions, { records, segments, cuts, settled }: Recovered) {
    this.#options = options
    this.segments = segments
    this.cuts = cuts
    this.#settled = settled
    this.add(records)
  }

  get pending(): Pick<Pending, 'length' | 'next' | 'oldestMillis'> {
    return this.#pending
  }

  /** Bytes of all segments. */
  get diskBytes(): number {
    let bytes = 0
    for (const segment of this.segments.values()) bytes += segment
    return bytes
  }

  add(records: readonly PendingRecord[]): void {
    for (const record of records) this.#pending.push(record)
  }

  /** Forgets events that are settled; of each tenant they are the first that wait. */
  settle(records: readonly Pick<PendingRecord, 'id' | 'tenant' | 'sequence'>[]): void {
    let isEmptied = false
    for (const { id, tenant, sequence } of records) {
      isEmptied = this.#pending.shift(tenant, id) !== undefined || isEmptied
      this.#settled.set(tenant, sequence)
    }
    this.#timer ??= setTimeout(() => this.#queue(() => this.#writeCursor()), cursorMillis).unref()
    if (isEmptied) this.collect()
  }

  /** Removes segments in which nothing waits, but the newest. */
  collect(): void {
    const newest = Math.max(...this.segments.keys())
    for (const segment of this.segments.keys()) {
      if (segment !== newest && !this.#pending.waitsIn(segment)) this.#queue(() => this.#remove(segment))
    }
  }

  /** Resolves when every file is as the state says. */
  async close(): Promise<void> {
    clearTimeout(this.#timer)
    this.#queue(() => this.#writeCursor())
    await this.#work
  }

  /**
   * Loads events, each tenant's up to the first that cannot be read.
   *
   * @throws the file layer's error when none can be read for that reason
   */
  async load(records: readonly PendingRecord[]): Promise<LoadedRecord[]> {
    const loaded: LoadedRecord[] = []
    const stopped = new Set<string>()
    const contents = new Map<number, Buffer | undefined>()
    let failure: unknown
    for (const record of records) {
      const { tenant, segment, json } = record
      if (stopped.has(tenant)) continue
      if (json === undefined && !contents.has(segment)) {
        const reading = this.#options.files.read(`${this.#options.folder}/${segmentName(segment)}`)
        contents.set(segment, await reading.catch((error: unknown) => void (failure = error)))
      }
      const bytes = contents.get(segment)
      const event = json === undefined ? eventIn(bytes, record) : parseEvent(json)
      if (event !== undefined) loaded.push({ record, event })
      else {
        stopped.add(tenant)
        if (bytes !== undefined && !loaded.some(({ record: before }) => before.tenant === tenant)) {
          await this.#setAside(bytes, record)
        }
      }
    }
    if (loaded.length === 0 && failure !== undefined) throw failure
    return loaded
  }

  /** A damaged event that is the first of its tenant makes way; its number stays missing. */
  async #setAside(segment: Buffer, record: PendingRecord): Promise<void> {
    const { damaged, onDamage } = this.#options
    const { offset, bytes } = record
    await damaged.keep(`${record.segment}-${offset}`, segment.subarray(offset, offset + bytes))
    onDamage()
    this.settle([record])
  }

  async #remove(segment: number): Promise<void> {
    if (!this.segments.has(segment)) return
    await this.#options.files.remove(`${this.#options.folder}/${segmentName(segment)}`)
    this.segments.delete(segment)
    this.cuts.delete(segment)
  }

  async #writeCursor(): Promise<void> {
    this.#timer = undefined
    await writeCursor(this.#options.files, this.#options.folder, this.#settled)
  }

  /** Runs one after the other. */
  #queue(work: () => Promise<void>): void {
    this.#work = this.#work.then(work).catch((error: unknown) => this.#options.onFault(error))
  }
}

function eventIn(segment: Buffer | undefined, { offset }: PendingRecord): LoadedRecord['event'] | undefined {
  const found = segment === undefined ? undefined : recordAt(segment, offset)
  return segment === undefined || found === undefined ? undefined : parseEvent(payloadOf(segment, found))
}

function parseEvent(json: string): LoadedRecord['event'] | undefined {
  const event = parseJson(json)
  // What stands in a record with the right checksum is what we wrote: an object.
  return typeof event === 'object' && event !== null ? (event as LoadedRecord['event']) : undefined
}
