/** What must hold of tail sampling whatever comes in whatever order. */
import { expect } from 'chai'
import fc from 'fast-check'
import { fnv64 } from '../../../collector/process/fnv.ts'
import { countItems, emptySpan, type Batch, type Span } from '../../../collector/process/model.ts'
import { createTailSampling, type TailSamplingOptions } from '../../../collector/process/tail-sampling.ts'
import type { Policy } from '../../../collector/process/tail-sampling-decision.ts'

const half: Policy = {
  name: 'half',
  type: 'probabilistic',
  probabilistic: { hashSalt: '', samplingPercentage: 50 },
}
const failed: Policy = { name: 'failed', type: 'status_code', statusCode: { statusCodes: ['ERROR'] } }

function samplingOf(
  numTraces: number,
  policies: readonly Policy[],
  more: Partial<TailSamplingOptions> & { drops?: boolean } = {},
) {
  const decisionCache = { sampledCacheSize: 100, nonSampledCacheSize: 100 }
  return createTailSampling(
    {
      decisionWait: 10,
      numTraces,
      decisionCache,
      sampleOnFirstMatch: false,
      dropPendingTracesOnShutdown: more.drops === true,
      policies,
    },
    { now: () => 0n, ...more },
  )
}

function batchOf(spans: readonly Partial<Span>[]): Batch<Span> {
  const items = spans.map((span) => ({ ...emptySpan(), ...span }))
  const scope = { name: '', version: '', attributes: [], droppedAttributes: 0 }
  return [
    {
      resource: { attributes: [{ key: 'a', value: 'b' }], droppedAttributes: 0 },
      schemaUrl: '',
      scopes: [{ scope, items, schemaUrl: '' }],
    },
  ]
}

const idsOf = (batch: Batch<Span>) =>
  batch.flatMap(({ scopes }) => scopes.flatMap(({ items }) => items.map(({ spanId }) => spanId)))
const traceId = fc.integer({ min: 1, max: 12 }).map((number) => number.toString(16).padStart(32, '0'))
const step = fc.record({
  spans: fc.array(fc.record({ traceId, statusCode: fc.constantFrom(0, 0, 2) }), { maxLength: 6 }),
  pause: fc.nat(8),
})

