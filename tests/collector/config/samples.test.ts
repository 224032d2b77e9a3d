/** The sample files of the way out of one machine: what we run is checked whole, what otelcol-contrib runs but for Kafka. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { parse, stringify } from 'yaml'
import { lostGuarantees } from '../../../collector/config/port-check.ts'
import { loadCollectorConfig, parseCollectorConfig } from '../../../collector/config/load.ts'

const folder = join(import.meta.dirname, '../../../compose/samples')
const variables = {
  CAMPANILE_SENDERS_TOKEN: 'token-of-the-senders',
  CAMPANILE_FLEET_TOKEN: 'token-of-the-fleet',
}
const pathOf = (name: string) => join(folder, name)

/** Puts OTLP in the place of Kafka, which is a component of the other engine alone. */
function withoutKafka(name: string): string {
  const text = readFileSync(pathOf(name), 'utf8')
  const file = parse(text) as Record<'receivers' | 'exporters', Record<string, unknown>>
  const { kafka: _receiver, ...receivers } = file.receivers
  const { kafka: _exporter, ...exporters } = file.exporters
  const swapped = {
    ...file,
    receivers: { ...receivers, 'otlp/kafka': { protocols: { http: {} } } },
    exporters: { ...exporters, 'otlp_http/kafka': { endpoint: 'https://kafka.example' } },
  }
  return stringify(swapped)
    .replaceAll(/receivers:\n(\s+)- kafka/g, 'receivers:\n$1- otlp/kafka')
    .replaceAll(/exporters:\n(\s+)- kafka/g, 'exporters:\n$1- otlp_http/kafka')
}

describe('the sample configurations', () => {
  it('are the three that the page names', () => {
    const page = readFileSync(join(import.meta.dirname, '../../../docs/collector.md'), 'utf8')
    for (const name of readdirSync(folder)) expect(page).to.contain(`compose/samples/${name}`)
    expect(readdirSync(folder)).to.have.length(3)
  })

  it('run here as the gateway, with nothing questionable and nothing deprecated', () => {
    const config = loadCollectorConfig(pathOf('gateway.yaml'), variables)
    expect(config.lints).to.deep.equal([])
    expect(config.warnings).to.deep.equal([])
  })

  for (const name of ['fleet-to-kafka.yaml', 'fleet-from-kafka.yaml']) {
    it(`are understood but for Kafka: ${name}`, () => {
      const config = parseCollectorConfig(withoutKafka(name), name, variables)
      expect(config.plan.pipelines.map(({ id }) => id)).to.deep.equal(['traces', 'logs'])
      expect(config.warnings).to.deep.equal([])
    })
  }

  it('lose the fence when the file of the gateway runs on the other engine', () => {
    const { plan } = loadCollectorConfig(pathOf('gateway.yaml'), variables)
    expect(lostGuarantees(plan).map(({ rule }) => rule)).to.include('not-redacted-places')
  })
})
