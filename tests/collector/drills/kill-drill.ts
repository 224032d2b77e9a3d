/** Kills a collector again and again while it takes requests over HTTP and gRPC, and looks for all it acknowledged. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { scanBlocks } from '../../../collector/store/scan.ts'
import { SignalStore, type StoreFault } from '../../../collector/store/signal-store.ts'
import { headOf, spanTags, walkItems } from '../../../collector/store/walk.ts'
import { randomFrom } from '../../sdk/spool/campaign.ts'
import { eventually } from '../../support/poll.ts'
import { startCollectorProcess } from '../process-under-test.ts'
import { GrpcSender, HttpSender, NumberedRequest } from './traffic.ts'

export interface KillResult {
  readonly kills: number
  readonly acknowledged: Readonly<Record<'http' | 'grpc', number>>
  /** Traces that were acknowledged and are not in the store. */
  readonly lost: number
  /** Spans in the store of traces that were acknowledged; a request that was not acknowledged may be there too. */
  readonly spans: number
  readonly faults: readonly StoreFault[]
}

/** One trace of eight spans, so that the number in its id tells whether it is there. */
const spansPerRequest = 8

export async function killCollector({ kills, seed }: { kills: number; seed: number }): Promise<KillResult> {
  const home = await mkdtemp(join(tmpdir(), 'campanile-killed-'))
  const random = randomFrom(seed)
  const request = new NumberedRequest(spansPerRequest, (span) => span)
  const acknowledged = { http: new Set<number>(), grpc: new Set<number>() }
  let next = 0
  const take = () => {
    next += spansPerRequest
    return { number: next / spansPerRequest + 1, body: request.numbered(next) }
  }
  try {
    for (let kill = 0; kill < kills; kill++) {
      const collector = await startCollectorProcess(home)
      const http = new HttpSender(collector.url('otlp'), 4)
      const grpc = new GrpcSender(collector.url('otlpGrpc'))
      let isOver = false
      const overHttp = async () => {
        while (!isOver) {
          const { number, body } = take()
          if ((await http.send(body)).status === 200) acknowledged.http.add(number)
        }
      }
      const overGrpc = async () => {
        while (!isOver) {
          const { number, body } = take()
          if ((await grpc.send(body)) === '0') acknowledged.grpc.add(number)
        }
      }
      const senders = [overHttp(), overHttp(), overGrpc(), overGrpc()]
      await pause(10 + random() * 300)
      // Nothing could be lost otherwise.
      await eventually('both ways have been acknowledged', () =>
        [acknowledged.http, acknowledged.grpc].every(({ size }) => size > 0),
      )
      // What is on its way is hit; a connection that is gone would be asked again and again.
      isOver = true
      await collector.kill('SIGKILL')
      http.close()
      grpc.close()
      await Promise.all(senders)
    }
    const all = new Set([...acknowledged.http, ...acknowledged.grpc])
    const { numbers, faults } = await numbersIn(join(home, 'collector/traces'))
    const lost = [...all].filter((number) => numbers.get(number) !== spansPerRequest).length
    return {
      kills,
      acknowledged: { http: acknowledged.http.size, grpc: acknowledged.grpc.size },
      lost,
      spans: [...all].reduce((sum, number) => sum + (numbers.get(number) ?? 0), 0),
      faults,
    }
  } finally {
    await rm(home, { recursive: true })
  }
}

/** Reads every block of a store; answers how many spans there are of each trace, by the number in its id. */
async function numbersIn(directory: string) {
  const faults: StoreFault[] = []
  const store = await SignalStore.open({
    directory,
    maxBytes: 2 ** 30,
    maxAgeMillis: 86_400_000,
    now: Date.now,
    onFault: (fault) => faults.push(fault),
  })
  const numbers = new Map<number, number>()
  await scanBlocks(store, {
    test: () => true,
    take: (bytes) => {
      walkItems(bytes, (item) => {
        const number = headOf(item, spanTags).traceId.readUInt32BE(12)
        numbers.set(number, (numbers.get(number) ?? 0) + 1)
      })
      return false
    },
  })
  await store.close()
  return { numbers, faults }
}
