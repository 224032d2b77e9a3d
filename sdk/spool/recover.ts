/**
 * Reads what a spool's folder holds when a process starts: which events wait, which numbers come next, what is
 * damaged. A damaged record is set aside and counted, and the start goes on.
 */
import Type from 'typebox'
import { tenantPattern } from '../../contracts/services.ts'
import { validator } from '../../lib/validate.ts'
import type { TenantCount } from './counts.ts'
import { readCursor } from './cursor.ts'
import type { Damaged } from './damaged.ts'
import type { SpoolFiles } from './files.ts'
import type { PendingRecord } from './pending.ts'
import { payloadOf, recordAt, scanRecords, type FoundRecord, type Range, type Scan } from './record-format.ts'
import { parseHead, parseJson, type KnownAtHead } from './segment-head.ts'
import { segmentName } from './writer.ts'

export interface Recovered {
  /** In the order they were recorded. */
  readonly records: readonly PendingRecord[]
  readonly counts: ReadonlyMap<string, TenantCount>
  /** Highest settled number of each tenant. */
  readonly settled: Map<string, number>
  /** Bytes of every segment that is there. */
  readonly segments: Map<number, number>
  readonly cuts: Map<number, number>
  readonly nextSegment: number
  /** Ranges that were set aside, and bytes at the end of the last segment that were never acknowledged. */
  readonly damaged: number
  readonly tornBytes: number
}

interface SegmentRead {
  readonly number: number
  readonly bytes: Buffer
  readonly head: KnownAtHead | undefined
}

const segmentPattern = /^([0-9]{12})\.spool$/
/** Lower than any record of an event; bounds how many numbers a damaged range may have held. */
const leastRecordBytes = 128
const heartbeat = 'producer.heartbeat'

const EventHead = Type.Object({
  id: Type.String(),
  tenant: Type.String({ pattern: tenantPattern }),
  sequence: Type.Integer({ minimum: 0 }),
  time: Type.String(),
  facts: Type.Object({ action: Type.String() }),
})
const checkEvent = validator(EventHead)

/** @throws the file layer's error when the folder or a file cannot be read at all */
export async function recover(files: SpoolFiles, folder: string, damaged: Damaged): Promise<Recovered> {
  const settled = await readCursor(files, folder)
  const numbers = (await files.list(folder))
    .flatMap((name) => Number(segmentPattern.exec(name)?.[1] ?? Number.NaN))
    .filter((number) => Number.isInteger(number))
    .sort((a, b) => a - b)
  const reading = new Reading({ files, folder, damaged }, settled)
  const newestHeads = await reading.readHeads(numbers)
  for (const number of numbers) await reading.readSegment(number, newestHeads)
  return reading.finish((numbers.at(-1) ?? 0) + 1)
}

interface ReadingParts {
  readonly files: SpoolFiles
  readonly folder: string
  readonly damaged: Damaged
}

class Reading {
  readonly #parts: ReadingParts
  readonly #settled: Map<string, number>
  readonly #records: PendingRecord[] = []
  readonly #next = new Map<string, number>()
  readonly #lastIds = new Map<string, string>()
  readonly #segments = new Map<number, number>()
  readonly #cuts = new Map<number, number>()
  #damaged = 0
  #tornBytes = 0
  /** Damaged bytes since the last head, and the tenants that have an event behind them: their numbers are known. */
  #doubtfulBytes = 0
  readonly #certain = new Set<string>()

  constructor(parts: ReadingParts, settled: Map<string, number>) {
    this.#parts = parts
    this.#settled = settled
    for (const [tenant, sequence] of settled) this.#raise(tenant, sequence + 1)
  }

  /**
   * Reads heads first: a later head says where an earlier segment ends.
   *
   * @returns number of the last segment that has a head: only its end may be torn
   */
  async readHeads(numbers: readonly number[]): Promise<number> {
    let last = 0
    for (const number of numbers) {
      const { head } = await this.#read(number)
      if (head === undefined) continue
      last = number
      for (const [segment, bytes] of head.cuts) this.#cuts.set(segment, bytes)
    }
    return last
  }

