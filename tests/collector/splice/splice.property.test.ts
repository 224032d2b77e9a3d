/** The path over the bytes against the path over the model: one meaning, two ways to it. */
import { expect } from 'chai'
import fc from 'fast-check'
import { CollectorError } from '../../../collector/errors.ts'
import { createRedactor } from '../../../collector/process/redact.ts'
import { SpanMetrics } from '../../../collector/process/span-metrics.ts'
import { summarizeLogs, summarizeSpans, type Summary } from '../../../collector/process/summary.ts'
import { FieldJudge } from '../../../collector/splice/field-judge.ts'
import { LogSplicer } from '../../../collector/splice/splice-logs.ts'
import { TraceSplicer } from '../../../collector/splice/splice-traces.ts'
import { decodeLogs, encodeLogs } from '../../../collector/wire/logs.ts'
import { decodeTraces, encodeTraces } from '../../../collector/wire/traces.ts'
import { ProtobufWriter } from '../../../collector/wire/writer.ts'
import type { Fence } from '../../../privacy/fence.ts'
import { createFence } from '../../../privacy/fence.ts'
import type { Place } from '../../../privacy/place.ts'
import type { Rule } from '../../../privacy/rule.ts'
import { propertyRuns } from '../../support/property.ts'
import { testPseudonyms } from '../../support/pseudonyms.ts'
import type { NoteBlocked } from '../../../collector/process/blocked-keys.ts'
import type { Batch, Span } from '../../../collector/process/model.ts'
import { anyLogs, anyTraces } from '../arbitrary.ts'
import { attributeListsOf, eachKeyOnce, withListedKeys } from '../listed-keys.ts'
import { spansOf } from '../generate.ts'

const makeFence = (count: (rule: Rule, place: Place) => void, blocked?: NoteBlocked): Fence =>
  createFence({
    policy: { mode: 'enforce' },
    count,
    pseudonyms: testPseudonyms,
    ...(blocked === undefined ? {} : { blocked }),
  })
const metricsOptions = {
  buckets: [0.01, 1],
  unit: 's',
  dimensions: [],
  cardinalityLimit: 3,
  exemplars: true,
} as const

/** Spans of some seconds: what lasts a century is left to the model. */
const anySpans = anyTraces.map((batch): Batch<Span> => {
  for (const { scopes } of batch) {
    for (const { items } of scopes)
      for (const span of items) span.end = span.start + (span.end % 10_000_000_000n)
  }
  return batch
})

