/**
 * The scanner of spans against protobufjs where they could part: bytes cut anywhere, fields that nobody knows, known
 * fields of another wire type, and fields that come again. The definition is that of opentelemetry-proto 1.11
 * (`trace.proto`, `common.proto`, `resource.proto`), shortened to its fields.
 */
import { expect } from 'chai'
import fc from 'fast-check'
import protobuf from 'protobufjs'
import { CollectorError } from '../../../collector/errors.ts'
import type { Batch, Span } from '../../../collector/process/model.ts'
import { decodeTraces, encodeTraces } from '../../../collector/wire/traces.ts'
import { ProtobufWriter } from '../../../collector/wire/writer.ts'
import { propertyRuns } from '../../support/property.ts'
import { anyTraces } from '../arbitrary.ts'

const type = protobuf
  .parse(
    `
syntax = "proto3";
message AnyValue { oneof value { string string_value = 1; bool bool_value = 2; int64 int_value = 3; double double_value = 4; ArrayValue array_value = 5; KeyValueList kvlist_value = 6; bytes bytes_value = 7; } }
message ArrayValue { repeated AnyValue values = 1; }
message KeyValueList { repeated KeyValue values = 1; }
message KeyValue { string key = 1; AnyValue value = 2; }
message Scope { string name = 1; string version = 2; repeated KeyValue attributes = 3; uint32 dropped = 4; }
message Resource { repeated KeyValue attributes = 1; uint32 dropped = 2; }
message Event { fixed64 time = 1; string name = 2; repeated KeyValue attributes = 3; uint32 dropped = 4; }
message Link { bytes trace_id = 1; bytes span_id = 2; string trace_state = 3; repeated KeyValue attributes = 4; uint32 dropped = 5; fixed32 flags = 6; }
message Status { string message = 2; int32 code = 3; }
message Span { bytes trace_id = 1; bytes span_id = 2; string trace_state = 3; bytes parent_span_id = 4; string name = 5; int32 kind = 6; fixed64 start = 7; fixed64 end = 8; repeated KeyValue attributes = 9; uint32 dropped_attributes = 10; repeated Event events = 11; uint32 dropped_events = 12; repeated Link links = 13; uint32 dropped_links = 14; Status status = 15; fixed32 flags = 16; }
message ScopeSpans { Scope scope = 1; repeated Span spans = 2; string schema_url = 3; }
message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; string schema_url = 3; }
message Request { repeated ResourceSpans resource_spans = 1; }
`,
    { keepCase: true },
  )
  .root.lookupType('Request')

/** Tags of what holds a span: the resource's list, the scope's list, the span itself. */
const path = [0x0a, 0x12, 0x12]

/**
 * Adds bytes to the end of every span.
 *
 * @param everywhere to every message that holds one too
 */
function withMore(bytes: Buffer, more: Buffer, everywhere: boolean, tags: readonly number[] = path): Buffer {
  const [tag, ...rest] = tags
  if (tag === undefined) return Buffer.concat([bytes, more])
  const reader = protobuf.Reader.create(bytes)
  const writer = protobuf.Writer.create()
  while (reader.pos < reader.len) {
    const found = reader.uint32()
    const from = reader.pos
    if (found === tag) {
      writer.uint32(found).bytes(withMore(Buffer.from(reader.bytes()), more, everywhere, rest))
      continue
    }
    reader.skipType(found & 7)
    writer.uint32(found).raw(bytes.subarray(from, reader.pos))
  }
  return Buffer.concat([writer.finish(), everywhere ? more : Buffer.alloc(0)])
}

/** What protobufjs makes of bytes, read by the scanner; undefined where protobufjs refuses them. */
function byProtobufjs(bytes: Buffer): Batch<Span> | undefined {
  let again: Uint8Array
  try {
    again = type.encode(type.decode(bytes)).finish()
  } catch {
    return undefined
  }
  return decodeTraces(Buffer.from(again))
}

function byScanner(bytes: Buffer): Batch<Span> | undefined {
  try {
    return decodeTraces(bytes)
  } catch (error) {
    expect(error).to.be.instanceOf(CollectorError)
    return undefined
  }
}

