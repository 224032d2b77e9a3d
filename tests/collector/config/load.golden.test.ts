/** Configurations and what they mean: `x.in.yaml` beside `x.out.json`, `x.bad.yaml` beside the exact words about it. */
import { readdirSync, readFileSync } from 'node:fs'
import { expect } from 'chai'
import type { CollectorConfig } from '../../../collector/config/config.ts'
import { parseCollectorConfig } from '../../../collector/config/load.ts'
import { spanMetricsOptions } from '../../../collector/config/settings.ts'
import { ConfigError, describeFault } from '../../../lib/config.ts'

const folder = new URL('golden/', import.meta.url)
const shipped = new URL('../../../compose/collector.yaml', import.meta.url)
const names = readdirSync(folder)

function spanMetricsOf({ plan }: CollectorConfig) {
  const planned = plan.connectors.find((connector) => connector.type === 'span_metrics')
  return planned?.type === 'span_metrics' ? spanMetricsOptions(planned.settings) : undefined
}

function faultsOf(run: () => unknown): string[] {
  try {
    run()
    return []
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return error.faults.map(describeFault)
  }
}

describe('the collector configuration', () => {
  for (const name of names.filter((file) => file.endsWith('.bad.yaml'))) {
    it(`lists every fault of ${name}`, () => {
      const found = faultsOf(() =>
        parseCollectorConfig(readFileSync(new URL(name, folder), 'utf8'), name, {}),
      )
      const expected = readFileSync(new URL(name.replace('.yaml', '.txt'), folder), 'utf8')
      expect(`${found.join('\n')}\n`).to.equal(expected)
    })
  }

  for (const name of names.filter((file) => file.endsWith('.in.yaml'))) {
    it(`gives ${name} its plan`, () => {
      const source = readFileSync(new URL(name, folder), 'utf8')
      const variables = { SIZE: '2048', NUMBER: '007', FLAG: 'false' }
      const { plan, warnings, lints } = parseCollectorConfig(source, name, variables)
      const expected: unknown = JSON.parse(
        readFileSync(new URL(name.replace('.in.yaml', '.out.json'), folder), 'utf8'),
      )
      expect({ plan, warnings, lints }).to.deep.equal(expected)
    })
  }

  it('accepts the shipped file and fills in its ports from the environment', () => {
    const source = readFileSync(shipped, 'utf8')
    const config = parseCollectorConfig(source, 'collector.yaml', { CAMPANILE_PORT_COLLECTOR_TELEMETRY: '9' })
    expect(config.plan.telemetry.metrics.readers?.[0]?.pull.exporter.prometheus.port).to.equal(9)
    expect(spanMetricsOf(config)?.buckets[0]).to.equal(0.005)
    expect(config.lints).to.deep.equal([])
  })

  it('takes an old type name for the new one and says so', () => {
    const source = readFileSync(shipped, 'utf8').replaceAll('span_metrics', 'spanmetrics')
    const config = parseCollectorConfig(source, 'collector.yaml', {})
    expect(config.warnings).to.have.length(1)
    expect(spanMetricsOf(config)?.namespace).to.equal('traces.span.metrics')
  })
})
