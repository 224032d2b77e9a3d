/**
 * Writes events into segments, one write and one sync for everything that arrived during the last one. An event is
 * acknowledged after the sync. When a write or a sync fails, everything since the last sync is refused, the segment is
 * given up at its last synced byte, and the next events open another: what a failed sync has left in a file cannot be
 * known (the kernel drops the pages and reports the failure once), so nothing is ever synced twice.
 */
import { SdkError } from '../errors.ts'
import type { Counts } from './counts.ts'
import type { SpoolFile, SpoolFiles } from './files.ts'
import type { PendingRecord } from './pending.ts'
import { encodeRecord, groupHeadBytes, recordHeadBytes, sealGroup, sealRecord } from './record-format.ts'
import { formatHead } from './segment-head.ts'

/** An event whose number is given and whose place in a segment is not known yet. */
export interface Draft {
  readonly id: string
  readonly tenant: string
  readonly sequence: number
  readonly recordedMillis: number
  readonly isHeartbeat: boolean
  readonly json: string
}

export interface WriterOptions {
  readonly files: SpoolFiles
  readonly folder: string
  readonly counts: Counts
  /** Number of the first segment it opens. */
  readonly firstSegment: number
  /** Segments that are there, with their bytes on disk. The writer adds its own; whoever removes one takes it out. */
  readonly segments: Map<number, number>
  /** Where older segments end before their file does; the writer adds what it gives up. */
  readonly cuts: Map<number, number>
  /** A segment of so many bytes is followed by another. */
  readonly segmentBytes: number
  /** Told about events in their order once they are durable, before anybody is answered. */
  readonly onDurable: (records: readonly PendingRecord[]) => void
  /** Told about a failed write or sync. */
  readonly onFailure: (error: unknown, refused: number) => void
}

interface Group {
  bytes: Buffer
  length: number
  readonly drafts: { readonly draft: Draft; readonly offset: number; readonly bytes: number }[]
  readonly done: PromiseWithResolvers<void>
}

interface Segment {
  readonly number: number
  readonly file: SpoolFile
  /** Bytes that are synced. */
  bytes: number
}

const firstGroupBytes = 64 * 1_024
/** A worst case of UTF-8: three bytes for each UTF-16 unit. */
export const bytesPerUnit = 3

/** @param segment number of a segment */
export function segmentName(segment: number): string {
  return `${String(segment).padStart(12, '0')}.spool`
}

export class SpoolWriter {
  readonly #options: WriterOptions
  #nextSegment: number
  #segment: Segment | undefined
  #group: Group | undefined
  #running: Promise<void> | undefined
  #writing = 0

  constructor(options: WriterOptions) {
    this.#options = options
    this.#nextSegment = options.firstSegment
  }

  /** Bytes that are not on disk yet. */
  get queuedBytes(): number {
    return this.#writing + (this.#group?.length ?? 0)
  }

  /** Opens the first segment. @throws the file layer's error */
  async open(): Promise<void> {
    this.#segment = await this.#openSegment()
  }

  /** Takes an event; resolves when it is durable. @throws SdkError SDK_SPOOL_UNAVAILABLE by rejecting */
  add(draft: Draft): Promise<void> {
    const group = (this.#group ??= newGroup())
    const offset = group.length
    reserve(group, recordHeadBytes + draft.json.length * bytesPerUnit)
    const payloadBytes = group.bytes.write(draft.json, offset + recordHeadBytes)
    sealRecord(group.bytes, 'E', offset, payloadBytes)
    group.length += recordHeadBytes + payloadBytes
    group.drafts.push({ draft, offset, bytes: recordHeadBytes + payloadBytes })
    this.#running ??= this.#run()
    return group.done.promise
  }

  /** Resolves when nothing waits any more, and closes the segment. */
  async close(): Promise<void> {
    await this.#running
    await this.#segment?.file.close()
    this.#segment = undefined
  }

  async #run(): Promise<void> {
    // Events of the same turn of the event loop share the first write too.
    await new Promise((resolve) => setImmediate(resolve))
    while (this.#group !== undefined) {
      const group = this.#group
      this.#group = undefined
      this.#writing = group.length
      try {
        const segment = await this.#write(group)
        this.#acknowledge(group, segment)
      } catch (error) {
        await this.#refuse(group, error)
      } finally {
        this.#writing = 0
      }
    }
    // In the same turn as the last look at the group: an event that comes later starts another run.
    this.#running = undefined
  }

