import { expect } from 'chai'
import { SpanKind } from '@opentelemetry/api'
import type protobuf from 'protobufjs'
import { telemetryFence } from '../../sdk/fence.ts'
import { encodeLog } from '../../sdk/otlp/encode-log.ts'
import { encodeSpan } from '../../sdk/otlp/encode-span.ts'
import { ProtoWriter } from '../../sdk/otlp/writer.ts'
import { SdkSpan } from '../../sdk/trace/span.ts'
import { acceptTraceState } from '../../sdk/trace/traceparent.ts'
import { decodeLogs, decodeSpans } from './otlp-decoder.ts'
import { officialTypes } from '../support/official-proto.ts'

const fence = telemetryFence()
const official = officialTypes()

/** Wraps items as request → resource → scope, as the queue does. */
function request(item: ProtoWriter): Buffer {
  const whole = new ProtoWriter(64)
  // The item already carries its field key inside the scope.
  const resource = whole.open(1)
  const scoped = whole.open(2)
  whole.raw(item.take())
  whole.close(scoped)
  whole.close(resource)
  return whole.take()
}

function exampleSpan(): SdkSpan {
  const span = new SdkSpan({ export: () => undefined }, 'db.query', SpanKind.CLIENT)
  span.followContext({
    traceId: '5b8efff798038103d269b633813fc60c',
    spanId: 'eee19b7ec3c1b173',
    traceFlags: 1,
    isRemote: true,
  })
  span.span0 = 0xeee19b7e | 0
  span.span1 = 0xc3c1b174 | 0
  span.startMicros = 1_544_712_660_000_000
  return span
}

describe('OTLP encoding', () => {
  it('writes the bytes of a span as the wire format prescribes', () => {
    const writer = new ProtoWriter(8)
    encodeSpan(writer, exampleSpan(), 1_544_712_661_000_000, fence)
    // Field by field after opentelemetry-proto trace.proto; times as fixed64 little-endian nanoseconds.
    const expected = [
      '0a10' + '5b8efff798038103d269b633813fc60c',
      '1208' + 'eee19b7ec3c1b174',
      '2208' + 'eee19b7ec3c1b173',
      '2a08' + Buffer.from('db.query').toString('hex'),
      '3003',
      '39' + nanosHex(1_544_712_660_000_000_000n),
      '41' + nanosHex(1_544_712_661_000_000_000n),
      '8501' + '01030000',
    ].join('')
    const length = (expected.length / 2).toString(16).padStart(2, '0')
    expect(writer.take().toString('hex')).to.equal(`12${length}${expected}`)
  })

  it('writes attributes, events and status so that an independent decoder reads them, fenced', () => {
    const span = exampleSpan()
    span.setAttributes({
      'http.response.status_code': 404,
      'campus.break_glass': true,
      'user.email': 'ada@x.example',
    })
    span.recordException(new RangeError('Ada Lovelace'))
    span.setStatus({ code: 2, message: 'Ada Lovelace' })
    const writer = new ProtoWriter(8)
    encodeSpan(writer, span, span.startMicros + 1, fence)
    const [decoded] = decodeSpans(request(writer))
    expect(decoded?.attributes).to.deep.equal({
      'http.response.status_code': 404,
      'campus.break_glass': true,
    })
    expect(decoded?.statusCode).to.equal(2)
    expect(decoded?.events[0]?.name).to.equal('exception')
    expect(decoded?.events[0]?.attributes['exception.type']).to.equal('RangeError')
    expect(writer.take().includes('Lovelace')).to.equal(false)
  })

  it('writes a log record with severity, body, fields and trace', () => {
    const writer = new ProtoWriter(8)
    const record = {
      micros: 1_544_712_660_000_000,
      level: 'warn',
      event: 'database unavailable',
      fields: { attempt: 3, student: undefined },
      span: exampleSpan(),
    } as const
    encodeLog(writer, record)
    expect(decodeLogs(request(writer))).to.deep.equal([
      {
        body: 'database unavailable',
        severity: 13,
        traceId: '5b8efff798038103d269b633813fc60c',
        spanId: 'eee19b7ec3c1b174',
        attributes: { attempt: 3 },
      },
    ])
  })
})

const presence = official === undefined ? ' (its files are not beside the checkout: read with ours)' : ''

describe(`OTLP encoding as OpenTelemetry defines it${presence}`, () => {
  it('is read to the last byte: a span with everything it can have', () => {
    const span = exampleSpan()
    span.traceState = acceptTraceState('vendor=1')
    span.setAttributes({
      'http.route': '/students/:id',
      'http.response.status_code': 404,
      'tls.resumed': true,
    })
    span.setAttribute('container.image.tags', ['v1', 'v2'])
    span.addEvent('exception', { 'exception.type': 'RangeError' }, new Date(1_544_712_660_500))
    span.addLink({ context: span.spanContext(), attributes: { 'campus.role': 'student' } })
    span.setStatus({ code: 2 })
    const writer = new ProtoWriter(8)
    encodeSpan(writer, span, span.startMicros + 1_000_000, fence)
    const bytes = request(writer)
    const spans = decodeSpans(bytes, official?.traces)
    expect(spans).to.deep.equal(decodeSpans(bytes))
    expect(spans[0]).to.include({
      traceId: '5b8efff798038103d269b633813fc60c',
      spanId: 'eee19b7ec3c1b174',
      parentSpanId: 'eee19b7ec3c1b173',
      traceState: 'vendor=1',
      name: 'db.query',
      kind: 3,
      startNanos: 1_544_712_660_000_000_000n,
      endNanos: 1_544_712_661_000_000_000n,
      statusCode: 2,
      flags: 0x301,
    })
    expect(spans[0]?.attributes).to.deep.equal({
      'http.route': '/students/:id',
      'http.response.status_code': 404,
      'tls.resumed': true,
      'container.image.tags': ['v1', 'v2'],
    })
    if (official !== undefined) expectNothingUnknown(official.traces, bytes)
  })

  it('is read to the last byte: a log record with everything it can have', () => {
    const writer = new ProtoWriter(8)
    const fields = { attempt: 3, 'campus.break_glass': true, role: 'student' }
    const span = exampleSpan()
    encodeLog(writer, { micros: 1_544_712_660_000_000, level: 'error', event: 'call failed', fields, span })
    const bytes = request(writer)
    const logs = decodeLogs(bytes, official?.logs)
    expect(logs).to.deep.equal(decodeLogs(bytes))
    expect(logs[0]).to.deep.include({ body: 'call failed', severity: 17, attributes: fields })
    if (official !== undefined) expectNothingUnknown(official.logs, bytes)
  })
})

/** A field the definition does not have would be gone after decoding and encoding again. */
function expectNothingUnknown(type: protobuf.Type, bytes: Uint8Array): void {
  expect(type.encode(type.decode(bytes)).finish()).to.have.length(bytes.length)
}

function nanosHex(nanos: bigint): string {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(nanos)
  return bytes.toString('hex')
}
