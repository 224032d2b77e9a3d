import { expect } from 'chai'
import { metricsAt } from '../../compliance/live-sources.ts'
import { ConfigError } from '../../lib/config.ts'

describe('the Prometheus to ask', () => {
  it('is named by its address, which holds nothing secret', () => {
    expect(metricsAt('https://prometheus.example:9090/x')).to.deep.equal([
      { url: 'https://prometheus.example:9090/x' },
    ])
    expect(metricsAt(undefined)).to.deep.equal([])
    for (const wrong of ['http://scan:hunter2@127.0.0.1:9', 'http://scan@127.0.0.1', 'ftp://x', 'nonsense']) {
      expect(() => metricsAt(wrong), wrong)
        .to.throw(ConfigError)
        .that.does.not.match(/hunter2/)
    }
  })
})
