/** The scanner against protobufjs on the official .proto files where they are, and against hostile bytes. */
import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import fc from 'fast-check'
import { CollectorError } from '../../../collector/errors.ts'
import { decodeLogs, encodeLogs } from '../../../collector/wire/logs.ts'
import { countDataPoints } from '../../../collector/wire/metrics.ts'
import { decodeTraces, encodeTraces } from '../../../collector/wire/traces.ts'
import { ProtobufWriter } from '../../../collector/wire/writer.ts'
import { anyLogs, anyTraces } from '../arbitrary.ts'
import { spansOf } from '../generate.ts'
import { propertyRuns } from '../../support/property.ts'
import { officialTypes } from '../../support/official-proto.ts'

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

  const official = officialTypes()
  if (official === undefined) {
    it('stands on its golden requests: the official definitions do not lie beside this checkout', () => {
      const bytes = readFileSync(new URL('../golden/traces.otlp.bin', import.meta.url))
      const batch = decodeTraces(bytes)
      expect(batch).to.have.length.greaterThan(0)
      expect(decodeTraces(encodeTraces(new ProtobufWriter(), batch))).to.deep.equal(batch)
    })
    return
  }

  it('agrees with protobufjs and the official definitions on random spans', () => {
    const type = official.traces
    fc.assert(
      fc.property(anyTraces, (batch) => {
        const bytes = encodeTraces(new ProtobufWriter(), batch)
        const again = Buffer.from(type.encode(type.decode(bytes)).finish())
        expect(decodeTraces(again)).to.deep.equal(decodeTraces(bytes))
      }),
      propertyRuns({ ci: 200, soak: 20_000 }),
    )
  })

  it('agrees with protobufjs and the official definitions on random log records', () => {
    const type = official.logs
    fc.assert(
      fc.property(anyLogs, (batch) => {
        const bytes = encodeLogs(new ProtobufWriter(), batch)
        const again = Buffer.from(type.encode(type.decode(bytes)).finish())
        expect(decodeLogs(again)).to.deep.equal(decodeLogs(bytes))
      }),
      propertyRuns({ ci: 200, soak: 20_000 }),
    )
  })
})
