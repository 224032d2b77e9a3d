import { expect } from 'chai'
import type { Evidence } from '../../../drills/evidence/evidence.ts'
import { markdownTable, summaryLines } from '../../../drills/evidence/table.ts'

const evidence = (given: Partial<Evidence> = {}): Evidence => ({
  version: 1,
  drill: 'gpa-500',
  breaks: 'every second calculation fails',
  expects: ['TenantErrorRate', 'SloFastBurn'],
  startedAt: '2026-11-21T10:00:00.000Z',
  outcome: 'passed',
  steps: [
    { name: 'baseline', seconds: 0.1, seen: 'nothing rings' },
    { name: 'fires', seconds: 2.25, seen: 'SloFastBurn of drill' },
  ],
  pageSeconds: 4.25,
  resolveSeconds: 60,
  timeScale: 30,
  machine: { cores: 2, memoryGiB: 4, platform: 'Linux x64', node: '24.0.0' },
  ...given,
})

describe('the table of a run', () => {
  it('has a column for each step, and says where a drill failed', () => {
    const failed = evidence({
      drill: 'tamper',
      outcome: 'failed',
      failure: { step: 'fires', seen: 'no alert' },
    })
    const lines = summaryLines([evidence(), failed])
    expect(new Set(lines.map(({ length }) => length)).size).to.equal(1)
    expect(lines[1]).to.match(/^gpa-500 +0\.1 +– +2\.3 +– .*4\.3 +passed$/)
    expect(lines[2]).to.match(/failed at fires$/)
  })

  it('says in Markdown with which timing and on which machine, and keeps the newest of each drill', () => {
    const text = markdownTable([evidence({ pageSeconds: 99 }), evidence()])
    expect(text).to.include('scaled timing').and.to.include('divided by 30').and.to.include('2 cores')
    expect(text).not.to.include('99.0')
    expect(text.split('\n').filter((line) => line.startsWith('| `'))).to.have.length(1)
    expect(markdownTable([evidence({ timeScale: 1 })])).to.include('production timing')
  })
})
