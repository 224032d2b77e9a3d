import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import { createIntake } from '../../../collector/graph/gate.ts'
import { openFence } from '../../../collector/open-fence.ts'
import { emptySpan, type Batch, type Span } from '../../../collector/process/model.ts'
import { Admission } from '../../../collector/receive/admission.ts'
import { createOtlpReceiver } from '../../../collector/receive/otlp-http.ts'
import { decodeTraces, encodeTraces } from '../../../collector/wire/traces.ts'
import { ProtobufWriter } from '../../../collector/wire/writer.ts'
import { spansOf } from '../generate.ts'

const portal = 'http://portal.example'
const traceId = '0af7651916cd43dd8448eb211c80319c'
const spanId = '00f067aa0ba902b7'
const method = { key: 'http.request.method', value: 'GET' }
/** A key that programs have and pages do not. */
const collection = { key: 'db.collection.name', value: 'bookings' }

function requestOf(): Batch<Span> {
  const span: Span = { ...emptySpan(), traceId, spanId, name: 'GET', attributes: [method, collection] }
  const [first] = spansOf(1)
  const [scope] = first?.scopes ?? []
  if (first === undefined || scope === undefined) throw new Error('expected one resource with one scope')
  return [{ ...first, scopes: [{ ...scope, items: [span] }] }]
}

const json = JSON.stringify({
  resourceSpans: [
    {
      scopeSpans: [
        {
          spans: [
            {
              traceId,
              spanId,
              name: 'GET',
              attributes: [method, collection].map(({ key, value }) => ({
                key,
                value: { stringValue: value },
              })),
            },
          ],
        },
      ],
    },
  ],
})

describe('the door for OTLP over HTTP, where pages may send too', () => {
  let server: Server
  let url: string
  let stored: Uint8Array[]

  before(async () => {
    const fence = openFence({
      appliance: { store: {}, query: {}, privacy: {}, faro: {} },
      isLapsed: () => false,
      isObserved: false,
    })
    const nothing = () => undefined
    const gate = {
      tally: { onLost: nothing, onThinned: nothing, onStatementError: nothing, onDefect: nothing },
      store: {
        append: (_signal: string, bytes: Uint8Array) => Promise.resolve(void stored.push(bytes)),
      },
      onChecked: nothing,
      onLeaked: nothing,
    }
    const receiver = createOtlpReceiver({
      maxBodyBytes: 2 ** 20,
      paths: { traces: '/v1/traces', logs: '/v1/logs', metrics: '/v1/metrics' },
      intake: createIntake({ ...gate, ...fence.of('otlp') }, {}),
      pagesIntake: createIntake({ ...gate, ...fence.of('otlp', true) }, {}),
      isLimited: () => false,
      admission: new Admission({ roomBytes: 2 ** 22 }),
      cors: { allowedOrigins: [portal], allowedHeaders: [], maxAgeSeconds: 0 },
      onReceived: nothing,
      onRefused: nothing,
      onDefect: nothing,
    })
    server = createServer(receiver)
    await once(server.listen(0, '127.0.0.1'), 'listening')
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`
  })
  after(() => new Promise((resolve) => server.close(resolve)))
  beforeEach(() => {
    stored = []
  })

  /** Sends a request and answers which keys of its span were stored. */
  async function keysAfter(type: string, body: Uint8Array<ArrayBuffer> | string, origin?: string) {
    const headers = { 'content-type': type, connection: 'close', ...(origin === undefined ? {} : { origin }) }
    expect((await fetch(url, { method: 'POST', headers, body })).status).to.equal(200)
    const spans = stored.flatMap((bytes) => decodeTraces(Buffer.from(bytes))).flatMap(({ scopes }) => scopes)
    return spans.flatMap(({ items }) => items).map(({ attributes }) => attributes.map(({ key }) => key))
  }

  const bodies: readonly (readonly [string, () => Uint8Array<ArrayBuffer> | string])[] = [
    ['application/x-protobuf', () => new Uint8Array(encodeTraces(new ProtobufWriter(), requestOf()))],
    ['application/json', () => json],
  ]
  for (const [type, body] of bodies) {
    it(`keeps of a page what pages may say, and of a program what programs may: ${type}`, async () => {
      expect(await keysAfter(type, body())).to.deep.equal([[method.key, collection.key]])
      stored = []
      expect(await keysAfter(type, body(), portal)).to.deep.equal([[method.key]])
    })
  }
})
