import { expect } from 'chai'
import { acceptTraceState, formatTraceparent, parseTraceparent } from '../../sdk/trace/traceparent.ts'

const trace = '0af7651916cd43dd8448eb211c80319c'
const span = 'b7ad6b7169203331'

describe('traceparent (vectors of W3C trace-context, test/test.py)', () => {
  for (const header of [
    `00-${trace}-${span}-01`,
    `00-${trace}-${span}-00`,
    `01-${trace}-${span}-01`,
    `cc-${trace}-${span}-01-what-the-future-will-be-like`,
    `cc-${trace}-${span}-01-`,
  ]) {
    it(`continues ${header}`, () => {
      expect(parseTraceparent(header)).to.include({ traceId: trace, spanId: span, isRemote: true })
    })
  }

  for (const header of [
    '',
    '00',
    `00-${trace}-${span}`,
    `00-${trace}-${span}-01-extra`,
    `00-${trace}-${span}-01.what`,
    `cc-${trace}-${span}-01.what`,
    `ff-${trace}-${span}-01`,
    `.0-${trace}-${span}-01`,
    `00-${'0'.repeat(32)}-${span}-01`,
    `00-${trace}-${'0'.repeat(16)}-01`,
    `00-${trace.toUpperCase()}-${span}-01`,
    `00-${trace.slice(0, 31)}-${span}-01`,
    `00-.${trace.slice(1)}-${span}-01`,
    `00-${trace}-${span}-.0`,
    `00-${trace}-${span}-0`,
    `00-${trace}-${span}-001`,
    ` 00-${trace}-${span}-01 `,
    `00-${trace}-${span}-01,00-${trace}-${span}-01`,
  ]) {
    it(`begins a new trace for "${header}"`, () => {
      expect(parseTraceparent(header)).to.equal(undefined)
    })
  }

  it('writes what it reads', () => {
    const header = `00-${trace}-${span}-01`
    const parsed = parseTraceparent(header)
    expect(parsed === undefined ? undefined : formatTraceparent(parsed)).to.equal(header)
  })

  it('carries a tracestate unchanged and drops one that is malformed, too long or has too many members', () => {
    expect(acceptTraceState('foo=1,bar=2')?.serialize()).to.equal('foo=1,bar=2')
    expect(acceptTraceState(['foo=1', 'bar=2'])?.serialize()).to.equal('foo=1,bar=2')
    expect(acceptTraceState('foo')).to.equal(undefined)
    expect(acceptTraceState('FOO=1')).to.equal(undefined)
    expect(acceptTraceState(`foo=${'x'.repeat(600)}`)).to.equal(undefined)
    expect(acceptTraceState(Array.from({ length: 33 }, (_, n) => `k${n}=1`).join(','))).to.equal(undefined)
  })
})