  async #write(group: Group): Promise<Segment> {
    if (this.#segment !== undefined && this.#segment.bytes >= this.#options.segmentBytes) await this.#seal()
    const segment = (this.#segment ??= await this.#openSegment())
    sealGroup(group.bytes, segment.bytes)
    await segment.file.write(group.bytes.subarray(0, group.length), segment.bytes)
    await segment.file.sync()
    return segment
  }

  #acknowledge(group: Group, segment: Segment): void {
    const { counts, onDurable, segments } = this.#options
    const start = segment.bytes
    segment.bytes += group.length
    segments.set(segment.number, segment.bytes)
    for (const { draft } of group.drafts) {
      counts.settle(draft.tenant, draft.sequence, draft.isHeartbeat ? undefined : draft.id)
    }
    onDurable(
      group.drafts.map(({ draft: { id, tenant, sequence, recordedMillis, json }, offset, bytes }) => {
        const place = { segment: segment.number, offset: start + offset, bytes }
        return { id, tenant, sequence, recordedMillis, json, ...place }
      }),
    )
    group.done.resolve()
  }

  /** Refuses the group and what was added behind it: its numbers would leave a hole. */
  async #refuse(group: Group, cause: unknown): Promise<void> {
    const groups = this.#group === undefined ? [group] : [group, this.#group]
    this.#group = undefined
    this.#options.counts.rollBack()
    const refused = groups.reduce((sum, { drafts }) => sum + drafts.length, 0)
    this.#options.onFailure(cause, refused)
    const error = new SdkError('SDK_SPOOL_UNAVAILABLE', 'the spool could not write the event', { cause })
    for (const { done } of groups) done.reject(error)
    await this.#giveUp()
  }

  async #giveUp(): Promise<void> {
    const segment = this.#segment
    if (segment === undefined) return
    this.#segment = undefined
    this.#options.cuts.set(segment.number, segment.bytes)
    // The next head says where this one ends; to cut it here only gives a full disk its bytes back.
    await segment.file.truncate(segment.bytes).catch(() => undefined)
    await segment.file.close().catch(() => undefined)
  }

  async #seal(): Promise<void> {
    const segment = this.#segment
    this.#segment = undefined
    // All of it is synced: what closing could fail at is no event's loss.
    await segment?.file.close().catch(() => undefined)
  }

  async #openSegment(): Promise<Segment> {
    const { files, folder, counts, cuts, segments } = this.#options
    const number = this.#nextSegment++
    const path = `${folder}/${segmentName(number)}`
    const head = encodeRecord('H', formatHead(counts.durable(), cuts))
    const file = await files.create(path)
    try {
      await file.write(head, 0)
      await file.sync()
      await files.syncFolder(folder)
    } catch (error) {
      await file.close().catch(() => undefined)
      // Left behind it is a segment without events, and the next start removes it.
      await files.remove(path).catch(() => undefined)
      throw error
    }
    segments.set(number, head.length)
    return { number, file, bytes: head.length }
  }
}

function newGroup(): Group {
  const done = Promise.withResolvers<void>()
  return { bytes: Buffer.allocUnsafe(firstGroupBytes), length: groupHeadBytes, drafts: [], done }
}

function reserve(group: Group, bytes: number): void {
  if (group.length + bytes <= group.bytes.length) return
  const grown = Buffer.allocUnsafe(Math.max(group.bytes.length * 2, group.length + bytes))
  group.bytes.copy(grown, 0, 0, group.length)
  group.bytes = grown
}
