/** What each processor makes of what it is given: `x.in.yaml` beside `x.out.yaml`, case by case. */
import { readdirSync, readFileSync } from 'node:fs'
import { expect } from 'chai'
import { parse } from 'yaml'
import { CollectorError } from '../../../collector/errors.ts'
import { createAttributes } from '../../../collector/process/attributes.ts'
import { createCount, type CountSettings } from '../../../collector/process/count.ts'
import { createFilter } from '../../../collector/process/filter.ts'
import type { Batch } from '../../../collector/process/model.ts'
import type { Connector, Processor } from '../../../collector/process/processor.ts'
import { createProbabilisticSampler } from '../../../collector/process/probabilistic-sampler.ts'
import { createResource } from '../../../collector/process/resource.ts'
import { createServiceGraph, type ServiceGraphSettings } from '../../../collector/process/service-graph.ts'
import { createTailSampling, type TailSamplingSettings } from '../../../collector/process/tail-sampling.ts'
import { createTransform } from '../../../collector/process/transform.ts'
import { serviceGraphDefaults } from './service-graph-defaults.ts'
import { logsOf, metricsOf, terse, tracesOf, type Terse } from '../terse.ts'

interface Case {
  readonly title: string
  readonly component: string
  readonly settings: never
  readonly traces?: readonly Terse[]
  readonly logs?: readonly Terse[]
  readonly metrics?: readonly Terse[]
}

/** Takes a batch, and gives what is decided about it. */
function tailSampling(settings: Partial<TailSamplingSettings>): Processor {
  const decisionCache = { sampledCacheSize: 0, nonSampledCacheSize: 0 }
  const defaults = { decisionWait: 30_000, numTraces: 50_000, decisionCache, policies: [] }
  const flags = { sampleOnFirstMatch: false, dropPendingTracesOnShutdown: false }
  const sampling = createTailSampling({ ...defaults, ...flags, ...settings }, clock)
  return {
    traces: (batch) => {
      sampling.add(batch, 0)
      return sampling.release(30_000)
    },
  }
}

/** Takes a batch, and gives the metrics a minute later. */
function serviceGraph(settings: Partial<ServiceGraphSettings>): Connector {
  const graph = createServiceGraph({ ...serviceGraphDefaults, ...settings })
  return {
    traces: (batch) => {
      graph.add(batch, 1)
      return graph.release(60_001)
    },
  }
}

const clock = { now: () => 1_790_000_000_000_000_000n }
const counted = (name: string) => ({ [name]: { description: '', conditions: [] } })
const countDefaults: CountSettings = {
  spans: counted('trace.span.count'),
  spanevents: counted('trace.span.event.count'),
  metrics: counted('metric.count'),
  datapoints: counted('metric.datapoint.count'),
  logs: counted('log.record.count'),
}
const components: Readonly<Record<string, (settings: never) => Processor | Connector>> = {
  attributes: createAttributes,
  probabilistic_sampler: (settings: { samplingPercentage: number; hashSeed: number }) =>
    createProbabilisticSampler({ failClosed: true, attributeSource: 'traceID', ...settings }),
  resource: createResource,
  count: (settings: Partial<CountSettings>) => createCount({ ...countDefaults, ...settings }, clock),
  filter: (settings) => createFilter(settings, clock),
  service_graph: serviceGraph,
  tail_sampling: tailSampling,
  transform: (settings: object) =>
    createTransform(
      { errorMode: 'propagate', traceStatements: [], logStatements: [], metricStatements: [], ...settings },
      clock,
    ),
}
const folder = new URL('../golden/process/', import.meta.url)
const read = (name: string) => parse(readFileSync(new URL(name, folder), 'utf8'))

function outcomeOf(each: Case): unknown {
  try {
    return run(each)
  } catch (error) {
    // What is given up is part of what a processor does.
    if (error instanceof CollectorError) return { error: error.code }
    throw error
  }
}

function run({ component, settings, traces, logs, metrics }: Case): unknown {
  const processor = components[component]?.(settings)
  if (traces !== undefined) return terse(through(processor?.traces, tracesOf(traces)))
  if (logs !== undefined) return terse(through(processor?.logs, logsOf(logs)))
  return terse(through(processor?.metrics, metricsOf(metrics ?? [])))
}

/** A signal of which a processor says nothing passes unchanged. */
function through<T>(
  step: ((batch: Batch<T>) => Batch<unknown>) | undefined,
  batch: Batch<T>,
): Batch<unknown> {
  return step === undefined ? batch : step(batch)
}

for (const name of readdirSync(folder).filter((file) => file.endsWith('.in.yaml'))) {
  describe(`the cases of ${name}`, () => {
    const expected = read(name.replace('.in.', '.out.')) as Record<string, unknown>
    const cases = read(name) as Case[]
    for (const each of cases) {
      it(each.title, () => expect(outcomeOf(each)).to.deep.equal(expected[each.title]))
    }
    it('are all there are', () =>
      expect(Object.keys(expected)).to.have.members(cases.map(({ title }) => title)))
  })
}
