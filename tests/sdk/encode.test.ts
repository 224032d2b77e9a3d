import { expect } from 'chai'
import { SpanKind } from '@opentelemetry/api'
import { telemetryFence } from '../../sdk/fence.ts'
import { encodeLog } from '../../sdk/otlp/encode-log.ts'
import { encodeSpan } from '../../sdk/otlp/encode-span.ts'
import { ProtoWriter } from '../../sdk/otlp/writer.ts'
import { SdkSpan } from '../../sdk/trace/span.ts'
import { decodeLogs, decodeSpans } from './otlp-decoder.ts'

const fence = telemetryFence()

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

function nanosHex(nanos: bigint): string {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(nanos)
  return bytes.toString('hex')
}
