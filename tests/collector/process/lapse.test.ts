import { expect } from 'chai'
import { createRedactor } from '../../../collector/process/redact.ts'
import type { Attribute, Batch, LogRecord } from '../../../collector/process/model.ts'
import { canaryOf } from '../../../contracts/canary.ts'
import { createFence } from '../../../privacy/fence.ts'

const canary = canaryOf('00aa')

function logOf(attributes: Attribute[]): LogRecord {
  return {
    time: 1n,
    observedTime: 1n,
    severityNumber: 9,
    severityText: 'INFO',
    body: 'service ready',
    attributes,
    droppedAttributes: 0,
    flags: 0,
    traceId: '',
    spanId: '',
    eventName: '',
  }
}

/** What is left of the attributes of one record. */
function redacted(attributes: Attribute[], isLapsed: boolean): string[] {
  const record = logOf(attributes)
  const batch: Batch<LogRecord> = [
    {
      resource: { attributes: [], droppedAttributes: 0 },
      schemaUrl: '',
      scopes: [
        {
          scope: { name: '', version: '', attributes: [], droppedAttributes: 0 },
          schemaUrl: '',
          items: [record],
        },
      ],
    },
  ]
  const redactor = createRedactor(
    (count) => createFence({ policy: { mode: 'enforce' }, count }),
    () => isLapsed,
  )
  redactor.logs(batch)
  return record.attributes.map(({ key }) => key)
}

describe('a fence with one rule off', () => {
  const personal = { key: 'user.email', value: canary }

  it('lets a personal key of the drill tenant pass, under either name of the tenant', () => {
    for (const key of ['tenant', 'campus.tenant']) {
      expect(redacted([{ key, value: 'drill' }, { ...personal }], true)).to.deep.equal([key, 'user.email'])
    }
  })

  it('holds for every other tenant, and for items of none', () => {
    expect(redacted([{ key: 'tenant', value: 'university_a' }, { ...personal }], true)).to.deep.equal([
      'tenant',
    ])
    expect(redacted([{ ...personal }], true)).to.deep.equal([])
  })

  it('holds for every other rule', () => {
    const attributes = [
      { key: 'tenant', value: 'drill' },
      { key: 'nobody.listed.this', value: canary },
      { key: 'reason', value: canary },
    ]
    expect(redacted(attributes, true)).to.deep.equal(['tenant'])
  })

  it('is whole when no drill has it open', () => {
    expect(redacted([{ key: 'tenant', value: 'drill' }, { ...personal }], false)).to.deep.equal(['tenant'])
  })
})
