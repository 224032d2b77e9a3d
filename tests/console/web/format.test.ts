import { expect } from 'chai'
import { millis, percent, seconds, spaced } from '../../../console/web/format.ts'
import { tenantName } from '../../../console/status/tenant-name.ts'

describe('figures on the pages', () => {
  const durations: readonly (readonly [number, string])[] = [
    [0.000_25, '0.25 ms'],
    [0.042, '42 ms'],
    [1, '1 s'],
    [59.96, '60 s'],
    [60, '1 min'],
    [3_599.9, '1 h'],
    [3_720, '1 h 2 min'],
    [90_000, '1 d 1 h'],
    [Number.NaN, 'unknown'],
  ]
  for (const [value, text] of durations) {
    it(`write ${value} s as ${text}`, () => {
      expect(seconds(value)).to.equal(text)
    })
  }

  it('write milliseconds, ratios and names', () => {
    expect([millis(1_500), percent(0.016_66)]).to.deep.equal(['1.5 s', '1.67 %'])
    expect([tenantName('university_a'), tenantName('drill')]).to.deep.equal(['University A', 'Drill'])
    expect([spaced('HighLatencyP95'), spaced('PiiCanaryLeak'), spaced('HighCpuUsage')]).to.deep.equal([
      'High latency p95',
      'PII canary leak',
      'High CPU usage',
    ])
  })
})