const varint = (value: number) => protobuf.Writer.create().uint32(value).finish()
/** Above every number that OTLP has; up to the largest there is. */
const unknownNumber = fc.integer({ min: 100, max: 2 ** 29 - 1 })
const content = fc.oneof(
  fc.nat().map((value): readonly [number, Uint8Array] => [0, varint(value)]),
  fc.uint8Array({ minLength: 8, maxLength: 8 }).map((bytes): readonly [number, Uint8Array] => [1, bytes]),
  fc
    .uint8Array({ maxLength: 30 })
    .map((bytes): readonly [number, Uint8Array] => [2, Buffer.concat([varint(bytes.length), bytes])]),
  fc.uint8Array({ minLength: 4, maxLength: 4 }).map((bytes): readonly [number, Uint8Array] => [5, bytes]),
)
const unknownFields = fc
  .array(fc.tuple(unknownNumber, content), { minLength: 1, maxLength: 4 })
  .map((fields) =>
    Buffer.concat(fields.flatMap(([number, [wire, bytes]]) => [varint(((number << 3) | wire) >>> 0), bytes])),
  )

/** Wire type of each field of a span. */
const wireOf: Readonly<Record<number, number>> = {
  1: 2,
  2: 2,
  3: 2,
  4: 2,
  5: 2,
  6: 0,
  7: 1,
  8: 1,
  9: 2,
  10: 0,
  11: 2,
  12: 0,
  13: 2,
  14: 0,
  15: 2,
  16: 5,
}
const mismatched = fc
  .tuple(fc.integer({ min: 1, max: 16 }), content)
  .filter(([number, [wire]]) => wireOf[number] !== wire)
  .map(([number, [wire, bytes]]) => Buffer.concat([varint((number << 3) | wire), bytes]))

describe('the scanner and protobufjs', () => {
  it('take the same of bytes cut at every offset, and refuse the same', () => {
    fc.assert(
      fc.property(anyTraces, (batch) => {
        const bytes = encodeTraces(new ProtobufWriter(), batch)
        for (let length = 0; length <= bytes.length; length++) {
          const cut = bytes.subarray(0, length)
          expect(byScanner(cut)).to.deep.equal(byProtobufjs(cut))
        }
      }),
      propertyRuns({ ci: 10, soak: 2_000 }),
    )
  })

  it('pass over fields that they do not know, in every message of the way to a span', () => {
    fc.assert(
      fc.property(anyTraces, unknownFields, (batch, fields) => {
        const bytes = encodeTraces(new ProtobufWriter(), batch)
        const longer = withMore(bytes, fields, true)
        expect(byScanner(longer)).to.deep.equal(byScanner(bytes))
        expect(byProtobufjs(longer)).to.deep.equal(byScanner(bytes))
      }),
      propertyRuns({ ci: 200, soak: 20_000 }),
    )
  })

  it('keep of a number or text that comes again the last', () => {
    fc.assert(
      fc.property(anyTraces, fc.string(), fc.nat({ max: 5 }), (batch, name, kind) => {
        const again = protobuf.Writer.create().uint32(0x2a).string(name).uint32(0x30).uint32(kind).finish()
        const longer = withMore(encodeTraces(new ProtobufWriter(), batch), Buffer.from(again), false)
        expect(byScanner(longer)).to.deep.equal(byProtobufjs(longer))
      }),
      propertyRuns({ ci: 100, soak: 10_000 }),
    )
  })

  // By the specification a known number of another wire type is an unknown field; protobufjs reads some by number alone.
  it('part where a known number has another wire type: the scanner passes over it', () => {
    fc.assert(
      fc.property(anyTraces, mismatched, (batch, field) => {
        const bytes = encodeTraces(new ProtobufWriter(), batch)
        expect(byScanner(withMore(bytes, field, false))).to.deep.equal(byScanner(bytes))
      }),
      propertyRuns({ ci: 200, soak: 20_000 }),
    )
  })
})
