import { mkdirSync, mkdtempSync, readdirSync, rmSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import type { QueueEntry } from '../../../collector/queue/sending-queue.ts'
import { WalQueue, type WalQueueOptions } from '../../../collector/queue/wal-queue.ts'

describe('the queue of an exporter on a disk that fails', () => {
  let directory: string
  let now: number
  let faults: string[]
  let lost: number
  let damaged: number
  const open: WalQueue[] = []

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'campanile-wal-'))
    now = 1_790_000_000_000
    faults = []
    lost = 0
    damaged = 0
  })
  afterEach(async () => {
    for (const queue of open.splice(0)) await queue.close()
    rmSync(directory, { recursive: true })
  })

  const start = async (options: Partial<WalQueueOptions> = {}) => {
    const queue = await WalQueue.open({
      directory,
      maxBytes: 2 ** 20,
      capacity: { sizer: 'requests', size: 10_000 },
      maxAgeMillis: 60_000,
      monotonicMillis: () => now,
      onDamaged: (bytes) => (damaged += bytes),
      onFault: (fault) => faults.push(fault),
      onLost: (_signal, items) => (lost += items),
      ...options,
    })
    open.push(queue)
    return queue
  }
  const bodyOf = (number: number, size = 20) => Buffer.from(`request ${number} `.padEnd(size, 'x'))
  const numberOf = ({ bytes }: Pick<QueueEntry, 'bytes'>) =>
    Number(Buffer.from(bytes).toString().split(' ')[1])
  const fill = (queue: WalQueue, from: number, to: number, size?: number) =>
    Promise.all(
      Array.from({ length: to - from }, (_, at) =>
        queue.append({ signal: 'traces', items: 1, bytes: bodyOf(from + at, size) }),
      ),
    )
  /** Takes everything that is there: up to a last request that is put behind it. */
  const takeAll = async (queue: WalQueue) => {
    await queue.append({ signal: 'metrics', items: 0, bytes: Buffer.from('the last') })
    const numbers: number[] = []
    for (let entry = await queue.take(); entry !== undefined; entry = await queue.take()) {
      await entry.done('delivered')
      if (entry.signal === 'metrics') break
      numbers.push(numberOf(entry))
    }
    return numbers
  }
  const names = (ending: string) => readdirSync(directory).filter((name) => name.endsWith(ending))

  it('tells of a file that is gone, counts what was in it, and hands out the rest', async () => {
    const first = await start({ fileBytes: 1 })
    for (const number of [0, 1, 2]) await fill(first, number, number + 1)
    await first.close()
    const queue = await start()
    now++
    rmSync(join(directory, names('.wal')[0] ?? ''))
    expect(await takeAll(queue)).to.deep.equal([1, 2])
    expect(lost).to.equal(1)
    expect(faults).to.deep.equal(['read_failed', 'payload_corrupt'])
  })

  it('tries again what cannot be read, tells of it, and goes on in the end', async () => {
    const first = await start({ fileBytes: 1 })
    for (const number of [0, 1]) await fill(first, number, number + 1)
    await first.close()
    const queue = await start()
    const path = join(directory, names('.wal')[0] ?? '')
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
    expect(lost).to.equal(1)
    expect(faults.filter((fault) => fault === 'read_failed').length).to.be.at.least(failures)
  })

  it('keeps what is whole before a torn end where nothing can be set aside, as on a full disk', async () => {
    const first = await start()
    for (const number of [0, 1]) await fill(first, number, number + 1, 30)
    await first.close()
    const path = join(directory, names('.wal')[0] ?? '')
    truncateSync(path, 100)
    // Nothing can be written where a folder is.
    mkdirSync(`${path}.corrupt`)
    expect(await takeAll(await start())).to.deep.equal([0])
    expect(faults).to.deep.equal(['tail_cut'])
    expect(damaged).to.equal(46)
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