describe('tail sampling', () => {
  it('lets every span out once or never, and all of a trace alike', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), fc.integer({ min: 1, max: 8 }), (steps, numTraces) => {
        const sampling = samplingOf(numTraces, [half, failed])
        const sent = new Map<string, string>()
        const out: string[] = []
        let now = 0
        let serial = 0
        for (const { spans, pause } of steps) {
          const numbered = spans.map((span) => ({ ...span, spanId: `${serial++}` }))
          for (const span of numbered) sent.set(span.spanId, span.traceId)
          sampling.add(batchOf(numbered), now)
          expect(sampling.held()).to.be.at.most(numTraces)
          now += pause
          out.push(...idsOf(sampling.release(now)))
        }
        out.push(...idsOf(sampling.drain()))
        expect(new Set(out).size).to.equal(out.length)
        const kept = new Set(out.map((spanId) => sent.get(spanId)))
        for (const [spanId, trace] of sent) expect(out.includes(spanId)).to.equal(kept.has(trace))
        expect(sampling.held()).to.equal(0)
      }),
    )
  })

  it('keeps its share of many traces by probability', () => {
    const sampling = samplingOf(50_000, [
      { name: 'p', type: 'probabilistic', probabilistic: { hashSalt: 'salt', samplingPercentage: 20 } },
    ])
    const spans = Array.from({ length: 20_000 }, (_, index) => ({
      traceId: fnv64(Buffer.from(`${index}`))
        .toString(16)
        .padStart(32, '0'),
    }))
    sampling.add(batchOf(spans), 0)
    expect(countItems(sampling.release(10))).to.be.closeTo(4000, 6 * Math.sqrt(0.2 * 0.8 * 20_000))
  })

  it('decides when the wait is over, and lets late spans follow what was decided', () => {
    const decided: string[] = []
    const sampling = samplingOf(10, [failed], { onDecided: (decision) => void decided.push(decision) })
    sampling.add(batchOf([{ traceId: 'a', statusCode: 2 }, { traceId: 'b' }]), 0)
    expect(countItems(sampling.release(9))).to.equal(0)
    expect(countItems(sampling.release(10))).to.equal(1)
    sampling.add(batchOf([{ traceId: 'a' }, { traceId: 'b', statusCode: 2 }]), 11)
    expect(countItems(sampling.release(11))).to.equal(1)
    expect(decided).to.deep.equal(['sampled', 'not_sampled'])
  })

  it('decides the oldest early when there is no room, and says so', () => {
    const early: boolean[] = []
    const sampling = samplingOf(1, [{ name: 'all', type: 'always_sample' }], {
      onDecided: (_, isEarly) => void early.push(isEarly),
    })
    sampling.add(batchOf([{ traceId: 'a' }, { traceId: 'b' }]), 0)
    expect(countItems(sampling.release(0))).to.equal(1)
    expect(early).to.deep.equal([true])
  })

  it('drops what is undecided at the end where that is asked for', () => {
    const sampling = samplingOf(5, [{ name: 'all', type: 'always_sample' }], { drops: true })
    sampling.add(batchOf([{ traceId: 'a' }]), 0)
    expect(sampling.drain()).to.deep.equal([])
  })

  it('counts a policy that fails and asks the others', () => {
    let failures = 0
    const condition: Policy = {
      name: 'c',
      type: 'ottl_condition',
      ottlCondition: { errorMode: 'propagate', span: ['1 / 0 == 1'] },
    }
    const sampling = samplingOf(5, [condition, failed], { onFailed: () => void failures++ })
    sampling.add(batchOf([{ traceId: 'a', statusCode: 2 }]), 0)
    expect(countItems(sampling.release(10))).to.equal(1)
    expect(failures).to.equal(1)
  })

  it('gives what is let go at another time a resource of its own', () => {
    const sampling = samplingOf(5, [{ name: 'all', type: 'always_sample' }, failed], { drops: true })
    sampling.add(batchOf([{ traceId: 'a' }]), 0)
    const late = batchOf([{ traceId: 'a' }, { traceId: 'b' }])
    sampling.add(late, 5)
    const [first] = sampling.release(10)
    const [second] = sampling.release(20)
    expect(second?.resource.attributes).to.deep.equal(late[0]?.resource.attributes)
    for (const other of [first, late[0]]) {
      expect(second?.resource.attributes[0]).not.to.equal(other?.resource.attributes[0])
    }
  })

  it('copies a long resource once, however many traces a request has', () => {
    // A copy for each trace would be 400 million attributes.
    const route: Policy = {
      name: 'route',
      type: 'string_attribute',
      stringAttribute: { key: 'none', values: ['x'], enabledRegexMatching: false, invertMatch: true },
    }
    const sampling = samplingOf(15_000, [route])
    const batch = batchOf(Array.from({ length: 20_000 }, (_, at) => ({ traceId: `${at}`, spanId: `${at}` })))
    batch[0]?.resource.attributes.push(
      ...Array.from({ length: 20_000 }, (_, value) => ({ key: 'http.route', value })),
    )
    sampling.add(batch, 0)
    const out = sampling.release(10)
    expect(out.map(({ scopes }) => scopes.length)).to.deep.equal([1])
    expect(countItems(out)).to.equal(20_000)
  })

  it('holds no more than it has room for, of however many traces', () => {
    const sampling = samplingOf(10_000, [failed])
    for (let from = 0; from < 50_000; from += 10_000) {
      sampling.add(batchOf(Array.from({ length: 10_000 }, (_, at) => ({ traceId: `${from + at}` }))), 0)
    }
    expect(sampling.held()).to.equal(10_000)
  })
})
