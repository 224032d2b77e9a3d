/** Random batches of the model, over every field and kind of value that OTLP has. */
import fc from 'fast-check'
import type { Attribute, Batch, LogRecord, Span, Value } from '../../collector/process/model.ts'

const text = fc.string({ maxLength: 40, unit: 'grapheme' })
const count = fc.nat({ max: 0xffff_ffff })
const time = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })
/** Protobuf spells an absent id as no bytes. */
const id = (bytes: number) =>
  fc.oneof(
    fc.constant(''),
    fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((raw) => Buffer.from(raw).toString('hex')),
  )
const whole = fc
  .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
  .map((value) => (Number.isSafeInteger(Number(value)) ? Number(value) : value))
// JSON has no negative zero.
const double = fc.double().map((value) => ({ double: Object.is(value, -0) ? 0 : value }))

const { value } = fc.letrec<{ value: Value; map: { map: Attribute[] } }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    text,
    fc.boolean(),
    whole,
    double,
    fc.uint8Array({ maxLength: 20 }),
    fc.constant(undefined),
    fc.array(tie('value'), { maxLength: 3 }),
    tie('map'),
  ),
  map: fc.record({ map: fc.array(fc.record({ key: text, value: tie('value') }), { maxLength: 3 }) }),
}))

const holder = {
  attributes: fc.array(fc.record({ key: text, value }), { maxLength: 4 }),
  droppedAttributes: count,
}

const span: fc.Arbitrary<Span> = fc.record({
  traceId: id(16),
  spanId: id(8),
  parentSpanId: id(8),
  traceState: text,
  flags: count,
  name: text,
  kind: fc.nat({ max: 5 }),
  start: time,
  end: time,
  ...holder,
  events: fc.array(fc.record({ time, name: text, ...holder }), { maxLength: 2 }),
  droppedEvents: count,
  links: fc.array(fc.record({ traceId: id(16), spanId: id(8), traceState: text, flags: count, ...holder }), {
    maxLength: 2,
  }),
  droppedLinks: count,
  statusCode: fc.nat({ max: 2 }),
  statusMessage: text,
})

const logRecord: fc.Arbitrary<LogRecord> = fc.record({
  time,
  observedTime: time,
  severityNumber: fc.nat({ max: 24 }),
  severityText: text,
  body: value,
  ...holder,
  flags: count,
  traceId: id(16),
  spanId: id(8),
  eventName: text,
})

function batchOf<T>(item: fc.Arbitrary<T>): fc.Arbitrary<Batch<T>> {
  const scope = fc.record({ name: text, version: text, ...holder })
  const scopes = fc.array(fc.record({ scope, items: fc.array(item, { maxLength: 3 }), schemaUrl: text }), {
    maxLength: 2,
  })
  return fc.array(fc.record({ resource: fc.record(holder), scopes, schemaUrl: text }), { maxLength: 2 })
}

export const anyTraces = batchOf(span)
export const anyLogs = batchOf(logRecord)
