import { expect } from 'chai'
import { parseEvidence, parseFeatures, renderCoverage } from '../../tools/generate/coverage.ts'

const features = parseFeatures(
  'id\tseed\twhere\tfeature\tdetail\n000-001\t000\tOverview\tIdentity\tx\n000-002\t000\tAPI\tA | B\tx\n',
)
const facts = {
  ids: new Set(['000-001', '000-002']),
  isFile: (path: string) => path === 'tests/a.test.ts',
  isScript: (name: string) => name === 'check',
}
const head = 'id\tstate\tevidence\n'

describe('the coverage page', () => {
  it('says "not yet" of everything nobody claims', () => {
    const page = renderCoverage(features, parseEvidence(`${head}000-001\tworks\ttests/a.test.ts\n`, facts))
    expect(page).to.contain('Of 2 features').and.contain('**1 work**').and.contain('1 are not there yet')
    expect(page).to.contain('| 000-001 | Overview | Identity | works | `tests/a.test.ts` |')
    expect(page).to.contain('| 000-002 | API | A \\| B | not yet |  |')
  })

  it('refuses an unknown row, a repeated one, an unknown state and evidence that is not there', () => {
    const rows = [
      '999-999\tworks\ttests/a.test.ts',
      '000-001\tworks\ttests/a.test.ts',
      '000-001\tworks\ttests/a.test.ts',
      '000-002\tdone\ttests/a.test.ts',
      '000-002\tworks\ttests/gone.test.ts',
      '000-002\tworks\tnpm run nothing',
    ]
    expect(() => parseEvidence(head + rows.join('\n'), facts))
      .to.throw(Error)
      .with.property('message')
      .that.satisfies((message: string) => message.split('\n').length === 5)
  })

  it('takes npm scripts and commands as evidence', () => {
    const claims = parseEvidence(
      `${head}000-001\tworks\tnpm run check\n000-002\tworks\t./campanile status\n`,
      facts,
    )
    expect(claims.size).to.equal(2)
  })
})
