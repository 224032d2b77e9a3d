import { expect } from 'chai'
import { findCanaries, makeCanaries, type Canary } from '../support/canaries.ts'
import { metricTotal } from '../support/metrics-page.ts'
import { eventually } from '../support/poll.ts'
import { faroAppKey, openYard, type Yard } from './canary-yard.ts'

const canaries = makeCanaries()

describe('fifty canaries through the SDK, the collector and the browser door', () => {
  it('are in no stored or forwarded byte, no metric and no line when the fence stands', async () => {
    const seen = await flyThrough('enforce')
    for (const [where, bytes] of seen) expect(valuesIn(bytes), where).to.deep.equal([])
    // What is searched is really what was sent: the app's own records arrived too, without the people.
    expect(Buffer.from(seen.get('stored') ?? '').includes('academics')).to.equal(true)
    expect(Buffer.from(seen.get('forwarded') ?? '').includes('careless-app.ts')).to.equal(true)
  })

  it('are all found in stored and forwarded bytes and in lines when it is off', async () => {
    const seen = await flyThrough('off')
    for (const where of ['output', 'stored', 'forwarded', 'queried logs']) {
      expect(valuesIn(seen.get(where) ?? ''), where).to.deep.equal(canaries.map(({ value }) => value))
    }
  })
})

function valuesIn(bytes: Uint8Array | string): string[] {
  return findCanaries(bytes, canaries).map(({ value }) => value)
}

/** Pushes every canary through every way in, then collects every byte that came to rest. */
async function flyThrough(mode: 'enforce' | 'off'): Promise<ReadonlyMap<string, Uint8Array | string>> {
  const yard = await openYard(mode)
  try {
    for (const canary of canaries) {
      await throughApp(yard, canary)
      await throughFaro(yard, canary)
      await throughOtlp(yard, canary)
    }
    const appMetrics = await text(`${yard.app}/metrics`)
    await yard.finishApp()
    await settled(yard)
    return new Map<string, Uint8Array | string>([
      ['output', yard.output()],
      ['stored', yard.stored()],
      ['forwarded', yard.forwarded()],
      ['metrics of the app', appMetrics],
      ['metrics of spans', await text(`${yard.url('exporter')}/metrics`)],
      ['metrics of the collector', await text(`${yard.url('collectorTelemetry')}/metrics`)],
      ['queried logs', await text(`${yard.url('query')}/api/logs?limit=1000`)],
      ['queried traces', await text(`${yard.url('query')}/api/search?limit=1000`)],
    ])
  } finally {
    await yard.stop()
  }
}

async function text(address: string): Promise<string> {
  return (await fetch(address)).text()
}

/** Waits until what was sent last has come to rest in the store and at the sink. */
async function settled(yard: Yard): Promise<void> {
  await throughOtlp(yard, { kind: 'name', value: 'x' }, 'last')
  await eventually('the last log is stored', async () =>
    (await text(`${yard.url('query')}/api/logs?limit=1000`)).includes('"university_last"'),
  )
  await eventually('the last log is forwarded', () => yard.forwarded().includes('university_last'))
  // It is small, and overtakes those that were sent at the same time.
  const page = `${yard.url('collectorTelemetry')}/metrics`
  await eventually(
    'nothing waits to be forwarded',
    async () => (await metricTotal(page, 'collector_queue_items', { exporter: 'otlp_http' })) === 0,
  )
  await eventually('the last log is on disk', () => yard.stored().includes('university_last'))
}

async function throughApp(yard: Yard, { value }: Canary): Promise<void> {
  const encoded = encodeURIComponent(value)
  const response = await fetch(`${yard.app}/students/${encoded}?student=${encoded}&q=${encoded}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'user-agent': value,
      referer: `https://${encoded}.example/`,
      'x-student': value,
      tracestate: `student=${encoded.toLowerCase()}`,
      baggage: `student=${encoded}`,
    },
    body: JSON.stringify({ name: value }),
  })
  await response.arrayBuffer()
}

async function throughFaro(yard: Yard, { value }: Canary): Promise<void> {
  const timestamp = '2026-11-21T03:00:00.000Z'
  const attributes = { student: value, element: value, name: value, isSampled: value }
  const payload = {
    meta: {
      app: { name: value, version: value, environment: value, namespace: value },
      user: { id: value, username: value, fullName: value, email: value, attributes },
      session: { id: value, attributes },
      page: { id: value, url: `https://portal.example/${value}?q=${value}#${value}`, attributes },
      browser: { name: value, userAgent: value, language: value },
      view: { name: value },
      sdk: { version: value },
    },
    logs: [{ message: `hello ${value}`, level: value, context: attributes, timestamp }],
    events: [{ name: value, domain: value, attributes, timestamp }],
    measurements: [{ type: value, values: { lcp: 1 }, context: attributes, timestamp }],
    exceptions: [
      {
        type: value,
        value: `no ${value}`,
        context: attributes,
        timestamp,
        stacktrace: {
          frames: [{ filename: `https://x.example/${value}.js`, function: value, lineno: 1, colno: 2 }],
        },
      },
    ],
  }
  await send(`${yard.url('faro')}/collect`, payload)
}

async function throughOtlp(yard: Yard, { value }: Canary, tenant = 'one'): Promise<void> {
  const attributes = [value, 'message', 'url.full', 'service.name', 'enduser.id', 'db.query.text'].map(
    (key) => ({
      key,
      value: { stringValue: key === 'db.query.text' ? `SELECT 1 WHERE a = '${value}' -- ${value}` : value },
    }),
  )
  const last = { key: 'campus.tenant', value: { stringValue: `university_${tenant}` } }
  const list = { arrayValue: { values: [{ stringValue: value }] } }
  const map = { kvlistValue: { values: [...attributes, { key: 'list', value: list }] } }
  const times = { startTimeUnixNano: '1763694000000000000', endTimeUnixNano: '1763694000100000000' }
  const span = {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    traceState: `v=${value}`,
    name: `GET /students/${value}`,
    ...times,
    attributes,
    events: [{ name: value, timeUnixNano: times.startTimeUnixNano, attributes }],
    links: [
      {
        traceId: '0af7651916cd43dd8448eb211c80319c',
        spanId: 'b7ad6b7169203332',
        traceState: `v=${value}`,
        attributes,
      },
    ],
    status: { code: 2, message: `no ${value}` },
  }
  const record = {
    timeUnixNano: times.startTimeUnixNano,
    severityText: value,
    eventName: value,
    attributes: [...attributes, last],
  }
  const scope = { name: value, version: value, attributes }
  const schemaUrl = `https://schemas.example/${value}`
  const resource = { attributes }
  await send(`${yard.url('otlpHttp')}/v1/traces`, {
    resourceSpans: [{ resource, schemaUrl, scopeSpans: [{ scope, schemaUrl, spans: [span] }] }],
  })
  await send(`${yard.url('otlpHttp')}/v1/logs`, {
    resourceLogs: [
      {
        resource,
        schemaUrl,
        scopeLogs: [
          {
            scope,
            schemaUrl,
            logRecords: [
              { ...record, body: { stringValue: `hello ${value}` } },
              { ...record, body: map },
              { ...record, body: list },
              { ...record, body: { bytesValue: Buffer.from(value).toString('base64') } },
            ],
          },
        ],
      },
    ],
  })
}

async function send(address: string, payload: unknown): Promise<void> {
  const response = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': faroAppKey },
    body: JSON.stringify(payload),
  })
  expect(response.status, await response.text()).to.be.within(200, 202)
}
