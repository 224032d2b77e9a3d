import { mkdirSync, rmSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import type { QueueEntry } from '../../../collector/queue/sending-queue.ts'
import { bodyOf, diskQueue, fill, numberOf, takeAll } from './disk-queue.ts'

describe('the queue of an exporter on a disk that fails', () => {
  const { disk, start, names } = diskQueue()

  it('tells of a file that is gone, counts what was in it, and hands out the rest', async () => {
    const first = await start({ fileBytes: 1 })
    for (const number of [0, 1, 2]) await fill(first, number, number + 1)
    await first.close()
    const queue = await start()
    disk.now++
    rmSync(join(disk.directory, names('.wal')[0] ?? ''))
    expect(await takeAll(queue)).to.deep.equal([1, 2])
    expect(disk.lost).to.equal(1)
    expect(disk.faults).to.deep.equal(['read_failed', 'payload_corrupt'])
  })

  it('tries again what cannot be read, tells of it, and goes on in the end', async () => {
    const first = await start({ fileBytes: 1 })
    for (const number of [0, 1]) await fill(first, number, number + 1)
    await first.close()
    const queue = await start()
    const path = join(disk.directory, names('.wal')[0] ?? '')
    rmSync(path)
    // Opens, and cannot be read.
    mkdirSync(path)
    let failures = 0
    const take = (): Promise<QueueEntry | undefined> =>
      queue.take().catch(() => {
        failures++
        return take()
      })
    expect(numberOf((await take()) ?? { bytes: Buffer.alloc(0) })).to.equal(1)
    expect(failures).to.be.above(1)
    expect(disk.lost).to.equal(1)
    expect(disk.faults.filter((fault) => fault === 'read_failed').length).to.be.at.least(failures)
  })

  it('keeps what is whole before a torn end where nothing can be set aside, as on a full disk', async () => {
    const first = await start()
    for (const number of [0, 1]) await fill(first, number, number + 1, 30)
    await first.close()
    const path = join(disk.directory, names('.wal')[0] ?? '')
    truncateSync(path, 100)
    // Nothing can be written where a folder is.
    mkdirSync(`${path}.corrupt`)
    expect(await takeAll(await start())).to.deep.equal([0])
    expect(disk.faults).to.deep.equal(['tail_cut'])
    expect(disk.damaged).to.equal(46)
  })

  it('is not opened a second time while it is open, and goes on', async () => {
    const queue = await start({ fileBytes: 1 })
    for (const number of [0, 1]) await fill(queue, number, number + 1)
    const failure = await start().catch((error: unknown) => error)
    expect(failure).to.have.property('code', 'FOLDER_IN_USE')
    expect(await takeAll(queue)).to.deep.equal([0, 1])
    await queue.close()
    await start()
  })

  it('refuses more requests than it keeps in mind, however small, and forgets those that were sent', async () => {
    const queue = await start({ maxRequests: 32 })
    await fill(queue, 0, 32)
    const failure = await queue
      .append({ signal: 'traces', items: 1, bytes: bodyOf(32) })
      .catch((error: unknown) => error)
    expect(failure).to.have.property('code', 'STORE_FULL')
    for (let left = 32; left > 0; left--) await (await queue.take())?.done('delivered')
    for (let number = 0; number < 8; number++) await fill(queue, number, number + 1)
    // Those that were sent are in no file any more.
    expect(queue.bytes).to.equal(8 * 44)
  })
})
