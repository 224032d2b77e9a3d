import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { OtlpForwarder } from '../../../collector/export/otlp-http.ts'
import { MemoryQueue, type SendingQueue } from '../../../collector/queue/sending-queue.ts'
import { WalQueue } from '../../../collector/queue/wal-queue.ts'
import { eventually } from '../../support/poll.ts'

const summary = {
  items: 1,
  minTime: 0n,
  maxTime: 0n,
  maxDuration: 0n,
  services: new Set<string>(),
  traces: new Set<number>(),
}

describe('the forwarder', () => {
  let directory: string
  let server: Server
  let received: string[]
  let refused: number
  let status: number
  const told: string[] = []

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'campanile-forward-'))
    received = []
    refused = 0
    status = 200
    told.length = 0
    server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.once('end', () => {
        if (status === 200) received.push(Buffer.concat(chunks).toString())
        else refused++
        response.writeHead(status).end()
      })
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
  })
  afterEach(() => {
    server.close()
    server.closeAllConnections()
    rmSync(directory, { recursive: true })
  })

  const forwarderOf = (queue: SendingQueue) => {
    // A listening TCP server has an address with a port.
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    return new OtlpForwarder({
      urls: { traces: `${url}/v1/traces`, logs: `${url}/v1/logs` },
      headers: {},
      compression: 'none',
      timeoutMillis: 5_000,
      queue,
      consumers: 3,
      retry: {
        enabled: true,
        initialMillis: 20,
        maxMillis: 50,
        multiplier: 1,
        randomization: 0,
        maxElapsedMillis: 0,
      },
      onSent: (signal, items) => told.push(`sent ${signal} ${items}`),
      onDropped: (signal, items, where) => told.push(`dropped ${signal} ${items} ${where}`),
    })
  }
  const openQueue = () =>
    WalQueue.open({
      directory,
      maxBytes: 10_000,
      maxRequests: 10_000,
      maxAgeMillis: 60_000,
      now: Date.now,
      onFault: (fault) => told.push(fault),
      onLost: (_signal, _items, why) => told.push(why),
    })
  const send = (forwarder: OtlpForwarder, from: number, to: number) =>
    Promise.all(
      Array.from({ length: to - from }, (_, at) =>
        forwarder.append('traces', Buffer.from(String(from + at)), summary),
      ),
    )
  const numbers = () => received.map(Number).sort((one, other) => one - other)

  it('sends what it took, and what waits on the disk from before', async () => {
    status = 503
    const first = forwarderOf(await openQueue())
    await send(first, 0, 10)
    // What is on its way when it closes may arrive and be sent again.
    await eventually('all consumers were turned away', () => refused >= 3)
    await first.close(0)
    expect(received).to.deep.equal([])
    expect(told).to.deep.equal([])
    status = 200
    const second = forwarderOf(await openQueue())
    await send(second, 10, 12)
    await eventually('all are there', () => received.length >= 12)
    await second.close()
    expect(numbers()).to.deep.equal(Array.from({ length: 12 }, (_, at) => at))
    // Nothing is sent again after that.
    const third = await openQueue()
    expect(third.items).to.equal(0)
    await third.close()
  })

  it('refuses what the disk has no room for, so that the client sends it again', async () => {
    status = 503
    const forwarder = forwarderOf(await openQueue())
    const failure = await forwarder
      .append('traces', Buffer.alloc(20_000), summary)
      .catch((error: unknown) => error)
    expect(failure).to.have.property('code', 'STORE_FULL')
    await forwarder.close(10)
  })

  it('drops and counts what memory has no room for', async () => {
    status = 503
    const forwarder = forwarderOf(new MemoryQueue(2))
    await send(forwarder, 0, 8)
    expect(told.filter((line) => line === 'dropped traces 1 queue_full').length).to.be.within(3, 6)
    await forwarder.close(10)
  })

  it('sends out of memory what it has before it closes', async () => {
    const forwarder = forwarderOf(new MemoryQueue(100))
    await send(forwarder, 0, 20)
    await forwarder.close()
    expect(numbers()).to.deep.equal(Array.from({ length: 20 }, (_, at) => at))
  })

  it('gives up what the other side will never take', async () => {
    status = 400
    const forwarder = forwarderOf(await openQueue())
    await send(forwarder, 0, 1)
    await eventually('it is given up', () => told.includes('dropped traces 1 export_failed'))
    await forwarder.close()
    const queue = await openQueue()
    expect(queue.items).to.equal(0)
    await queue.close()
  })

  it('goes on when the disk cannot take the mark of what was sent', async () => {
    const queue = await openQueue()
    const forwarder = forwarderOf(queue)
    const failing = { left: 2 }
    const take = queue.take.bind(queue)
    queue.take = async () => {
      const entry = await take()
      if (entry === undefined) return undefined
      return {
        ...entry,
        done: () => (failing.left-- > 0 ? Promise.reject(new Error('no space left')) : entry.done()),
      }
    }
    await send(forwarder, 0, 12)
    await eventually('all are there', () => received.length >= 12, { withinMillis: 20_000 })
    await forwarder.close()
    expect([...new Set(numbers())]).to.deep.equal(Array.from({ length: 12 }, (_, at) => at))
  })
})
