/** A disk that takes less at once than it was given, as at the edge of a full one where room comes back. */
import { mkdtemp, open, readdir, rm, type FileHandle } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { summarizeSpans } from '../../../collector/process/summary.ts'
import { verifyPayload } from '../../../collector/store/block.ts'
import { joinBlocks } from '../../../collector/store/join-blocks.ts'
import { readAt } from '../../../collector/store/read-at.ts'
import { recoverSegment } from '../../../collector/store/segment.ts'
import { SignalStore } from '../../../collector/store/signal-store.ts'
import { encodeTraces } from '../../../collector/wire/traces.ts'
import { ProtobufWriter } from '../../../collector/wire/writer.ts'
import { spansOf } from '../generate.ts'

/** What this test takes the place of; every file handle shares the prototype. */
interface Writes {
  write: (
    this: FileHandle,
    bytes: Uint8Array,
    from: number,
    length: number,
    at: number,
  ) => Promise<{ bytesWritten: number }>
  writev: (this: FileHandle, parts: Uint8Array[], at: number) => Promise<{ bytesWritten: number }>
}

describe('a short write', () => {
  let directory: string
  let restore: () => void
  let shortWrites: number

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'campanile-short-'))
    const handle = await open(directory, 'r')
    const prototype = Object.getPrototypeOf(handle) as Writes
    await handle.close()
    const { write, writev } = prototype
    restore = () => void Object.assign(prototype, { write, writev })
    shortWrites = 0
    prototype.write = function (bytes, from, length, at) {
      return write.call(this, bytes, from, shortWrites++ === 0 ? length - 40 : length, at)
    }
    prototype.writev = function (parts, at) {
      const whole = Buffer.concat(parts)
      return write.call(this, whole, 0, shortWrites++ === 0 ? whole.length - 40 : whole.length, at)
    }
  })
  afterEach(async () => {
    restore()
    await rm(directory, { recursive: true })
  })

  it('leaves every block whole of a segment that is joined', async () => {
    const store = await SignalStore.open({
      directory,
      maxBytes: 2 ** 24,
      maxAgeMillis: 3_600_000,
      // Every request is a block.
      syncMillis: 0,
      now: () => 1_790_000_000_000,
      onFault: () => undefined,
    })
    for (let seed = 1; seed <= 16; seed++) {
      const batch = spansOf(8, seed)
      await store.append(encodeTraces(new ProtobufWriter(), batch), summarizeSpans(batch))
    }
    await store.close()
    const [name = ''] = await readdir(directory)
    const { segment } = await recoverSegment(join(directory, name), 1)
    if (segment === undefined) throw new Error('no segment')
    shortWrites = 0
    const joined = await joinBlocks(segment, 10_000)
    expect(shortWrites).to.be.at.least(2)
    const handle = await open(joined?.path ?? '', 'r')
    for (const meta of joined?.blocks ?? [])
      verifyPayload(meta, await readAt(handle, meta.payloadAt, meta.payloadBytes))
    await handle.close()
    expect(joined?.blocks.reduce((sum, { items }) => sum + items, 0)).to.equal(128)
  })
})
