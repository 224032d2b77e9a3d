/** Random batches of the model, over every field and kind of value that OTLP has. */
import fc from 'fast-check'
import type { Metric, MetricData } from '../../collector/process/metric-model.ts'
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

const real = double.map(({ double: value }) => value)
const maybe = fc.option(real, { nil: undefined })
const exemplars = fc.array(
  fc.record({
    attributes: holder.attributes,
    time,
    value: fc.oneof(whole, double, fc.constant(undefined)),
    spanId: id(8),
    traceId: id(16),
  }),
  { maxLength: 2 },
)
const frame = { attributes: holder.attributes, start: time, time, flags: count }
const totals = { count: time, sum: maybe, min: maybe, max: maybe }
const signed = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
const buckets = fc.record({ offset: signed, counts: fc.array(time, { maxLength: 4 }) })
const points = <T>(point: fc.Arbitrary<T>) => fc.array(point, { maxLength: 2 })
const temporality = fc.nat({ max: 2 })
const numberPoint = fc.record({
  ...frame,
  value: fc.oneof(whole, double, fc.constant(undefined)),
  exemplars,
})

const metricData: fc.Arbitrary<MetricData> = fc.oneof(
  fc.record({ kind: fc.constant('gauge' as const), points: points(numberPoint) }),
  fc.record({
    kind: fc.constant('sum' as const),
    points: points(numberPoint),
    temporality,
    isMonotonic: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('histogram' as const),
    points: points(
      fc.record({
        ...frame,
        ...totals,
        bucketCounts: fc.array(time, { maxLength: 4 }),
        bounds: fc.array(real, { maxLength: 3 }),
        exemplars,
      }),
    ),
    temporality,
  }),
  fc.record({
    kind: fc.constant('exponential_histogram' as const),
    points: points(
      fc.record({
        ...frame,
        ...totals,
        scale: signed,
        zeroCount: time,
        zeroThreshold: real,
        positive: buckets,
        negative: buckets,
        exemplars,
      }),
    ),
    temporality,
  }),
  fc.record({
    kind: fc.constant('summary' as const),
    points: points(
      fc.record({
        ...frame,
        count: time,
        sum: real,
        quantiles: fc.array(fc.record({ quantile: real, value: real }), { maxLength: 3 }),
      }),
    ),
  }),
)

const metric: fc.Arbitrary<Metric> = fc.record({
  name: text,
  description: text,
  unit: text,
  metadata: holder.attributes,
  data: fc.option(metricData, { nil: undefined }),
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
export const anyMetrics = batchOf(metric)
