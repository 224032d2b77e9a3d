/**
 * Ids that are none: the reference engine refuses one of another length (`invalid length for TraceID`), and takes one
 * of zeros for an absent one (W3C Trace Context §3.2.2.3; pdata `TraceID.IsEmpty`).
 */
import { expect } from 'chai'
import { CollectorError } from '../../../collector/errors.ts'
import { FieldJudge } from '../../../collector/splice/field-judge.ts'
import { LogSplicer } from '../../../collector/splice/splice-logs.ts'
import { TraceSplicer } from '../../../collector/splice/splice-traces.ts'
import { tracesFromJson } from '../../../collector/wire/json.ts'
import { decodeLogs } from '../../../collector/wire/logs.ts'
import { decodeTraces } from '../../../collector/wire/traces.ts'
import { isDigestOfText } from '../../../privacy/detect/encoded.ts'
import { createFence } from '../../../privacy/fence.ts'

const judge = () => new FieldJudge((count) => createFence({ policy: { mode: 'enforce' }, count }))
const traces = new TraceSplicer({ judge: judge(), day: () => 1, isObserved: false })
const logs = new LogSplicer({ judge: judge(), day: () => 1 })

const framed = (tag: number, content: Uint8Array) => Buffer.from([tag, content.length, ...content])
/** A request of one item, written by hand: the writer leaves empty ids out. */
const requestOf = (item: Uint8Array) => framed(0x0a, framed(0x12, framed(0x12, item)))
const spanOf = (trace: Uint8Array, span: Uint8Array) =>
  requestOf(Buffer.concat([framed(0x0a, trace), framed(0x12, span), framed(0x22, span)]))
const recordOf = (trace: Uint8Array, span: Uint8Array) =>
  requestOf(Buffer.concat([framed(0x4a, trace), framed(0x52, span)]))
const filled = (length: number) => Buffer.alloc(length, 7)
const jsonOf = (traceId: string, spanId: string) => ({
  resourceSpans: [{ scopeSpans: [{ spans: [{ traceId, spanId }] }] }],
})

describe('an id', () => {
  it('of zeros is none, in every encoding, and the way over the bytes leaves it to the model', () => {
    const zeros = spanOf(Buffer.alloc(16), Buffer.alloc(8))
    const [span] = decodeTraces(zeros)[0]?.scopes[0]?.items ?? []
    expect(span).to.include({ traceId: '', spanId: '', parentSpanId: '' })
    const [record] = decodeLogs(recordOf(Buffer.alloc(16), Buffer.alloc(8)))[0]?.scopes[0]?.items ?? []
    expect(record).to.include({ traceId: '', spanId: '' })
    const [read] = tracesFromJson(jsonOf('0'.repeat(32), '0'.repeat(16)))[0]?.scopes[0]?.items ?? []
    expect(read).to.include({ traceId: '', spanId: '' })
    expect(traces.splice(zeros)).to.equal(undefined)
    expect(logs.splice(recordOf(Buffer.alloc(16), filled(8)))).to.equal(undefined)
  })

  it('of a trace that is a readable text is none, because it may be a name', () => {
    const name = Buffer.from('Cosmo Brandywine')
    const bytes = spanOf(name, filled(8))
    expect(decodeTraces(bytes)[0]?.scopes[0]?.items[0]?.traceId).to.equal('')
    expect(decodeLogs(recordOf(name, filled(8)))[0]?.scopes[0]?.items[0]?.traceId).to.equal('')
    const json = jsonOf(name.toString('hex'), '07'.repeat(8))
    expect(tracesFromJson(json)[0]?.scopes[0]?.items[0]?.traceId).to.equal('')
    expect(traces.splice(bytes)).to.equal(undefined)
  })

  for (const text of [
    'Anna Brandywine\0',
    '\0Anna Brandywine',
    'Brandywine\0\0\0\0\0\0',
    '\0\0\0\0\0\0\0\0Quillonz',
    'Кузнецов',
    '\0\0Кузнецо',
  ]) {
    it(`of a trace that is the text ${JSON.stringify(text)} is none at every door`, () => {
      const bytes = spanOf(Buffer.from(text), filled(8))
      expect(decodeTraces(bytes)[0]?.scopes[0]?.items[0]?.traceId).to.equal('')
      const hex = Buffer.from(text).toString('hex')
      expect(tracesFromJson(jsonOf(hex, '07'.repeat(8)))[0]?.scopes[0]?.items[0]?.traceId).to.equal('')
      expect(traces.splice(bytes)).to.equal(undefined)
      const attribute = createFence({ policy: { mode: 'enforce' } }).attribute(
        'span.attribute',
        'trace_id',
        hex,
      )
      expect(attribute).to.equal(undefined)
      expect(isDigestOfText(hex)).to.equal(true)
    })
  }

  it('of a trace whose bytes are no text is one, with zeros before it too', () => {
    for (const hex of [
      'aa5f1c2b3d4e5f60718293a4b5c6d7e8',
      '0000000000000000463ac35c9f6413ad',
      '41424344454647ff4142434445464748',
    ])
      expect(tracesFromJson(jsonOf(hex, '07'.repeat(8)))[0]?.scopes[0]?.items[0]?.traceId).to.equal(hex)
  })

  it('that somebody typed is one', () => {
    for (const byte of [0x22, 0x33, 0x61]) {
      const bytes = spanOf(Buffer.alloc(16, byte), filled(8))
      expect(traces.splice(bytes)?.summary.items).to.equal(1)
      expect(decodeTraces(bytes)[0]?.scopes[0]?.items[0]?.traceId).to.have.length(32)
    }
  })

  it('that begins with a zero is one', () => {
    const trace = Buffer.concat([Buffer.alloc(15), Buffer.from([1])])
    const bytes = spanOf(trace, filled(8))
    expect(decodeTraces(bytes)[0]?.scopes[0]?.items[0]?.traceId).to.equal(trace.toString('hex'))
    expect(traces.splice(bytes)?.summary.items).to.equal(1)
  })

  for (const [trace, span] of [
    [8, 8],
    [15, 8],
    [17, 8],
    [16, 7],
    [16, 16],
  ] as const) {
    it(`of ${trace} bytes for a trace and ${span} for a span is refused with its request`, () => {
      const isRefused = (run: () => unknown) =>
        expect(run).to.throw(CollectorError).with.property('code', 'OTLP_MALFORMED')
      const bytes = spanOf(filled(trace), filled(span))
      expect(traces.splice(bytes)).to.equal(undefined)
      isRefused(() => decodeTraces(bytes))
      isRefused(() => decodeLogs(recordOf(filled(trace), filled(span))))
      isRefused(() => tracesFromJson(jsonOf('07'.repeat(trace), '07'.repeat(span))))
    })
  }
})
