import { expect } from 'chai'
import type { PromResult } from '../../../console/charts/answers.ts'
import { exemplarsOf } from '../../../console/charts/exemplars.ts'
import { marksAt, marksOf, spansOf } from '../../../console/charts/marks.ts'

const query = {
  name: 'Alerts',
  expression: 'ALERTS',
  color: 'red',
  title: '{{alertname}}',
  text: '{{severity}} {{tenant}}',
}
const firing: PromResult = {
  resultType: 'matrix',
  result: [
    {
      metric: { alertname: 'HighCpu', severity: 'warning' },
      values: [10, 20, 30, 80, 90].map((time): readonly [number, string] => [time, '1']),
    },
  ],
}
const traceId = 'a'.repeat(32)
const exemplar = (timestamp: number, value: string, id = traceId) => ({
  labels: { trace_id: id },
  value,
  timestamp,
})

describe('what explains a chart', () => {
  it('is one mark for each time an alert fired', () => {
    const marks = marksOf(firing, query, 10)
    expect(marks.map(({ start, end }) => [start, end])).to.deep.equal([
      [10, 30],
      [80, 90],
    ])
    expect(marks[0]).to.include({ title: 'HighCpu', text: 'warning', tone: 'red' })
  })

  it('covers a chart once, however many alerts fire at a time', () => {
    const mark = (start: number, end: number, tone: 'red' | 'blue') => ({
      start,
      end,
      tone,
      title: '',
      text: '',
      labels: {},
    })
    const spans = spansOf([
      mark(20, 40, 'red'),
      mark(10, 25, 'red'),
      mark(15, 16, 'blue'),
      mark(50, 60, 'red'),
    ])
    expect(spans).to.deep.equal([
      { start: 10, end: 40, tone: 'red' },
      { start: 15, end: 16, tone: 'blue' },
      { start: 50, end: 60, tone: 'red' },
    ])
  })

  it('is found at its moments', () => {
    const marks = marksOf(firing, query, 10)
    expect([4, 5, 35, 50, 80].map((moment) => marksAt(marks, moment, 10).length)).to.deep.equal([
      0, 1, 1, 0, 1,
    ])
  })
})

describe('exemplars of a chart', () => {
  it('are the largest of those near in time', () => {
    const found = [{ seriesLabels: {}, exemplars: [exemplar(1, '5'), exemplar(2, '9'), exemplar(60, '1')] }]
    expect(exemplarsOf(found, { start: 0, end: 100 }, 2).map(({ value }) => value)).to.deep.equal([9, 1])
  })

  it('are left out beyond the range, without a trace, and with a trace that is no id', () => {
    const exemplars = [
      exemplar(200, '1'),
      { labels: {}, value: '1', timestamp: 5 },
      exemplar(5, '1', '../../elsewhere'),
      exemplar(5, 'NaN'),
    ]
    expect(exemplarsOf([{ seriesLabels: {}, exemplars }], { start: 0, end: 100 }, 10)).to.deep.equal([])
  })
})
