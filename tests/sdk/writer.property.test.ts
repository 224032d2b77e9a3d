import { expect } from 'chai'
import fc from 'fast-check'
import protobuf from 'protobufjs'
import { ProtoWriter } from '../../sdk/otlp/writer.ts'
import { writeAnyValue } from '../../sdk/otlp/value.ts'

const { root } = protobuf.parse(`
syntax = "proto3";
message Any { oneof value { string s = 1; bool b = 2; int64 i = 3; double d = 4; List l = 5; } }
message List { repeated Any values = 1; }
message Holder { Any any = 1; }
message Times { fixed64 nanos = 7; }
message Nested { optional bytes content = 1; uint64 after = 2; }
`)

function roundTrip(type: string, write: (writer: ProtoWriter) => void): Record<string, unknown> {
  const writer = new ProtoWriter(1)
  write(writer)
  const message = root.lookupType(type)
  return message.toObject(message.decode(writer.take()), { longs: String })
}

function anyOf(value: string | number | boolean): unknown {
  return roundTrip('Holder', (writer) => writeAnyValue(writer, 1, value))['any']
}

describe('protobuf writer', () => {
  it('writes any string so that protobufjs reads it back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        expect(anyOf(text)).to.deep.equal({ s: text })
      }),
    )
  })

  it('writes any integer, also negative ones and those beyond 32 bits', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        expect(anyOf(value)).to.deep.equal({ i: String(value) })
      }),
    )
  })

  it('writes any other number as a double', () => {
    fc.assert(
      fc.property(fc.double({ noInteger: true }), (value) => {
        expect(anyOf(value)).to.deep.equal({ d: value })
      }),
    )
  })

  it('writes times to the microsecond without rounding', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 52 }), (micros) => {
        const { nanos } = roundTrip('Times', (writer) => writer.nanos(7, micros))
        expect(BigInt(String(nanos))).to.equal(BigInt.asUintN(64, BigInt(micros) * 1_000n))
      }),
    )
  })

  it('gives messages of every size the shortest length and leaves what follows in place', () => {
    for (const size of [0, 1, 127, 128, 16_383, 16_384, 70_000, 2_097_152]) {
      const writer = new ProtoWriter(1)
      const mark = writer.open(1)
      writer.raw(Buffer.alloc(size, 7))
      writer.close(mark)
      writer.number(2, 42)
      const message = root.lookupType('Nested')
      expect(message.toObject(message.decode(writer.take()), { longs: String })).to.deep.equal({
        content: Buffer.alloc(size, 7),
        after: '42',
      })
      const lengthBytes = size < 128 ? 1 : size < 16_384 ? 2 : size < 2_097_152 ? 3 : 4
      expect(writer.length).to.equal(1 + lengthBytes + size + 2)
    }
  })
})
