/** Wrong configurations and the exact words about them: `x.bad.yaml` beside `x.bad.txt`. */
import { readdirSync, readFileSync } from 'node:fs'
import { expect } from 'chai'
import { parseCollectorConfig } from '../../../collector/config/load.ts'
import { spanMetricsSettings } from '../../../collector/config/settings.ts'
import { ConfigError, describeFault } from '../../../lib/config.ts'

const folder = new URL('../golden/', import.meta.url)
const shipped = new URL('../../../compose/collector.yaml', import.meta.url)

describe('the collector configuration', () => {
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.bad.yaml'))) {
    it(`lists every fault of ${name}`, () => {
      let found: string[] = []
      try {
        parseCollectorConfig(readFileSync(new URL(name, folder), 'utf8'), name, {})
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error
        found = error.faults.map(describeFault)
      }
      const expected = readFileSync(new URL(name.replace('.yaml', '.txt'), folder), 'utf8')
      expect(`${found.join('\n')}\n`).to.equal(expected)
    })
  }

  it('accepts the shipped file and fills in its ports from the environment', () => {
    const source = readFileSync(shipped, 'utf8')
    const config = parseCollectorConfig(source, 'collector.yaml', { CAMPANILE_PORT_COLLECTOR_TELEMETRY: '9' })
    expect(config.service.telemetry?.metrics?.readers?.[0]?.pull.exporter.prometheus.port).to.equal(9)
    expect(spanMetricsSettings(config)?.buckets[0]).to.equal(0.005)
  })

  it('takes an old type name for the new one and says so', () => {
    const source = readFileSync(shipped, 'utf8').replaceAll('span_metrics', 'spanmetrics')
    const config = parseCollectorConfig(source, 'collector.yaml', {})
    expect(config.warnings).to.have.length(1)
    expect(spanMetricsSettings(config)?.namespace).to.equal('traces.span.metrics')
  })
})
