import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import fc from 'fast-check'
import { propertyRuns } from '../../support/property.ts'
import { bodyOf, diskQueue, fill, numberOf, takeAll } from './disk-queue.ts'

describe('the queue of an exporter on the disk', () => {
  const { disk, start, names } = diskQueue()
  const range = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => from + at)

  it('hands out what it took, in order, once', async () => {
    const queue = await start()
    await fill(queue, 0, 50)
    expect(queue.items).to.equal(50)
    expect(await takeAll(queue)).to.deep.equal(range(0, 50))
    expect(queue.items).to.equal(0)
  })

  it('takes the next request of whoever was just answered', async () => {
    const queue = await start()
    for (let number = 0; number < 20; number++)
      await queue.append({ signal: 'traces', items: 1, bytes: bodyOf(number) })
    await queue.close()
    expect(await takeAll(await start())).to.deep.equal(range(0, 20))
  })

  it('has whoever takes wait for the next request', async () => {
    const queue = await start()
    const next = queue.take()
    await queue.append({ signal: 'logs', items: 3, bytes: bodyOf(7) })
    expect(await next).to.include({ signal: 'logs', items: 3 })
  })

  it('hands out after a start what was not sent before, whatever was handed out', async () => {
    const first = await start({ fileBytes: 200 })
    await fill(first, 0, 20)
    for (let turn = 0; turn < 6; turn++) {
      const entry = await first.take()
      if (turn % 2 === 0) await entry?.done('delivered')
    }
    await first.close()
    expect(await takeAll(await start())).to.deep.equal([1, 3, 5, ...range(6, 20)])
    expect(disk.faults).to.deep.equal([])
  })

  it('unlinks the files of which everything was sent', async () => {
    const queue = await start({ fileBytes: 100 })
    for (let number = 0; number < 10; number++) await fill(queue, number, number + 1, 120)
    expect(names('.wal').length).to.equal(10)
    await takeAll(queue)
    expect(names('.wal').length).to.equal(1)
    await queue.close()
    await start()
    expect(readdirSync(disk.directory)).to.deep.equal(['clock'])
  })

  it('refuses what would make it larger than it may be, and takes it once there is room', async () => {
    const queue = await start({ maxBytes: 1_000, fileBytes: 300 })
    const outcomes = await Promise.allSettled(
      range(0, 10).map((number) => queue.append({ signal: 'traces', items: 1, bytes: bodyOf(number, 200) })),
    )
    const refused = outcomes.filter(({ status }) => status === 'rejected')
    expect(refused.length).to.equal(6)
    expect((refused[0] as PromiseRejectedResult).reason).to.have.property('code', 'STORE_FULL')
    for (let left = 4; left > 0; left--) await (await queue.take())?.done('delivered')
    expect(queue.items).to.equal(0)
    await fill(queue, 0, 2, 200)
  })

  it('gives up what is too old, and counts it', async () => {
    const queue = await start({ fileBytes: 1 })
    await fill(queue, 0, 2)
    disk.now += 60_001
    await fill(queue, 2, 3)
    const entry = await queue.take()
    expect(entry === undefined ? undefined : numberOf(entry)).to.equal(2)
    expect(disk.lost).to.equal(2)
  })

  it('keeps what is young, however long little comes', async () => {
    const queue = await start()
    const found: number[] = []
    for (let number = 0; number < 20; number++) {
      await fill(queue, number, number + 1)
      disk.now += 10_000
      const entry = await queue.take()
      if (entry !== undefined) found.push(numberOf(entry))
      await entry?.done('delivered')
    }
    expect(found).to.deep.equal(range(0, 20))
    expect(disk.lost).to.equal(0)
    expect(names('.wal').length).to.equal(1)
  })

  it('takes no more once it is closed, and lets go whoever waits', async () => {
    const queue = await start()
    const waiting = queue.take()
    await queue.close()
    expect(await waiting).to.equal(undefined)
    const failure = await queue
      .append({ signal: 'traces', items: 1, bytes: bodyOf(1) })
      .catch((error: unknown) => error)
    expect(failure).to.have.property('code', 'STORE_CLOSED')
  })

  it('cut at every byte, holds every request that was whole', async () => {
    const queue = await start()
    for (let number = 0; number < 4; number++) await fill(queue, number, number + 1, 30)
    await queue.close()
    const [name = ''] = names('.wal')
    const whole = readFileSync(join(disk.directory, name))
    for (let length = 0; length <= whole.length; length++) {
      for (const left of readdirSync(disk.directory)) rmSync(join(disk.directory, left))
      writeFileSync(join(disk.directory, name), whole.subarray(0, length))
      const again = await start()
      expect(await takeAll(again), `cut at ${length}`).to.deep.equal(range(0, Math.floor(length / 54)))
      await again.close()
    }
  })

  it('damaged anywhere, starts, loses the requests that were hit and no others, and counts them', async () => {
    const queue = await start()
    for (let number = 0; number < 12; number++) await fill(queue, number, number + 1, 30)
    await queue.close()
    const [name = ''] = names('.wal')
    const path = join(disk.directory, name)
    copyFileSync(path, `${disk.directory}.whole`)
    const size = readFileSync(path).length
    try {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.record({ at: fc.nat({ max: size - 1 }), bit: fc.integer({ min: 1, max: 255 }) }), {
            minLength: 1,
            maxLength: 4,
          }),
          fc.option(fc.nat({ max: size })),
          async (flips, cut) => {
            for (const left of readdirSync(disk.directory)) rmSync(join(disk.directory, left))
            copyFileSync(`${disk.directory}.whole`, path)
            const bytes = readFileSync(path)
            for (const { at, bit } of flips) bytes[at] = (bytes[at] ?? 0) ^ bit
            writeFileSync(path, bytes)
            if (cut !== null) truncateSync(path, cut)
            const end = cut ?? size
            const isHit = (number: number) =>
              54 * (number + 1) > end || flips.some(({ at }) => at >= 54 * number && at < 54 * (number + 1))
            const again = await start()
            const found = await takeAll(again)
            await again.close()
            const untouched = range(0, 12).filter((number) => !isHit(number))
            // Two flips of one byte may undo each other.
            expect(found.filter((number) => !isHit(number))).to.deep.equal(untouched)
          },
        ),
        propertyRuns({ ci: 150, soak: 5_000 }),
      )
    } finally {
      rmSync(`${disk.directory}.whole`)
    }
  })

  it('holds marks of what was sent to their requests when others are damaged', async () => {
    const queue = await start()
    for (let number = 0; number < 5; number++) await fill(queue, number, number + 1, 30)
    const first = [await queue.take(), await queue.take(), await queue.take()]
    await first[2]?.done('delivered')
    await queue.close()
    const path = join(disk.directory, names('.wal')[0] ?? '')
    const bytes = readFileSync(path)
    bytes[2] = (bytes[2] ?? 0) ^ 0xff
    writeFileSync(path, bytes)
    expect(await takeAll(await start())).to.deep.equal([1, 3, 4])
  })

  it('counts the age of what waits by the time it was open, over restarts and whatever the clocks say', async () => {
    const first = await start()
    await fill(first, 0, 1)
    disk.now += 50_000
    await first.close()
    // Another process, and another machine perhaps: its clock begins anywhere.
    disk.now = 5
    const second = await start()
    disk.now += 9_000
    await fill(second, 1, 2)
    await second.close()
    disk.now = 1_000_000
    const third = await start()
    disk.now += 2_000
    expect(await takeAll(third)).to.deep.equal([1])
    expect(disk.lost).to.equal(1)
  })

  it('keeps what waits for longer when its clock is damaged, and starts', async () => {
    const first = await start()
    await fill(first, 0, 3)
    disk.now += 50_000
    await first.close()
    writeFileSync(join(disk.directory, 'clock'), 'no time')
    const second = await start()
    disk.now += 50_000
    expect(await takeAll(second)).to.deep.equal([0, 1, 2])
  })

  it('sends again what a damaged mark was for, and nothing else', async () => {
    const queue = await start()
    await fill(queue, 0, 6)
    const entries = []
    for (let turn = 0; turn < 5; turn++) entries.push(await queue.take())
    for (const entry of entries) await entry?.done('delivered')
    await queue.close()
    const [name = ''] = names('.wal')
    const path = join(disk.directory, name)
    const whole = readFileSync(`${path}.sent`)
    const data = readFileSync(path)
    for (const [change, expected] of [
      [(bytes: Buffer) => bytes, [5]],
      [(bytes: Buffer) => bytes.fill(0xa5, 9, 10), [1, 5]],
      [(bytes: Buffer) => Buffer.concat([bytes.subarray(0, 19), bytes.subarray(24)]), [2, 5]],
      [(bytes: Buffer) => bytes.subarray(0, 37), [4, 5]],
    ] as const) {
      for (const left of readdirSync(disk.directory)) rmSync(join(disk.directory, left))
      writeFileSync(path, data)
      writeFileSync(`${path}.sent`, change(Buffer.from(whole)))
      const again = await start()
      expect(await takeAll(again)).to.deep.equal([...expected])
      await again.close()
    }
  })

  it('removes marks of files that are gone', async () => {
    writeFileSync(join(disk.directory, '1790000000000-0000.wal.sent'), 'marks')
    await start()
    expect(readdirSync(disk.directory)).to.deep.equal([])
  })

  it('sets aside what it cannot read, counts it, and starts', async () => {
    const first = await start({ fileBytes: 1 })
    for (const number of [0, 1]) await fill(first, number, number + 1)
    await first.close()
    mkdirSync(join(disk.directory, '0000000000001-0000.wal'))
    const [name = ''] = names('.wal').slice(1)
    mkdirSync(join(disk.directory, `${name}.sent`))
    expect(await takeAll(await start())).to.deep.equal([0])
    expect(disk.faults).to.deep.equal(['unreadable', 'unreadable'])
    expect(names('.corrupt').length).to.equal(2)
  })

  it('counts the bytes of requests that nobody can tell any more', async () => {
    const queue = await start()
    for (let number = 0; number < 6; number++) await fill(queue, number, number + 1, 30)
    await queue.close()
    const path = join(disk.directory, names('.wal')[0] ?? '')
    const bytes = readFileSync(path)
    for (const number of [1, 3, 5]) bytes[54 * number + 5] = 0xff
    writeFileSync(path, bytes)
    expect(await takeAll(await start())).to.deep.equal([0, 2, 4])
    expect(disk.damaged).to.equal(162)
    expect(disk.faults).to.deep.equal(['quarantined', 'quarantined', 'tail_cut'])
  })
})
