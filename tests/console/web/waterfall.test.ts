import { expect } from 'chai'
import type { Span } from '../../../console/sources/shapes.ts'
import { layOut } from '../../../console/web/waterfall.ts'

function span(spanId: string, parentSpanId: string | undefined, start: number, end: number): Span {
  return {
    spanId,
    ...(parentSpanId === undefined ? {} : { parentSpanId }),
    name: spanId,
    kind: 'SERVER',
    service: 'gateway',
    startTimeUnixNano: String(1_795_000_000_000_000_000n + BigInt(start) * 1_000_000n),
    endTimeUnixNano: String(1_795_000_000_000_000_000n + BigInt(end) * 1_000_000n),
    status: 'UNSET',
    attributes: {},
  }
}

describe('the waterfall of a trace', () => {
  it('puts children under their parents in the order they began', () => {
    const { rows } = layOut([
      span('c', 'a', 6, 8),
      span('a', undefined, 0, 10),
      span('b', 'a', 2, 4),
      span('d', 'b', 3, 4),
    ])
    expect(rows.map(({ span: { spanId }, depth }) => [spanId, depth])).to.deep.equal([
      ['a', 0],
      ['b', 1],
      ['d', 2],
      ['c', 1],
    ])
  })

  it('places bars exactly, however large the nanoseconds', () => {
    const { rows, durationMillis } = layOut([span('a', undefined, 0, 10), span('b', 'a', 5, 10)])
    expect(durationMillis).to.equal(10)
    expect(rows[1]).to.include({ start: 0.5, width: 0.5, durationMillis: 5 })
  })

  it('makes a root of a span whose parent is not stored', () => {
    expect(layOut([span('b', 'gone', 0, 1)]).rows[0]?.depth).to.equal(0)
  })

  it('draws every span once, in a circle of parents too', () => {
    const rows = layOut([span('a', 'b', 0, 1), span('b', 'a', 0, 1), span('c', 'c', 0, 1)]).rows
    expect(rows.map(({ span: { spanId } }) => spanId).sort()).to.deep.equal(['a', 'b', 'c'])
  })

  it('draws a trace that took no time, and none', () => {
    expect(layOut([span('a', undefined, 3, 3)]).rows[0]).to.include({ start: 0, width: 1 })
    expect(layOut([]).rows).to.deep.equal([])
  })
})
