/** Lists of attributes behind the fence: each key once, the first of those that pass, and a bounded number. */
import { expect } from 'chai'
import { emptyMetric, emptyNumberPoint } from '../../../collector/process/metric-model.ts'
import {
  emptyLogRecord,
  emptyResource,
  emptyScope,
  type Attribute,
  type Value,
} from '../../../collector/process/model.ts'
import { createRedactor } from '../../../collector/process/redact.ts'
import { createFence } from '../../../privacy/fence.ts'
import type { FenceMode } from '../../../privacy/policy.ts'

/** Puts one record through the fence and tells what is left and what was counted. */
function redactRecord(attributes: Attribute[], body?: Value, mode: FenceMode = 'enforce') {
  const redactor = createRedactor((count) => createFence({ policy: { mode }, count }))
  const record = { ...emptyLogRecord(), attributes, body }
  const scopes = [{ scope: emptyScope(), schemaUrl: '', items: [record] }]
  redactor.logs([{ resource: emptyResource(), schemaUrl: '', scopes }])
  const counts: [string, string, number][] = []
  redactor.report((rule, place, times) => counts.push([rule, place, times]))
  return { record, counts }
}

const method = (value: Value): Attribute => ({ key: 'http.request.method', value })
const status = (value: Value): Attribute => ({ key: 'http.response.status_code', value })

describe('a list of attributes behind the fence', () => {
  it('has each key once: the first that passes stays', () => {
    const { record, counts } = redactRecord([
      method(7),
      method('GET'),
      status(200),
      method('PUT'),
      status(500),
    ])
    expect(record.attributes).to.deep.equal([method('GET'), status(200)])
    expect(counts).to.deep.equal([
      ['value_type', 'log.attribute', 1],
      ['key_repeated', 'log.attribute', 2],
    ])
  })

  it('has each key once whatever lists came before it', () => {
    const redactor = createRedactor((count) => createFence({ policy: { mode: 'enforce' }, count }))
    const lists = [
      [method('GET'), status(200)],
      [method('GET'), status(200), method('PUT')],
      [status(200), method('GET'), status(500)],
      [status(200), method('GET'), status(500)],
      [method('GET'), method('PUT'), status(200)],
      [],
      [method('GET'), status(200)],
    ]
    const items = lists.map((attributes) => ({ ...emptyLogRecord(), attributes }))
    const scopes = [{ scope: emptyScope(), schemaUrl: '', items }]
    redactor.logs([{ resource: emptyResource(), schemaUrl: '', scopes }])
    const [methodFirst, statusFirst] = [
      [method('GET'), status(200)],
      [status(200), method('GET')],
    ]
    expect(items.map(({ attributes }) => attributes)).to.deep.equal([
      methodFirst,
      methodFirst,
      statusFirst,
      statusFirst,
      methodFirst,
      [],
      methodFirst,
    ])
  })

  it('has each key once where the fence only observes, or is off', () => {
    const many = () => Array.from({ length: 100 }, (_, at) => ({ key: `own.${at % 90}`, value: at }))
    for (const mode of ['observe', 'off'] as const) {
      const { record } = redactRecord(many(), undefined, mode)
      expect(record.attributes).to.deep.equal(many().slice(0, 90))
    }
  })

  it('is bounded, and the rest is not looked at', () => {
    const attributes = Array.from({ length: 1_023 }, (_, at) => ({ key: `unlisted.${at}`, value: at }))
    const { record, counts } = redactRecord([...attributes, method('GET'), status(200)])
    expect(record.attributes).to.deep.equal([method('GET')])
    expect(counts).to.deep.equal([
      ['too_many', 'log.attribute', 1],
      ['key_unlisted', 'log.attribute', 1_023],
    ])
  })

  it('of a map in a body has each key once too', () => {
    const { record, counts } = redactRecord([], {
      map: [status(200), method('GET'), status({ double: 500 })],
    })
    expect(record.body).to.deep.equal({ map: [status(200), method('GET')] })
    expect(counts).to.deep.equal([['key_repeated', 'log.body', 1]])
  })

  it('of points makes those one that nothing tells apart any more', () => {
    const redactor = createRedactor((count) => createFence({ policy: { mode: 'enforce' }, count }))
    const points = ['GET', 'PUT'].map((other) => ({
      ...emptyNumberPoint(),
      attributes: [method('POST'), method(other)],
      value: 1,
    }))
    const metric = {
      ...emptyMetric(),
      data: { kind: 'sum' as const, temporality: 1, isMonotonic: true, points },
    }
    const scopes = [{ scope: emptyScope(), schemaUrl: '', items: [metric] }]
    redactor.metrics([{ resource: emptyResource(), schemaUrl: '', scopes }])
    expect(metric.data.points.map(({ value }) => value)).to.deep.equal([2])
  })
})
