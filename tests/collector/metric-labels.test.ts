import { expect } from 'chai'
import { openFence } from '../../collector/open-fence.ts'
import { pointsOf } from '../../collector/process/metric-model.ts'
import { metricsFromJson } from '../../collector/wire/metrics-json.ts'
import { tracesFromJson } from '../../collector/wire/json.ts'
import type { Appliance } from '../../collector/config/appliance.ts'

const expires = '2999-12-31'
const allow: Appliance['privacy']['allow'] = [
  { key: 'course.code', value: 'word', owner: 'registrar', expires },
  { key: 'queue.kind', value: 'word', owner: 'operations', expires, label: true },
]
const redactor = () =>
  openFence({
    appliance: { store: {}, query: {}, faro: {}, privacy: { allow } },
    hmacKey: Buffer.alloc(32, 7),
    isLapsed: () => false,
    isObserved: false,
  }).of('otlp').redactor

const attributes = ['enduser.id', 'course.code', 'queue.kind', 'campus.role'].map((key) => ({
  key,
  value: { stringValue: key === 'campus.role' ? 'student' : 'abc' },
}))
const keysOf = (list: readonly { readonly key: string }[] = []) => list.map(({ key }) => key)

describe('labels of pushed and scraped metrics', () => {
  it('name no one person, not even by a pseudonym, and no group that nobody answers for', () => {
    const metric = { name: 'jobs', sum: { dataPoints: [{ asInt: '1', attributes }] } }
    const batch = metricsFromJson({
      resourceMetrics: [
        { resource: { attributes }, scopeMetrics: [{ scope: { attributes }, metrics: [metric] }] },
      ],
    })
    redactor().metrics(batch)
    const [group] = batch
    const [scoped] = group?.scopes ?? []
    const kept = ['queue.kind', 'campus.role']
    expect(keysOf(group?.resource.attributes)).to.deep.equal(kept)
    expect(keysOf(scoped?.scope.attributes)).to.deep.equal(kept)
    const [point] = scoped?.items.flatMap((each) => [...pointsOf(each)]) ?? []
    expect(keysOf(point?.attributes)).to.deep.equal(kept)
  })

  it('are stricter than attributes of spans, which are of one request anyway', () => {
    const batch = tracesFromJson({ resourceSpans: [{ resource: { attributes }, scopeSpans: [] }] })
    redactor().traces(batch)
    expect(keysOf(batch[0]?.resource.attributes)).to.deep.equal(keysOf(attributes))
  })
})
