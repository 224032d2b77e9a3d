/** Producers of the ledger benchmark: each sends its next batch when the last one was answered. */
import { randomBytes } from 'node:crypto'
import { Agent, request } from 'node:http'
import { uuid7 } from '../../lib/uuid7.ts'

export interface Target {
  readonly port: number
  readonly pid: number
  /** Tokens: who writes events, who reads proofs. */
  readonly writer: string
  readonly operator: string
  readonly databaseUrl: string
}

export interface Load {
  readonly eventsPerSecond: number
  /** Milliseconds of every request, ascending. */
  readonly latencies: readonly number[]
  /** Ids that were acknowledged, by tenant. */
  readonly acknowledged: readonly string[]
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 })

export interface LoadShape {
  readonly clients: number
  /** Events of one request. */
  readonly batch: number
  readonly millis: number
}

/** Appends with concurrent clients for a time; a refused or unfinished event fails the benchmark. */
export async function appendFor(target: Target, { clients, batch, millis }: LoadShape): Promise<Load> {
  const latencies: number[] = []
  const acknowledged: string[] = []
  const began = performance.now()
  const produce = async () => {
    while (performance.now() - began < millis) {
      const events = Array.from({ length: batch }, anEvent)
      const started = performance.now()
      const receipts = await appendBatch(target, events)
      latencies.push(performance.now() - started)
      for (const { id } of receipts) acknowledged.push(id)
    }
  }
  await Promise.all(Array.from({ length: clients }, produce))
  const seconds = (performance.now() - began) / 1_000
  return {
    eventsPerSecond: acknowledged.length / seconds,
    latencies: latencies.sort((a, b) => a - b),
    acknowledged,
  }
}

interface Appended {
  readonly id: string
  readonly outcome: string
  readonly index: number
}

/** Appends events in one request; a refused one fails the benchmark. */
export async function appendBatch(target: Target, events: readonly unknown[]): Promise<Appended[]> {
  const answer = await ask(target, '/v1/events', JSON.stringify({ events }))
  const { receipts } = JSON.parse(answer) as { receipts: Appended[] }
  const refused = receipts.find(({ outcome }) => outcome !== 'appended')
  if (refused !== undefined) throw new Error(`an event was answered ${refused.outcome}`)
  return receipts
}

/** Asks for inclusion proofs one after the other; answers milliseconds, ascending. */
export async function proveSome(target: Target, ids: readonly string[]): Promise<number[]> {
  const latencies: number[] = []
  for (const id of ids) {
    const started = performance.now()
    await ask(target, `/v1/logs/drill/proof/inclusion?id=${id}`)
    latencies.push(performance.now() - started)
  }
  return latencies.sort((a, b) => a - b)
}

/** Waits until a signed checkpoint covers so many entries. */
export async function awaitSigned(target: Target, size: number): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const note = await ask(target, '/v1/logs/drill/checkpoint').catch(() => '')
    if (Number(note.split('\n')[1]) >= size) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`no checkpoint of ${size} entries within 10 s`)
}

/** Closes the connections. */
export function closeConnections(): void {
  agent.destroy()
}

/** An event of ordinary size: about 500 bytes of JSON. */
export function anEvent() {
  return {
    id: uuid7(),
    tenant: 'drill',
    producer: 'academics',
    time: '2026-09-01T08:00:00.000Z',
    facts: {
      class: 'access',
      action: 'transcript.read',
      outcome: 'success',
      actorRole: 'faculty',
      basis: '99.31(a)(1)(i)(A)',
      traceId: randomBytes(16).toString('hex'),
      synthetic: true,
    },
    personal: {
      actor: 'b7f0c0de-0000-4000-8000-000000000001',
      subject: `b7f0c0de-0000-4000-8000-${String(Math.floor(Math.random() * 2_000)).padStart(12, '0')}`,
      party: 'Advisor, Office of the Registrar',
      interest: 'degree audit before registration',
    },
  }
}

/** Asks the ledger; with a body as the producer, without one as the operator. */
export function ask(target: Target, path: string, body?: string): Promise<string> {
  const { port, writer, operator } = target
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${body === undefined ? operator : writer}`,
      ...(body === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
    }
    const method = body === undefined ? 'GET' : 'POST'
    const sent = request({ port, host: '127.0.0.1', agent, method, path, headers }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      response.once('end', () => {
        if (response.statusCode === 200) resolve(text)
        else reject(new Error(`${method} ${path} answered ${String(response.statusCode)}: ${text}`))
      })
    })
    sent.once('error', reject)
    sent.end(body)
  })
}
