/**
 * A stand-in for events.pagerduty.com: it refuses what PagerDuty would refuse, by the official description where that
 * lies beside the checkout, and keeps incidents by dedup key.
 */
import { once } from 'node:events'
import { createServer } from 'node:http'
import { maxPagerEventBytes, PagerEvent } from '../../contracts/pager-event.ts'
import { validator } from '../../lib/validate.ts'
import { freePort } from './free-port.ts'
import { officialEvents } from './official-pagerduty.ts'

export interface FakePagerDuty {
  readonly url: string
  readonly port: number
  /** Every event that was taken, in order. */
  readonly events: PagerEvent[]
  /** Why events were refused. */
  readonly faults: string[]
  /** Status of every answer, in order. */
  readonly answers: number[]
  /** Answers these to the next requests, before it looks at them. */
  readonly answerNext: (...statuses: readonly number[]) => void
  /** Newest trigger of every open incident by dedup key. */
  readonly open: () => ReadonlyMap<string, PagerEvent>
  readonly close: () => Promise<void>
}

const check = validator(PagerEvent)

/** Starts it, at a port of before if it is to come back there. */
export async function startFakePagerDuty(at?: number): Promise<FakePagerDuty> {
  const port = at ?? (await freePort())
  const official = officialEvents()
  const events: PagerEvent[] = []
  const faults: string[] = []
  const answers: number[] = []
  const forced: number[] = []
  const judge = (body: Buffer): number => {
    const status = forced.shift()
    if (status !== undefined) return status
    const found = faultsOf(body)
    if (found.length > 0) {
      faults.push(...found)
      return 400
    }
    events.push(JSON.parse(body.toString()))
    return 202
  }
  const faultsOf = (body: Buffer): string[] => {
    if (body.length > maxPagerEventBytes) return [`${body.length} bytes`]
    const event: unknown = JSON.parse(body.toString())
    const outcome = check(event)
    const ours = outcome.valid ? [] : outcome.faults.map(({ at, expected }) => `${at} ${expected}`)
    return [...ours, ...(official?.faultsOf(event) ?? [])]
  }
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const status = judge(Buffer.concat(chunks))
      answers.push(status)
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ status: status === 202 ? 'success' : 'refused', message: '' }))
    })
  }).listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${port}/v2/enqueue`,
    port,
    events,
    faults,
    answers,
    answerNext: (...statuses) => void forced.push(...statuses),
    open: () => openOf(events),
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function openOf(events: readonly PagerEvent[]): ReadonlyMap<string, PagerEvent> {
  const open = new Map<string, PagerEvent>()
  for (const event of events) {
    const key = event.dedup_key ?? ''
    if (event.event_action === 'trigger') open.set(key, event)
    if (event.event_action === 'resolve') open.delete(key)
  }
  return open
}
