/** Whatever the pipelines, each exporter is given what a plain reading of the configuration gives it. */
import { expect } from 'chai'
import fc from 'fast-check'
import { parseCollectorConfig } from '../../../collector/config/load.ts'
import { buildGraph } from '../../../collector/graph/build.ts'
import { Dispatch } from '../../../collector/graph/dispatch.ts'
import { Load } from '../../../collector/graph/load.ts'
import type { Tally } from '../../../collector/graph/tally.ts'
import { spansOf } from '../generate.ts'

interface Pipeline {
  readonly receivers: readonly string[]
  /** Filters by the digit that the span ids they drop begin with. */
  readonly drops: readonly string[]
  readonly exporters: readonly string[]
}

const digits = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f']
const subset = (values: readonly string[], minLength: number) => fc.subarray([...values], { minLength })
const pipelines: fc.Arbitrary<Pipeline[]> = fc.array(
  fc.record({
    receivers: subset(['otlp', 'otlp/two', 'otlp/three'], 1),
    drops: fc.uniqueArray(fc.constantFrom(...digits), { maxLength: 3 }),
    exporters: subset(['nop', 'nop/durable', 'nop/other'], 1),
  }),
  { minLength: 1, maxLength: 6 },
)

function configurationOf(given: readonly Pipeline[]): string {
  const entries = (ids: readonly string[], body: (id: string) => unknown) =>
    Object.fromEntries(ids.map((id) => [id, body(id)]))
  return JSON.stringify({
    receivers: entries([...new Set(given.flatMap(({ receivers }) => receivers))], () => ({
      protocols: { http: {} },
    })),
    processors: entries(
      digits.map((digit) => `filter/${digit}`),
      (id) => ({ traces: { span: [`IsMatch(span_id.string, "^${id.at(-1) ?? ''}")`] } }),
    ),
    exporters: entries([...new Set(given.flatMap(({ exporters }) => exporters))], () => ({})),
    service: {
      pipelines: Object.fromEntries(
        given.map(({ receivers, drops, exporters }, index) => [
          `traces/${index}`,
          { receivers, processors: drops.map((digit) => `filter/${digit}`), exporters },
        ]),
      ),
    },
  })
}

const tally: Tally = {
  onLost: () => undefined,
  onThinned: () => undefined,
  onStatementError: () => undefined,
  onDefect: (error) => {
    throw error
  },
}

describe('a graph of traces', () => {
  it('gives each exporter what its pipelines leave of each receiver, and changes nothing of it', async () => {
    await fc.assert(
      fc.asyncProperty(pipelines, fc.integer({ min: 1, max: 1_000 }), async (given, seed) => {
        const { plan } = parseCollectorConfig(configurationOf(given), 'random.yaml', {})
        const taken = new Map<string, string[]>(plan.exporters.map(({ id }) => [id, []]))
        const exporters = new Map(
          plan.exporters.map(({ id }) => {
            const consume = ({ bytes }: Load) => {
              const spans = Load.ofBytes('traces', bytes, 0).view.flatMap(({ scopes }) =>
                scopes.flatMap(({ items }) => items),
              )
              taken.get(id)?.push(...spans.map((span) => JSON.stringify(span, textOfBigint)))
              return Promise.resolve()
            }
            const exporter = { isDurable: id === 'nop/durable', consume, close: () => Promise.resolve() }
            return [id, { exporter }]
          }),
        )
        const graph = buildGraph({ plan, exporters, spanMetrics: new Map(), tally, nowMillis: () => 0 })
        const expected = new Map<string, string[]>(plan.exporters.map(({ id }) => [id, []]))
        for (const [index, { id: receiver }] of plan.receivers.entries()) {
          const batch = spansOf(12, seed + index)
          const spans = batch.flatMap(({ scopes }) => scopes.flatMap(({ items }) => items))
          for (const { receivers, drops, exporters: ends } of given) {
            if (!receivers.includes(receiver)) continue
            const kept = spans.filter(({ spanId }) => !drops.includes(spanId[0] ?? ''))
            for (const end of ends)
              expected.get(end)?.push(...kept.map((span) => JSON.stringify(span, textOfBigint)))
          }
          const dispatch = new Dispatch(tally)
          graph.outletsOf(receiver).traces?.route(Load.ofBatch('traces', batch), dispatch)
          await dispatch.settle()
        }
        for (const [id, spans] of expected) expect(taken.get(id)?.toSorted()).to.deep.equal(spans.toSorted())
      }),
      { numRuns: 60 },
    )
  })
})

function textOfBigint(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value
}
