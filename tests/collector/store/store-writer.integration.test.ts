/** The moment in which requests leave their head for a block: a death after it finds them in one of the two. */
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { summarizeSpans } from '../../../collector/process/summary.ts'
import { recoverHead } from '../../../collector/store/recover-head.ts'
import type { Segment } from '../../../collector/store/segment.ts'
import { StoreWriter } from '../../../collector/store/store-writer.ts'
import { encodeTraces } from '../../../collector/wire/traces.ts'
import { ProtobufWriter } from '../../../collector/wire/writer.ts'
import { spansOf } from '../generate.ts'

describe('the writer of the local store', () => {
  let directory: string
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'campanile-writer-'))
  })
  afterEach(() => rm(directory, { recursive: true }))

  it('has emptied a head by the time that anything follows its block', async () => {
    const segments: Segment[] = []
    const left: (readonly [blocks: number, inHeads: number])[] = []
    const writer = new StoreWriter({
      directory,
      segmentBytes: 2 ** 20,
      segmentMillis: 3_600_000,
      blockBytes: 2 ** 20,
      syncMillis: 3_600_000,
      now: () => 1_790_000_000_000,
      onSyncFailed: () => undefined,
      segments,
      onFinished: () => undefined,
      onBlock: async () => {
        const heads = (await readdir(directory)).filter((name) => name.endsWith('.head'))
        const kept = await Promise.all(heads.map((name) => recoverHead(join(directory, name))))
        left.push([segments[0]?.blocks.length ?? 0, kept.reduce((sum, head) => sum + head.kept.length, 0)])
      },
    })
    for (const seed of [1, 2, 3]) {
      const batch = spansOf(8, seed)
      await writer.append(encodeTraces(new ProtobufWriter(), batch), summarizeSpans(batch))
    }
    await writer.close()
    expect(left).to.deep.equal([[1, 0]])
  })
})