  async readSegment(number: number, lastWithHead: number): Promise<void> {
    const segment = await this.#read(number)
    const { bytes, head } = segment
    this.#segments.set(number, bytes.length)
    if (head !== undefined) this.#readHead(head)
    const scan = scanRecords(bytes)
    const end = this.#endOf(segment, scan, lastWithHead)
    const damage = scan.damage.map(({ from, to }) => ({ offset: from, bytes: to - from }))
    const parts = [...scan.records, ...damage].filter(({ offset }) => offset < end)
    for (const part of parts.sort((a, b) => a.offset - b.offset)) {
      const isRead = 'kind' in part && (part.kind !== 'E' || this.#readEvent(segment, part))
      if (!isRead) await this.#setAside(segment, { from: part.offset, to: part.offset + part.bytes })
    }
  }

  finish(nextSegment: number): Recovered {
    // What was damaged may have held numbers that nothing behind it tells: none of them is given again, so that
    // their loss shows as a gap.
    const skipped = Math.ceil(this.#doubtfulBytes / leastRecordBytes)
    const counts = [...this.#next].map(([tenant, next]) => {
      const lastId = this.#lastIds.get(tenant)
      const from = this.#certain.has(tenant) ? next : next + skipped
      return [tenant, { next: from, ...(lastId === undefined ? {} : { lastId }) }] as const
    })
    return {
      records: this.#records,
      counts: new Map(counts),
      settled: this.#settled,
      segments: this.#segments,
      cuts: new Map([...this.#cuts].filter(([segment]) => this.#segments.has(segment))),
      nextSegment,
      damaged: this.#damaged,
      tornBytes: this.#tornBytes,
    }
  }

  async #read(number: number): Promise<SegmentRead> {
    const { files, folder } = this.#parts
    const bytes = await files.read(`${folder}/${segmentName(number)}`)
    const first = recordAt(bytes, 0)
    const head = first?.kind === 'H' ? parseHead(payloadOf(bytes, first)) : undefined
    return { number, bytes, head }
  }

  #readHead({ counts }: KnownAtHead): void {
    for (const [tenant, { next, lastId }] of counts) {
      this.#raise(tenant, next)
      if (lastId !== undefined) this.#lastIds.set(tenant, lastId)
    }
    this.#doubtfulBytes = 0
  }

  /** Answers whether the record is an event. */
  #readEvent(segment: SegmentRead, record: FoundRecord): boolean {
    const event = checkEvent(parseJson(payloadOf(segment.bytes, record)))
    if (!event.valid) return false
    const { id, tenant, sequence, time, facts } = event.value
    this.#raise(tenant, sequence + 1)
    this.#certain.add(tenant)
    if (facts.action !== heartbeat) this.#lastIds.set(tenant, id)
    if (sequence <= (this.#settled.get(tenant) ?? -1)) return true
    const recordedMillis = Date.parse(time) || 0
    const { offset, bytes } = record
    this.#records.push({ id, tenant, sequence, recordedMillis, segment: segment.number, offset, bytes })
    return true
  }

  /** Where a segment ends: as a later head says, at its torn end, or with its file. */
  #endOf({ number, bytes }: SegmentRead, scan: Scan, lastWithHead: number): number {
    const cut = this.#cuts.get(number)
    if (cut !== undefined) return cut
    if (number < lastWithHead) return bytes.length
    const torn = scan.damage.find(({ from }) => from >= scan.syncedBytes)
    const end = torn?.from ?? bytes.length
    this.#tornBytes += bytes.length - end
    if (end < bytes.length) this.#cuts.set(number, end)
    return end
  }

  async #setAside({ number, bytes }: SegmentRead, { from, to }: Range): Promise<void> {
    this.#damaged++
    this.#doubtfulBytes += to - from
    this.#certain.clear()
    await this.#parts.damaged.keep(`${number}-${from}`, bytes.subarray(from, to))
  }

  #raise(tenant: string, next: number): void {
    this.#next.set(tenant, Math.max(this.#next.get(tenant) ?? 0, next))
  }
}
