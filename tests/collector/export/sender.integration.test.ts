import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { HttpTransport } from '../../../collector/export/http-transport.ts'
import { Sender, type SenderOptions } from '../../../collector/export/sender.ts'
import { Load } from '../../../collector/graph/load.ts'
import { MemoryQueue } from '../../../collector/queue/memory-queue.ts'
import type { SendingQueue } from '../../../collector/queue/sending-queue.ts'
import { WalQueue } from '../../../collector/queue/wal-queue.ts'
import { eventually } from '../../support/poll.ts'

const retry = {
  enabled: true,
  initialMillis: 20,
  maxMillis: 50,
  multiplier: 1,
  randomization: 0,
  maxElapsedMillis: 0,
}

/** For what must be sent before a sender closes. */
const graceMillis = 60_000

describe('a sender', () => {
  let directory: string
  let server: Server
  let received: string[]
  let refused: number
  let status: number
  let answer: Buffer | undefined
  const told: string[] = []

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'campanile-forward-'))
    received = []
    refused = 0
    status = 200
    answer = undefined
    told.length = 0
    server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.once('end', () => {
        if (status === 200) received.push(Buffer.concat(chunks).toString())
        else refused++
        response.writeHead(status).end(answer)
      })
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
  })
  afterEach(() => {
    server.close()
    server.closeAllConnections()
    rmSync(directory, { recursive: true })
  })

  const senderOf = (queue: SendingQueue | undefined, options: Partial<SenderOptions> = {}) => {
    // A listening TCP server has an address with a port.
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    return new Sender({
      transport: new HttpTransport({
        urls: { traces: `${url}/v1/traces`, logs: `${url}/v1/logs`, metrics: `${url}/v1/metrics` },
        headers: {},
        compression: 'none',
        timeoutMillis: 60_000,
      }),
      ...(queue === undefined ? {} : { queue }),
      consumers: 3,
      batching: {},
      maxMessageBytes: 10_000,
      blocksOnOverflow: false,
      waitsForResult: false,
      retry,
      onSent: (signal, items) => told.push(`sent ${signal} ${items}`),
      onDropped: (signal, items, where) => told.push(`dropped ${signal} ${items} ${where}`),
      onDefect: (error) => told.push(String(error)),
      ...options,
    })
  }
  const openQueue = () =>
    WalQueue.open({
      directory,
      maxBytes: 10_000,
      capacity: { sizer: 'requests', size: 10_000 },
      maxAgeMillis: 60_000,
      monotonicMillis: () => performance.now(),
      onDamaged: () => told.push('damaged'),
      onFault: (fault) => told.push(fault),
      onLost: (_signal, _items, why) => told.push(why),
    })
  const loadOf = (text: string) => Load.ofBytes('traces', Buffer.from(text), 1)
  const send = (sender: Sender, from: number, to: number) =>
    Promise.all(Array.from({ length: to - from }, (_, at) => sender.consume(loadOf(String(from + at)))))
  /** Of what a connection brought before it was closed all has been read once it is gone. */
  const openConnections = () =>
    new Promise<number>((resolve, reject) =>
      server.getConnections((error, count) => (error === null ? resolve(count) : reject(error))),
    )
  const numbers = () => received.map(Number).sort((one, other) => one - other)

  it('sends what it took, and what waits on the disk from before', async () => {
    status = 503
    const first = senderOf(await openQueue())
    await send(first, 0, 10)
    await eventually('all consumers were turned away', () => refused >= 3)
    await first.close(0)
    await eventually('nothing of it is on its way', async () => (await openConnections()) === 0)
    expect(received).to.deep.equal([])
    expect(told).to.deep.equal([])
    status = 200
    const second = senderOf(await openQueue())
    await send(second, 10, 12)
    await eventually('all are there', () => received.length >= 12)
    await second.close(graceMillis)
    expect(numbers()).to.deep.equal(Array.from({ length: 12 }, (_, at) => at))
    // Nothing is sent again after that.
    const third = await openQueue()
    expect(third.items).to.equal(0)
    await third.close()
  })

  it('refuses what the disk has no room for, so that the client sends it again', async () => {
    status = 503
    const sender = senderOf(await openQueue())
    const failure = await sender.consume(loadOf(' '.repeat(20_000))).catch((error: unknown) => error)
    expect(failure).to.have.property('code', 'STORE_FULL')
    await sender.close(10)
  })

  it('refuses what memory has no room for', async () => {
    status = 503
    const sender = senderOf(new MemoryQueue({ sizer: 'requests', size: 5 }))
    const outcomes = await Promise.allSettled(
      Array.from({ length: 8 }, (_, number) => sender.consume(loadOf(String(number)))),
    )
    const refused = outcomes.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []))
    expect(refused.length).to.equal(3)
    expect(refused[0]).to.have.property('code', 'STORE_FULL')
    await sender.close(10)
  })

  it('sends out of memory what it has before it closes', async () => {
    const sender = senderOf(new MemoryQueue({ sizer: 'requests', size: 100 }))
    await send(sender, 0, 20)
    await sender.close(graceMillis)
    expect(numbers()).to.deep.equal(Array.from({ length: 20 }, (_, at) => at))
  })

  it('gives up what the other side will never take', async () => {
    status = 400
    const sender = senderOf(await openQueue())
    await send(sender, 0, 1)
    await eventually('it is given up', () => told.includes('dropped traces 1 export_failed'))
    await sender.close(graceMillis)
    const queue = await openQueue()
    expect(queue.items).to.equal(0)
    await queue.close()
  })

  it('goes on when the disk cannot take the mark of what was sent', async () => {
    const queue = await openQueue()
    const sender = senderOf(queue)
    const failing = { left: 2 }
    const take = queue.take.bind(queue)
    queue.take = async () => {
      const entry = await take()
      if (entry === undefined) return undefined
      return {
        ...entry,
        done: (delivery) =>
          failing.left-- > 0 ? Promise.reject(new Error('no space left')) : entry.done(delivery),
      }
    }
    await send(sender, 0, 12)
    await eventually('all are there', () => received.length >= 12)
    await sender.close(graceMillis)
    expect([...new Set(numbers())]).to.deep.equal(Array.from({ length: 12 }, (_, at) => at))
  })

  it('has whoever hands over a request wait for the other side where there is no queue', async () => {
    const sender = senderOf(undefined)
    await send(sender, 0, 2)
    expect(numbers()).to.deep.equal([0, 1])
    status = 400
    const refused = await sender.consume(loadOf('2')).catch((error: unknown) => error)
    expect(refused).to.have.property('code', 'EXPORT_REFUSED')
    expect(told).to.include('dropped traces 1 export_failed')
    status = 503
    const impatient = { ...retry, maxElapsedMillis: 1 }
    const givenUp = await senderOf(undefined, { retry: impatient })
      .consume(loadOf('3'))
      .catch((error: unknown) => error)
    expect(givenUp).to.have.property('code', 'EXPORT_GIVEN_UP')
    await sender.close(graceMillis)
  })

  it('takes a request when the other side has, where it is to wait for the result', async () => {
    status = 503
    const queue = new MemoryQueue({ sizer: 'requests', size: 10 })
    const sender = senderOf(queue, { waitsForResult: true })
    let isTaken = false
    const taken = sender.consume(loadOf('1')).then(() => (isTaken = true))
    await eventually('it was turned away', () => refused >= 2)
    expect(isTaken).to.equal(false)
    status = 200
    await taken
    expect(numbers()).to.deep.equal([1])
    await sender.close(graceMillis)
  })

  it('waits for space in a full queue, in order, where it is to', async () => {
    status = 503
    const queue = new MemoryQueue({ sizer: 'items', size: 2 })
    const sender = senderOf(queue, { blocksOnOverflow: true, consumers: 1 })
    const taken: number[] = []
    const all = Array.from({ length: 12 }, (_, number) =>
      sender.consume(loadOf(String(number))).then(() => taken.push(number)),
    )
    await eventually('it was turned away', () => refused >= 2)
    expect(taken).to.deep.equal([0, 1])
    status = 200
    await Promise.all(all)
    expect(taken).to.deep.equal(Array.from({ length: 12 }, (_, number) => number))
    await sender.close(graceMillis)
    expect(received.map(Number)).to.deep.equal(taken)
  })

  it('refuses what still waits for space when it closes', async () => {
    status = 503
    const sender = senderOf(new MemoryQueue({ sizer: 'requests', size: 1 }), { blocksOnOverflow: true })
    await sender.consume(loadOf('1'))
    const blocked = sender.consume(loadOf('2')).catch((error: unknown) => error)
    await sender.close(0)
    expect(await blocked).to.have.property('code', 'STORE_CLOSED')
  })

  it('counts what the other side took and said it left out, and does not send it again', async () => {
    answer = Buffer.from([0x0a, 0x02, 0x08, 0x03])
    const sender = senderOf(new MemoryQueue({ sizer: 'requests', size: 1 }))
    await sender.consume(Load.ofBytes('logs', Buffer.from('1'), 5))
    await sender.close(graceMillis)
    expect(told).to.deep.equal(['sent logs 2', 'dropped logs 3 export_rejected'])
    expect(received.length).to.equal(1)
  })
})
