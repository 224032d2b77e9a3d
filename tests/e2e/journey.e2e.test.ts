import { expect } from 'chai'
import { sharedAppliance, type Appliance } from '../support/appliance.ts'
import { logIn, type Answer, type CampusClient } from '../support/campus-client.ts'
import { findEvent, verifyEvent } from '../support/ledger-client.ts'
import { eventually } from '../support/poll.ts'

interface Span {
  readonly spanId: string
  readonly parentSpanId?: string
  readonly service: string
  readonly name: string
  readonly attributes: Readonly<Record<string, unknown>>
}

interface LogRecord {
  readonly service: string
  readonly body: string
  readonly traceId?: string
}

describe('one login and one transcript read', () => {
  let appliance: Appliance
  let client: CampusClient
  let read: Answer

  before(async () => {
    appliance = await sharedAppliance()
    client = await logIn(appliance, 'student@university-a.example')
    read = await client.get(`/api/academics/students/${client.account}/transcript`)
  })

  it('is answered with the transcript', () => {
    expect(read.status).to.equal(200)
    expect(read.body).to.have.property('courses').that.is.an('array').that.is.not.empty
  })

  it('is one trace across gateway and academics in the local store', async () => {
    const rootsOf = (spans: readonly Span[]) => {
      const known = new Set(spans.map(({ spanId }) => spanId))
      return spans.filter(({ parentSpanId }) => parentSpanId === undefined || !known.has(parentSpanId))
    }
    // Each service sends on its own clock, and a span before the one it is part of.
    const spans = await eventually('the trace is stored, every span but one with its parent', async () => {
      const found = await storedSpans(appliance, read.traceId)
      const isThere = (name: string) => found.some(({ service }) => service === name)
      return ['gateway', 'academics'].every(isThere) && rootsOf(found).length === 1 && found
    })
    expect(rootsOf(spans)[0]).to.include({ service: 'gateway' })
    expect(JSON.stringify(spans)).not.to.contain(client.account)
  })

  it('is found in the JSON logs of both services by its trace id', async () => {
    for (const service of ['gateway', 'academics']) {
      await eventually(`${service} logged the trace`, () =>
        appliance
          .read('logs', `${service}.log`)
          .split('\n')
          .filter((line) => line.includes(read.traceId))
          .map((line) => JSON.parse(line) as { trace_id: string })
          .some((line) => line.trace_id === read.traceId),
      )
    }
  })

  it('is found in the stored logs by its trace id', async () => {
    const logs = await eventually('the logs are stored', async () => {
      const response = await fetch(`${appliance.url('query')}/api/logs?traceId=${read.traceId}`)
      const found = ((await response.json()) as { logs: LogRecord[] }).logs
      return found.length > 0 && found
    })
    expect(logs.every(({ traceId }) => traceId === read.traceId)).to.equal(true)
  })

  it('is an exemplar in Prometheus', async () => {
    const query = new URLSearchParams({
      query: 'http_server_request_duration_seconds_bucket{service="academics"}',
      start: String(Date.now() / 1000 - 600),
      end: String(Date.now() / 1000 + 600),
    })
    const own = new Set<string>()
    await eventually(
      'Prometheus has an exemplar of a read of ours, and the store its trace',
      async () => {
        // A bucket keeps its newest exemplar, so one read may be overtaken before the next scrape.
        own.add((await client.get(`/api/academics/students/${client.account}/transcript`)).traceId)
        const response = await fetch(`${appliance.url('prometheus')}/api/v1/query_exemplars?${query}`)
        const { data } = (await response.json()) as {
          data: { exemplars: { labels: { trace_id: string } }[] }[]
        }
        const ids = data.flatMap(({ exemplars }) => exemplars.map(({ labels }) => labels.trace_id))
        const ours = [...new Set(ids)].filter((id) => own.has(id))
        const spans = (await Promise.all(ours.map((id) => storedSpans(appliance, id)))).flat()
        return spans.some(({ service }) => service === 'academics')
      },
      { withinMillis: 180_000, everyMillis: 300 },
    )
  })

  it('is a ledger entry whose inclusion proof verifies', async () => {
    const event = await eventually('the event is in the ledger', () =>
      findEvent(appliance, 'university_a', ({ facts }) => facts.traceId === read.traceId),
    )
    expect(event.facts).to.include({ class: 'access', action: 'transcript.read', outcome: 'success' })
    await verifyEvent(appliance, 'university_a', event)
  })

  it('shows the student who looked, in the portal’s own words', async () => {
    const answer = await eventually('the access is listed', async () => {
      const found = await client.get(`/api/academics/students/${client.account}/accesses`)
      return found.status === 200 && JSON.stringify(found.body).includes('transcript.read') && found
    })
    expect(answer.status).to.equal(200)
  })
})

async function storedSpans(appliance: Appliance, traceId: string): Promise<readonly Span[]> {
  const response = await fetch(`${appliance.url('query')}/api/traces/${traceId}`)
  if (response.status === 404) return []
  return ((await response.json()) as { spans: readonly Span[] }).spans
}