/** Both ways for one signal, each with a fence of its own. */
function ways() {
  const blocked = { bytes: new Map<string, number>(), model: new Map<string, number>() }
  const noteIn = (counts: Map<string, number>) => (name: string, rule: Rule, place: Place) => {
    const key = `${name} ${rule} ${place}`
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  const redactor = createRedactor((count) => makeFence(count, noteIn(blocked.model)))
  const onBlocked = noteIn(blocked.bytes)
  const options = {
    judge: new FieldJudge(makeFence),
    onBlocked,
    day: () => 1,
    bounds: { slots: 64, arena: 4_096 },
  }
  const traces = new TraceSplicer({ ...options, isObserved: true })
  const logs = new LogSplicer({ ...options, judge: new FieldJudge(makeFence) })
  const metrics = { seen: new SpanMetrics(metricsOptions), model: new SpanMetrics(metricsOptions) }
  return {
    blocked,
    redactor,
    traces,
    logs,
    metrics,
    modelTraces: (bytes: Buffer) => {
      const batch = decodeTraces(bytes)
      redactor.traces(batch)
      metrics.model.add(batch)
      return { batch, summary: summarizeSpans(batch) }
    },
    modelLogs: (bytes: Buffer) => {
      const batch = decodeLogs(bytes)
      redactor.logs(batch)
      return { batch, summary: summarizeLogs(batch) }
    },
  }
}

function countsOf({ report }: { report: (told: (rule: Rule, place: Place, times: number) => void) => void }) {
  const counts = new Map<string, number>()
  report((rule, place, times) =>
    counts.set(`${rule} ${place}`, (counts.get(`${rule} ${place}`) ?? 0) + times),
  )
  return new Map([...counts].sort(([one], [other]) => (one < other ? -1 : 1)))
}

const plain = (summary: Summary) => ({
  ...summary,
  services: [...summary.services].sort(),
  traces: [...summary.traces].sort((one, other) => one - other),
})

describe('the fence over the bytes', () => {
  it('makes of spans what the fence over the model makes of them, counts the same and measures the same', () => {
    const both = ways()
    let spliced = 0
    fc.assert(
      fc.property(anySpans, (batch) => {
        const bytes = encodeTraces(new ProtobufWriter(), batch)
        const found = both.traces.splice(bytes)
        if (found === undefined) return
        spliced++
        const model = both.modelTraces(bytes)
        expect(decodeTraces(found.bytes)).to.deep.equal(model.batch)
        expect(plain(found.summary)).to.deep.equal(plain(model.summary))
        both.metrics.seen.addSeen(found.seen, bytes)
      }),
      propertyRuns({ ci: 600, soak: 20_000 }),
    )
    expect(spliced).to.be.above(200)
    expect(countsOf({ report: both.traces.report.bind(both.traces) })).to.deep.equal(countsOf(both.redactor))
    expect(both.blocked.bytes.size).to.be.above(0)
    expect(both.blocked.bytes).to.deep.equal(both.blocked.model)
    expect([...both.metrics.seen.series()]).to.deep.equal([...both.metrics.model.series()])
  })

  it('makes of log records what the fence over the model makes of them, and counts the same', () => {
    const both = ways()
    let spliced = 0
    fc.assert(
      fc.property(anyLogs, (batch) => {
        const bytes = encodeLogs(new ProtobufWriter(), batch)
        const found = both.logs.splice(bytes)
        if (found === undefined) return
        spliced++
        const model = both.modelLogs(bytes)
        expect(decodeLogs(found.bytes)).to.deep.equal(model.batch)
        expect(plain(found.summary)).to.deep.equal(plain(model.summary))
      }),
      propertyRuns({ ci: 600, soak: 20_000 }),
    )
    expect(spliced).to.be.above(500)
    expect(countsOf({ report: both.logs.report.bind(both.logs) })).to.deep.equal(countsOf(both.redactor))
    expect(both.blocked.bytes).to.deep.equal(both.blocked.model)
  })

  it('has each key of a list once, and so has the model, which gets what has one again', () => {
    const both = ways()
    const outcomes = { spliced: 0, left: 0 }
    fc.assert(
      fc.property(withListedKeys(anySpans), (batch) => {
        const bytes = encodeTraces(new ProtobufWriter(), batch)
        const found = both.traces.splice(bytes)
        const before = attributeListsOf(decodeTraces(bytes)).map(eachKeyOnce)
        const { batch: model } = both.modelTraces(bytes)
        const after = attributeListsOf(model)
        expect(after.every(eachKeyOnce)).to.equal(true)
        if (found === undefined) {
          outcomes.left++
          expect(before).to.include(false)
          // The other way is not held against this one then.
          both.redactor.report(() => undefined)
          both.traces.report(() => undefined)
          return
        }
        outcomes.spliced++
        expect(decodeTraces(found.bytes)).to.deep.equal(model)
        const [spliced, redacted] = [
          countsOf({ report: both.traces.report.bind(both.traces) }),
          countsOf(both.redactor),
        ]
        expect(spliced).to.deep.equal(redacted)
      }),
      propertyRuns({ ci: 600, soak: 20_000 }),
    )
    expect(outcomes.left).to.be.above(50)
    expect(outcomes.spliced).to.be.above(50)
  })

  it('leaves a list of very many attributes to the model, which looks at the first of them', () => {
    const both = ways()
    for (const [count, isLeft] of [
      [1_024, false],
      [1_025, true],
    ] as const) {
      const [group] = spansOf(1)
      const attributes = group?.scopes[0]?.items[0]?.attributes ?? []
      while (attributes.length < count) attributes.push({ key: `unlisted.${attributes.length}`, value: 1 })
      const bytes = encodeTraces(new ProtobufWriter(), group === undefined ? [] : [group])
      expect(both.traces.splice(bytes) === undefined).to.equal(isLeft)
    }
  })

  it('hands on the very bytes that came where nothing is to be changed', () => {
    const { traces } = ways()
    const bytes = traces.splice(encodeTraces(new ProtobufWriter(), spansOf(20)))?.bytes ?? Buffer.alloc(0)
    expect(bytes.length).to.be.above(1_000)
    expect(traces.splice(bytes)?.bytes).to.equal(bytes)
    expect(traces.splice(bytes)?.bytes).to.equal(bytes)
  })

  /** Tells what both ways make of damaged bytes. */
  const both = ways()
  function holdSame(bytes: Buffer): void {
    const attempt = (run: () => unknown): unknown => {
      try {
        return run()
      } catch (error) {
        expect(error).to.be.instanceOf(CollectorError)
        return (error as CollectorError).code
      }
    }
    const found = attempt(() => {
      const spliced = both.traces.splice(bytes)
      return spliced === undefined ? undefined : decodeTraces(spliced.bytes)
    })
    // What it leaves to the model is not its answer.
    if (found !== undefined) expect(found).to.deep.equal(attempt(() => both.modelTraces(bytes).batch))
  }

  const request = encodeTraces(
    new ProtobufWriter(),
    spansOf(2).map((group) => ({ ...group, schemaUrl: 'https://opentelemetry.io/schemas/1.37.0' })),
  )

  it('makes the same of bytes cut at every offset, or leaves them to the model', () => {
    for (let length = 0; length < request.length; length++) holdSame(Buffer.from(request.subarray(0, length)))
  })

  it('makes the same of bytes of which any bit is flipped, or leaves them to the model', () => {
    for (let bit = 0; bit < request.length * 8; bit++) {
      const damaged = Buffer.from(request)
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      holdSame(damaged)
    }
  })

  it('makes the same of random bytes, or leaves them to the model', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => holdSame(Buffer.from(bytes))),
      propertyRuns({ ci: 1_000, soak: 50_000 }),
    )
  })

  it('leaves what it does not know to the model, which takes it away', () => {
    const writer = new ProtobufWriter()
    const open = [0x0a, 0x12, 0x12].map((tag) => writer.begin(tag))
    writer.text(0x2a, 'GET /courses/:id')
    writer.text(0x92, 'jane.doe@university.example')
    for (const mark of open.reverse()) writer.end(mark)
    expect(ways().traces.splice(writer.take())).to.equal(undefined)
  })

  it('leaves a field that comes twice to the model, which keeps one of them', () => {
    const text = Buffer.from('jane.doe@campus.example ssn 078-05-1120 lives at 1'.padEnd(64))
    const fields: readonly (readonly [number, Buffer])[] = [
      [0x0a, Buffer.concat([Buffer.of(16), text.subarray(0, 16)])],
      [0x12, Buffer.concat([Buffer.of(8), text.subarray(16, 24)])],
      [0x39, text.subarray(24, 32)],
      [0x2a, Buffer.concat([Buffer.of(8), text.subarray(32, 40)])],
    ]
    for (const [tag, content] of fields) {
      const writer = new ProtobufWriter()
      const open = [0x0a, 0x12, 0x12].map((outer) => writer.begin(outer))
      for (let turn = 0; turn < 2; turn++) writer.raw(Buffer.concat([Buffer.of(tag), content]))
      for (const mark of open.reverse()) writer.end(mark)
      expect(ways().traces.splice(writer.take()), tag.toString(16)).to.equal(undefined)
    }
  })

  it('leaves a request of too many parts to the model, which refuses it', () => {
    const span = Buffer.of(0x12, 0)
    const writer = new ProtobufWriter()
    const open = [0x0a, 0x12].map((outer) => writer.begin(outer))
    writer.raw(Buffer.concat(Array.from({ length: 600_001 }, () => span)))
    for (const mark of open.reverse()) writer.end(mark)
    const bytes = writer.take()
    expect(ways().traces.splice(bytes)).to.equal(undefined)
    expect(() => decodeTraces(bytes))
      .to.throw(CollectorError)
      .with.property('code', 'OTLP_TOO_MANY')
  })

  it('counts nothing for a request that it leaves to the model', () => {
    const writer = new ProtobufWriter()
    const open = [0x0a, 0x12, 0x12].map((tag) => writer.begin(tag))
    writer.text(0x2a, 'jane.doe@campus.example')
    writer.text(0x92, 'unknown')
    for (const mark of open.reverse()) writer.end(mark)
    const { traces } = ways()
    traces.splice(writer.take())
    expect(countsOf({ report: traces.report.bind(traces) }).size).to.equal(0)
  })

  it('forgets what it knew when the day ends', () => {
    let day = 1
    let asked = 0
    const judge = new FieldJudge((count) => {
      const fence = makeFence(count)
      return { ...fence, attribute: (place, key, value) => (asked++, fence.attribute(place, key, value)) }
    })
    const splicer = new TraceSplicer({ judge, day: () => day, isObserved: false })
    const bytes = encodeTraces(new ProtobufWriter(), spansOf(1))
    splicer.splice(bytes)
    const first = asked
    // What comes for the second time is remembered.
    splicer.splice(bytes)
    splicer.splice(bytes)
    expect(asked).to.equal(2 * first)
    day = 2
    splicer.splice(bytes)
    expect(asked).to.equal(3 * first)
  })
})
