import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { Overflow } from '../../../collector/export/overflow.ts'
import { MemoryQueue } from '../../../collector/queue/memory-queue.ts'
import type { Queued } from '../../../collector/queue/sending-queue.ts'
import { WalQueue } from '../../../collector/queue/wal-queue.ts'

const requestOf = (bytes: number): Queued => ({ signal: 'traces', items: 1, bytes: Buffer.alloc(bytes) })
const codeOf = (failed: Promise<unknown>) =>
  failed.then(
    () => 'taken',
    (error: unknown) => (error as { readonly code?: unknown }).code,
  )

describe('what waits for room in a queue', () => {
  it('is bounded by bytes, and counted', async () => {
    const overflow = new Overflow(new MemoryQueue({ sizer: 'requests', size: 1 }), { maxBytes: 250 })
    await overflow.append(requestOf(100))
    const waiting = [overflow.append(requestOf(100)), overflow.append(requestOf(100))].map(codeOf)
    expect(await codeOf(overflow.append(requestOf(100)))).to.equal('STORE_FULL')
    expect(overflow.items).to.equal(2)
    overflow.close()
    expect(await Promise.all(waiting)).to.deep.equal(['STORE_CLOSED', 'STORE_CLOSED'])
    expect(overflow.items).to.equal(0)
  })

  it('is refused when it has waited for too long', async () => {
    const queue = new MemoryQueue({ sizer: 'requests', size: 1 })
    const overflow = new Overflow(queue, { maxMillis: 20 })
    await overflow.append(requestOf(1))
    expect(await codeOf(overflow.append(requestOf(1)))).to.equal('STORE_FULL')
    await (await queue.take())?.done('delivered')
    overflow.retry()
    expect(queue.requests).to.equal(0)
  })

  it('shares writes to the disk, while there is room and when there is again', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'campanile-overflow-'))
    const queue = await WalQueue.open({
      directory,
      maxBytes: 2 ** 20,
      capacity: { sizer: 'requests', size: 10 },
      maxAgeMillis: 60_000,
      monotonicMillis: () => performance.now(),
      onDamaged: () => undefined,
      onFault: () => undefined,
      onLost: () => undefined,
    })
    const overflow = new Overflow(queue)
    const asked = Array.from({ length: 20 }, () => overflow.append(requestOf(10)))
    // Ten of them have their place before any is written.
    expect(queue.requests).to.equal(10)
    await Promise.all(asked.slice(0, 10))
    const entries = await Promise.all(Array.from({ length: 10 }, () => queue.take()))
    for (const entry of entries) await entry?.done('delivered')
    overflow.retry()
    expect(queue.requests).to.equal(10)
    await Promise.all(asked)
    await queue.close()
    rmSync(directory, { recursive: true })
  })
})
