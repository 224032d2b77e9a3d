/** The targets that a configuration lists. */
import { expect } from 'chai'
import { targetsOf } from '../../../../collector/receive/scrape/scraper.ts'

const job = {
  jobName: 'engines',
  metricsPath: '/federate',
  scheme: 'https',
  honorLabels: true,
  honorTimestamps: false,
  staticConfigs: [
    { targets: ['localhost:9090', 'localhost:9093'], labels: { site: 'main' } },
    { targets: ['localhost:9100'], labels: {} },
  ],
}
const global = { scrapeInterval: 15_000, scrapeTimeout: 10_000 }

describe('the targets of the prometheus receiver', () => {
  it('are one for each address, with what their job says', () => {
    const targets = targetsOf({ config: { global, scrapeConfigs: [job] } })
    expect(targets.map(({ url, labels }) => [url.href, labels])).to.deep.equal([
      ['https://localhost:9090/federate', { site: 'main' }],
      ['https://localhost:9093/federate', { site: 'main' }],
      ['https://localhost:9100/federate', {}],
    ])
    expect(targets[0]).to.deep.include({
      job: 'engines',
      instance: 'localhost:9090',
      honorLabels: true,
      honorTimestamps: false,
      intervalMillis: 15_000,
      timeoutMillis: 10_000,
    })
  })

  it('wait no longer than their interval unless told to', () => {
    const timeouts = [
      { ...job, scrapeInterval: 5_000 },
      { ...job, scrapeInterval: 5_000, scrapeTimeout: 2_000 },
    ].map((own) => targetsOf({ config: { global, scrapeConfigs: [own] } })[0]?.timeoutMillis)
    expect(timeouts).to.deep.equal([5_000, 2_000])
  })
})
