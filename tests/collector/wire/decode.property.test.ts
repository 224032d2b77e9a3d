/** The scanner against protobufjs on the official .proto files, and against hostile bytes. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import fc from 'fast-check'
import protobuf from 'protobufjs'
import { CollectorError } from '../../../collector/errors.ts'
import { decodeLogs } from '../../../collector/wire/logs.ts'
import { countDataPoints } from '../../../collector/wire/metrics.ts'
import { decodeTraces, encodeTraces } from '../../../collector/wire/traces.ts'
import { ProtobufWriter } from '../../../collector/wire/writer.ts'
import { spansOf } from '../generate.ts'

const schemas = process.env['CAMPANILE_OTLP_PROTO_DIR'] ?? '../shared/schemas/opentelemetry'
const traceProto = 'opentelemetry/proto/collector/trace/v1/trace_service.proto'
const decoders = [decodeTraces, decodeLogs, countDataPoints]

function endsCoded(run: () => unknown): void {
  try {
    run()
  } catch (error) {
    expect(error).to.be.instanceOf(CollectorError)
  }
}

describe('the OTLP scanner', () => {
  const request = encodeTraces(new ProtobufWriter(), spansOf(3))

  it('gives back the bytes it was made from', () => {
    expect(encodeTraces(new ProtobufWriter(), decodeTraces(request)).equals(request)).to.equal(true)
  })

  it('ends in a decoded batch or a coded error on random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        for (const decode of decoders) endsCoded(() => decode(bytes))
      }),
      { numRuns: 2_000 },
    )
  })

  it('ends in a decoded batch or a coded error when cut at every offset', () => {
    for (let length = 0; length < request.length; length++) {
      for (const decode of decoders) endsCoded(() => decode(request.subarray(0, length)))
    }
  })

  it('ends in a decoded batch or a coded error when any bit is flipped', () => {
    for (let bit = 0; bit < request.length * 8; bit++) {
      const damaged = Buffer.from(request)
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      for (const decode of decoders) endsCoded(() => decode(damaged))
    }
  })

  it('refuses values that nest deeper than 32', () => {
    const writer = new ProtobufWriter()
    const marks = Array.from({ length: 200 }, (_, level) => writer.begin(level % 2 === 0 ? 0x0a : 0x2a))
    for (const mark of marks.reverse()) writer.end(mark)
    const deep = writer.take()
    const span = new ProtobufWriter()
    const open = [0x0a, 0x12, 0x12, 0x4a].map((tag) => span.begin(tag))
    const value = span.begin(0x12)
    const list = span.begin(0x2a)
    span.raw(deep)
    for (const mark of [list, value, ...open.reverse()].map((mark) => mark)) span.end(mark)
    expect(() => decodeTraces(span.take()))
      .to.throw(CollectorError)
      .with.property('code', 'OTLP_TOO_DEEP')
  })

  it('agrees with protobufjs on random spans', function () {
    // The official files are not part of this repository; without them the golden request still stands.
    if (!existsSync(join(schemas, traceProto.replace('opentelemetry/', '')))) {
      expect(decodeTraces(request)[0]?.scopes[0]?.items).to.have.length(3)
      return
    }
    const root = new protobuf.Root()
    root.resolvePath = (_origin, target) => join(schemas, target.replace(/^opentelemetry\//, ''))
    root.loadSync(traceProto, { keepCase: false })
    const type = root.lookupType('opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest')
    const text = fc.string({ maxLength: 80, unit: 'grapheme' })
    fc.assert(
      fc.property(
        text,
        text,
        fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
        fc.double(),
        (name, value, whole, double) => {
          const batch = spansOf(2)
          const span = batch[0]?.scopes[0]?.items[0]
          if (span === undefined) throw new Error('no span')
          span.name = name
          const int = Number.isSafeInteger(Number(whole)) ? Number(whole) : whole
          span.attributes = [
            { key: name, value },
            { key: 'i', value: int },
            { key: 'd', value: { double } },
            { key: 'l', value: [value, int, true] },
          ]
          const bytes = encodeTraces(new ProtobufWriter(), batch)
          const again = Buffer.from(type.encode(type.decode(bytes)).finish())
          expect(decodeTraces(again)).to.deep.equal(decodeTraces(bytes))
          const decoded = decodeTraces(again)[0]?.scopes[0]?.items[0]
          expect(decoded?.attributes).to.deep.equal(span.attributes)
          expect(decoded?.name).to.equal(name)
        },
      ),
      { numRuns: 200 },
    )
  })
})
