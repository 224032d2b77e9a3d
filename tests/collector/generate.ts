/** Synthetic OTLP requests, encoded by the collector's own writer; the decoder is tested against protobufjs elsewhere. */
import {
  emptyLogRecord,
  emptySpan,
  type Batch,
  type LogRecord,
  type Span,
} from '../../collector/process/model.ts'

/** A seeded generator of hex digits: real ids do not compress, so neither may these. */
function hexDigits(seed: number): (digits: number) => string {
  let state = seed >>> 0
  return (digits) => {
    let text = ''
    while (text.length < digits) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
      text += (state >>> 8).toString(16).padStart(6, '0')
    }
    return text.slice(0, digits)
  }
}

/** Builds a request of `count` spans in traces of 8, twelve attributes each, as a campus service would send. */
export function spansOf(count: number, seed = 1): Batch<Span> {
  const start = 1_790_000_000_000_000_000n + BigInt(seed) * 1_000_000_000n
  const hex = hexDigits(seed)
  let trace = ''
  const items = Array.from({ length: count }, (_, index): Span => {
    if (index % 8 === 0) trace = hex(32)
    return {
      ...emptySpan(),
      traceId: trace,
      spanId: hex(16),
      name: 'GET /courses/:id/roster',
      kind: 2,
      start: start + BigInt(index) * 1_000n,
      end: start + BigInt(index) * 1_000n + BigInt((index % 40) * 1_000_000),
      statusCode: index % 50 === 0 ? 2 : 0,
      attributes: [
        { key: 'http.request.method', value: 'GET' },
        { key: 'http.route', value: '/courses/:id/roster' },
        { key: 'http.response.status_code', value: index % 50 === 0 ? 500 : 200 },
        { key: 'url.scheme', value: 'http' },
        { key: 'url.path', value: '/courses/1/roster' },
        { key: 'server.address', value: '127.0.0.1' },
        { key: 'server.port', value: 8003 },
        { key: 'network.protocol.version', value: '1.1' },
        { key: 'campus.tenant', value: 'university_a' },
        { key: 'campus.role', value: ['student', 'faculty', 'registrar'][index % 3] },
        { key: 'db.system.name', value: 'postgresql' },
        { key: 'thread.id', value: Number.parseInt(hex(3), 16) },
      ],
    }
  })
  return ofService(items)
}

/** Builds a request of `count` log records, twelve attributes each, as a campus service would send. */
export function logsOf(count: number, seed = 1): Batch<LogRecord> {
  const start = 1_790_000_000_000_000_000n + BigInt(seed) * 1_000_000_000n
  const spans = spansOf(count, seed)[0]?.scopes[0]?.items ?? []
  return ofService(
    spans.map(({ traceId, spanId, attributes }, index): LogRecord => ({
      ...emptyLogRecord(),
      time: start + BigInt(index) * 1_000n,
      observedTime: start + BigInt(index) * 1_000n,
      severityNumber: index % 50 === 0 ? 17 : 9,
      severityText: index % 50 === 0 ? 'ERROR' : 'INFO',
      body: 'request served',
      attributes,
      traceId,
      spanId,
    })),
  )
}

function ofService<T>(items: T[]): Batch<T> {
  const resource = { attributes: [{ key: 'service.name', value: 'academics' }], droppedAttributes: 0 }
  return [
    {
      resource,
      schemaUrl: '',
      scopes: [
        {
          scope: { name: 'campanile', version: '1.0.0', attributes: [], droppedAttributes: 0 },
          items,
          schemaUrl: '',
        },
      ],
    },
  ]
}
