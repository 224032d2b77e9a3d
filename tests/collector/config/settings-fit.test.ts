/** The plan's settings are what the factories of processors, connectors and exporters take: by their types, and built. */
import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { parseCollectorConfig } from '../../../collector/config/load.ts'
import type { Plan } from '../../../collector/config/plan.ts'
import type { PrometheusStoreSettings } from '../../../collector/export/prometheus-store.ts'
import type { RemoteWriteSettings } from '../../../collector/export/remote-write.ts'
import { createAttributes } from '../../../collector/process/attributes.ts'
import { createCount } from '../../../collector/process/count.ts'
import { createFilter } from '../../../collector/process/filter.ts'
import { createProbabilisticSampler } from '../../../collector/process/probabilistic-sampler.ts'
import { createResource } from '../../../collector/process/resource.ts'
import { createServiceGraph } from '../../../collector/process/service-graph.ts'
import { createTailSampling } from '../../../collector/process/tail-sampling.ts'
import { createTransform } from '../../../collector/process/transform.ts'

const source = readFileSync(new URL('golden/every.in.yaml', import.meta.url), 'utf8')
const now = { now: () => 0n }

function built(planned: Plan['processors'][number] | Plan['connectors'][number]): unknown {
  switch (planned.type) {
    case 'attributes':
      return createAttributes(planned.settings)
    case 'resource':
      return createResource(planned.settings)
    case 'filter':
      return createFilter(planned.settings, now)
    case 'transform':
      return createTransform(planned.settings, now)
    case 'probabilistic_sampler':
      return createProbabilisticSampler(planned.settings)
    case 'tail_sampling':
      return createTailSampling(planned.settings, now)
    case 'service_graph':
      return createServiceGraph(planned.settings, {})
    case 'count':
      return createCount(planned.settings, now)
    default:
      return undefined
  }
}

describe('the settings of a plan', () => {
  const { plan } = parseCollectorConfig(source, 'every.in.yaml', {})
  const elsewhere = ['memory_limiter', 'redaction', 'batch', 'span_metrics']

  for (const planned of [...plan.processors, ...plan.connectors]) {
    if (elsewhere.includes(planned.type)) continue
    it(`build ${planned.id}`, () => {
      expect(built(planned)).to.be.an('object')
    })
  }

  it('hold all that the exporters of metrics take', () => {
    const stores = plan.exporters.flatMap((each): PrometheusStoreSettings[] =>
      each.type === 'prometheus' ? [each.settings] : [],
    )
    const writers = plan.exporters.flatMap((each): RemoteWriteSettings[] =>
      each.type === 'prometheusremotewrite' ? [each.settings] : [],
    )
    expect([stores.length, writers.length]).to.deep.equal([1, 1])
  })
})
