import { expect } from 'chai'
import { samplesOf, sumBy } from '../../../console/sources/exposition.ts'

const page = `# TYPE privacy_redactions counter
privacy_redactions_total{rule="email",place="span"} 3
privacy_redactions_total{rule="email",place="log"} 4 # {trace_id="0af7"} 1 1700000000
privacy_redactions_total{rule="say \\"hi\\"",place="log"} 1
privacy_redactions_total_other{rule="email"} 9
collector_memory_limited 0
ledger_entries{tenant="drill"} NaN
`

describe('the reading of a metrics page', () => {
  it('lists the samples of one metric with their labels', () => {
    expect(samplesOf(page, 'privacy_redactions_total').map(({ value }) => value)).to.deep.equal([3, 4, 1])
    expect(samplesOf(page, 'privacy_redactions_total')[2]?.labels['rule']).to.equal('say "hi"')
  })

  it('reads a metric without labels and leaves out what is no number', () => {
    expect(samplesOf(page, 'collector_memory_limited')).to.deep.equal([{ labels: {}, value: 0 }])
    expect(samplesOf(page, 'ledger_entries')).to.deep.equal([])
  })

  it('adds up by a label', () => {
    expect([...sumBy(samplesOf(page, 'privacy_redactions_total'), 'place')]).to.deep.equal([
      ['span', 3],
      ['log', 5],
    ])
  })
})
