/** A ledger for the relay's tests: checks every event against the contract and can misbehave on request. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { AppendRequest, AuditEvent, type AppendResponse, type Receipt } from '../../contracts/audit-event.ts'
import { canonicalJson } from '../../contracts/canonical-json.ts'
import { validator } from '../../lib/validate.ts'

const isRequest = validator(AppendRequest)
const isEvent = validator(AuditEvent)

export interface FakeLedger {
  readonly url: string
  /** Events in the order they were taken, each once. */
  readonly events: AuditEvent[]
  /** Ids that came again. */
  readonly duplicates: string[]
  /** How it answers from now on: a status, or `cut` to take the events and lose the answer. */
  mode: number | 'cut'
  /** What an answer waits for before it is sent; the events are taken by then. */
  gate: Promise<void> | undefined
  /** Ids it refuses for good. */
  readonly unwanted: Set<string>
  /** Ids that make it refuse a whole request. */
  readonly poisonous: Set<string>
  /** Tenants whose logs take nothing: their events get no receipt, and a request with no others 503. */
  readonly troubled: Set<string>
  readonly close: () => Promise<void>
}

export async function startLedger(token: string): Promise<FakeLedger> {
  const taken = new Map<string, string>()
  const server = createServer((request, response) => {
    const answer = async (body: unknown) => {
      if (request.url !== '/v1/events' || request.headers.authorization !== `Bearer ${token}`) {
        response.writeHead(401).end()
        return
      }
      if (ledger.mode !== 200 && ledger.mode !== 'cut') {
        response.writeHead(ledger.mode).end()
        return
      }
      const checked = isRequest(body)
      if (!checked.valid) {
        response.writeHead(422).end()
        return
      }
      const { events } = checked.value
      if (events.some((event) => ledger.poisonous.has(fieldOf(event, 'id')))) {
        response.writeHead(422).end()
        return
      }
      const good = events.filter((event) => !ledger.troubled.has(fieldOf(event, 'tenant')))
      if (good.length === 0) {
        response.writeHead(503).end()
        return
      }
      const receipts: AppendResponse = { receipts: good.map(append) }
      await ledger.gate
      if (ledger.mode === 'cut') response.destroy()
      else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(receipts))
    }
    // Of a client that was killed in the middle of its request there is nothing to take, and nobody to answer.
    json(request).then(answer, () => response.destroy())
  })
  const fieldOf = (event: unknown, field: 'id' | 'tenant') =>
    String((event as Readonly<Record<string, unknown>>)[field])
  const append = (event: unknown): Receipt => {
    const checked = isEvent(event)
    if (!checked.valid) return { id: fieldOf(event, 'id'), outcome: 'invalid', detail: 'schema' }
    const { id } = checked.value
    if (ledger.unwanted.has(id)) return { id, outcome: 'invalid', detail: 'unwanted' }
    const known = taken.get(id)
    if (known !== undefined) {
      ledger.duplicates.push(id)
      return { id, outcome: known === canonicalJson(checked.value) ? 'duplicate' : 'conflict' }
    }
    taken.set(id, canonicalJson(checked.value))
    ledger.events.push(checked.value)
    return { id, outcome: 'appended', index: ledger.events.length - 1, leafHash: '' }
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const ledger: FakeLedger = {
    url: `http://127.0.0.1:${port}`,
    events: [],
    duplicates: [],
    mode: 200,
    gate: undefined,
    unwanted: new Set(),
    poisonous: new Set(),
    troubled: new Set(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return ledger
}
