/** A queue of an exporter in a folder of its own for each test, whose clock and counts the test holds. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { QueueEntry } from '../../../collector/queue/sending-queue.ts'
import { WalQueue, type WalQueueOptions } from '../../../collector/queue/wal-queue.ts'

export interface DiskQueue {
  directory: string
  /** What the queue's clock says. */
  now: number
  faults: string[]
  /** Items that were given up. */
  lost: number
  /** Bytes that were no records. */
  damaged: number
}

export const bodyOf = (number: number, size = 20) => Buffer.from(`request ${number} `.padEnd(size, 'x'))
export const numberOf = ({ bytes }: Pick<QueueEntry, 'bytes'>) =>
  Number(Buffer.from(bytes).toString().split(' ')[1])

export const fill = (queue: WalQueue, from: number, to: number, size?: number) =>
  Promise.all(
    Array.from({ length: to - from }, (_, at) =>
      queue.append({ signal: 'traces', items: 1, bytes: bodyOf(from + at, size) }),
    ),
  )

/** Takes everything that is there: up to a last request that is put behind it. */
export async function takeAll(queue: WalQueue): Promise<number[]> {
  await queue.append({ signal: 'metrics', items: 0, bytes: Buffer.from('the last') })
  const numbers: number[] = []
  for (let entry = await queue.take(); entry !== undefined; entry = await queue.take()) {
    await entry.done('delivered')
    if (entry.signal === 'metrics') break
    numbers.push(numberOf(entry))
  }
  return numbers
}

/** Has every test of a suite find an empty folder; what it starts is closed behind it. */
export function diskQueue() {
  const disk: DiskQueue = { directory: '', now: 0, faults: [], lost: 0, damaged: 0 }
  const open: WalQueue[] = []
  beforeEach(() => {
    const directory = mkdtempSync(join(tmpdir(), 'campanile-wal-'))
    Object.assign(disk, { directory, now: 1_790_000_000_000, faults: [], lost: 0, damaged: 0 })
  })
  afterEach(async () => {
    for (const queue of open.splice(0)) await queue.close()
    rmSync(disk.directory, { recursive: true })
  })
  const start = async (options: Partial<WalQueueOptions> = {}) => {
    const queue = await WalQueue.open({
      directory: disk.directory,
      maxBytes: 2 ** 20,
      capacity: { sizer: 'requests', size: 10_000 },
      maxAgeMillis: 60_000,
      monotonicMillis: () => disk.now,
      onDamaged: (bytes) => (disk.damaged += bytes),
      onFault: (fault) => disk.faults.push(fault),
      onLost: (_signal, items) => (disk.lost += items),
      ...options,
    })
    open.push(queue)
    return queue
  }
  const names = (ending: string) => readdirSync(disk.directory).filter((name) => name.endsWith(ending))
  return { disk, start, names }
}
