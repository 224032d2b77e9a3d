import { expect } from 'chai'
import fc from 'fast-check'
import { propertyRuns } from '../support/property.ts'
import { checkLog } from '../support/check-log.ts'
import {
  anEvent,
  append,
  ask,
  makeHome,
  startLedger,
  type LedgerHome,
  type LedgerProcess,
} from './ledger-process.ts'
import { metricsOf } from './metrics.ts'

type Body = NonNullable<RequestInit['body']>

const runs = propertyRuns({ ci: 60, soak: 3_000 })
/** Refusals that are the client's fault, by what they answer. */
const statuses = [400, 413, 415, 422]

describe('the ledger’s door under any input', () => {
  let home: LedgerHome
  let ledger: LedgerProcess

  before(async () => {
    home = await makeHome()
    ledger = await startLedger(home)
    await append(ledger, [anEvent()])
  })
  after(async () => {
    await ledger.stop()
    await home.remove()
  })

  const post = (body: Body, headers: Record<string, string> = {}) =>
    ask(ledger, '/v1/events', {
      method: 'POST',
      token: home.tokens.academics,
      headers: { 'content-type': 'application/json', ...headers },
      body,
    })

  /** Adds up a counter over its series. */
  async function total(name: string): Promise<number> {
    const lines = (await metricsOf(ledger)).split('\n').filter((line) => line.startsWith(`${name}{`))
    return lines.reduce((sum, line) => sum + Number(/\} (\d+)/.exec(line)?.[1] ?? 0), 0)
  }

  /** Posts once and expects either a counted problem or a counted receipt for every event. */
  async function expectAnswered(body: Body, headers: Record<string, string> = {}): Promise<void> {
    const rejected = await total('http_requests_rejected_total')
    const offered = await total('ledger_events_total')
    const response = await post(body, headers)
    const answer = (await response.json()) as { code?: string; receipts?: { outcome: string }[] }
    if (response.status === 200) {
      expect(await total('ledger_events_total')).to.equal(offered + (answer.receipts?.length ?? 0))
      return
    }
    expect(statuses).to.include(response.status)
    expect(answer.code).to.match(/^[A-Z][A-Z0-9_]*$/)
    expect(await total('http_requests_rejected_total')).to.equal(rejected + 1)
  }

  it('answers random bytes, however they say they are encoded', async () => {
    const encodings = fc.constantFrom('identity', 'gzip', 'deflate', 'br', 'zstd')
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 2_000 }), encodings, (bytes, encoding) =>
        expectAnswered(bytes, { 'content-encoding': encoding }),
      ),
      runs,
    )
  })

  it('answers random JSON, as a body and as events', async () => {
    const values = fc.oneof(
      fc.json(),
      fc.array(fc.jsonValue(), { maxLength: 5 }).map((events) => JSON.stringify({ events })),
    )
    await fc.assert(
      fc.asyncProperty(values, (body) => expectAnswered(body)),
      runs,
    )
  })

  it('answers an event with any member replaced by a value of any type', async () => {
    const event = anEvent()
    const members = fc.constantFrom(...Object.keys(event), 'sequence', 'constructor', 'extra')
    const inner = fc.constantFrom(...Object.keys(event.facts), 'synthetic', 'traceId', 'extra')
    const edited = fc.oneof(
      fc.tuple(members, fc.jsonValue()).map(([name, value]) => ({ ...anEvent(), [name]: value })),
      fc.tuple(inner, fc.jsonValue()).map(([name, value]) => {
        const given = anEvent()
        return { ...given, facts: { ...given.facts, [name]: value } }
      }),
      fc
        .string({ unit: 'binary', maxLength: 300 })
        .map((interest) => ({ ...anEvent(), personal: { interest } })),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(edited, { minLength: 1, maxLength: 4 }), (events) =>
        expectAnswered(JSON.stringify({ events })),
      ),
      runs,
    )
  })

  it('answers any path and query of a log', async () => {
    const paths = fc.constantFrom(
      'checkpoint',
      'key',
      'entries',
      'proof/inclusion',
      'proof/consistency',
      'nothing',
    )
    const names = fc.constantFrom('id', 'index', 'size', 'from', 'to', 'limit', 'producer')
    const values = fc.oneof(fc.string(), fc.integer().map(String), fc.double().map(String))
    const tenants = fc.oneof(fc.constant('drill'), fc.string({ minLength: 1 }))
    await fc.assert(
      fc.asyncProperty(
        tenants,
        paths,
        fc.array(fc.tuple(names, values), { maxLength: 4 }),
        async (tenant, path, query) => {
          const search = new URLSearchParams(query as [string, string][])
          const { status } = await ask(
            ledger,
            `/v1/logs/${encodeURIComponent(tenant)}/${path}?${search.toString()}`,
          )
          expect([200, 400, 404]).to.include(status)
        },
      ),
      runs,
    )
  })

  it('appends one event once however often and however concurrently it is sent', async () => {
    const batches = fc.array(fc.array(fc.nat(3), { minLength: 1, maxLength: 6 }), {
      minLength: 2,
      maxLength: 12,
    })
    await fc.assert(
      fc.asyncProperty(batches, async (requests) => {
        const events = Array.from({ length: 4 }, () => anEvent())
        const answers = await Promise.all(
          requests.map((picks) =>
            append(
              ledger,
              picks.map((pick) => events[pick]),
            ),
          ),
        )
        for (const { id } of events) {
          const receipts = answers.flat().filter((receipt) => receipt.id === id)
          if (receipts.length === 0) continue
          const appended = receipts.filter(({ outcome }) => outcome === 'appended')
          const duplicates = receipts.filter(({ outcome }) => outcome === 'duplicate')
          expect([appended.length, duplicates.length]).to.deep.equal([1, receipts.length - 1])
          expect(new Set(receipts.map(({ index, leafHash }) => `${index} ${leafHash}`)).size).to.equal(1)
        }
      }),
      propertyRuns({ ci: 15, soak: 500 }),
    )
  })

  it('tells that a fresh entry is not covered by a checkpoint yet, and when to come back', async () => {
    const slow = await makeHome()
    const quiet = await startLedger(slow, { variables: { CAMPANILE_CHECKPOINT_MILLIS: '60000' } })
    const [receipt] = await append(quiet, [anEvent()])
    for (const path of [
      'proof/inclusion?index=0',
      `proof/inclusion?id=${receipt?.id}`,
      'entries',
      'export',
    ]) {
      const response = await ask(quiet, `/v1/logs/drill/${path}`)
      expect([response.status, response.headers.get('retry-after')], path).to.deep.equal([404, '2'])
      expect(await response.json()).to.include({ detail: 'not covered by a checkpoint yet' })
    }
    await quiet.stop()
    await slow.remove()
  })

  it('is well after all of that, and its log verifies', async () => {
    expect((await ask(ledger, '/health')).status).to.equal(200)
    await checkLog(ledger, 'drill', 1)
  })
})
