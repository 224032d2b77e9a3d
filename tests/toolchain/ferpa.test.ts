import { expect } from 'chai'
import { parseRequirements, renderFerpa } from '../../tools/generate/ferpa.ts'

const head = 'id\tsection\trequirement\tstate\tplaces\ttests\tgap\n'
const row = (number: number, rest = 'works\taudit\ttests/a.test.ts\t') =>
  `FR-${number}\t99.32\tA | B\t${rest}\n`
const rows = Array.from({ length: 45 }, (_, at) => row(at + 1))
const isPath = (path: string) => path === 'audit' || path === 'tests/a.test.ts'

/** Says what is wrong with a table whose first row is replaced. */
function faultsWith(first: string): string[] {
  try {
    parseRequirements(head + first + rows.slice(1).join(''), isPath)
    return []
  } catch (error) {
    return (error as Error).message.split('\n')
  }
}

describe('the FERPA page', () => {
  it('counts what works and names where and by which test', () => {
    const page = renderFerpa(parseRequirements(head + rows.join(''), isPath))
    expect(page).to.contain('Of 45 requirements **45 work**')
    expect(page).to.contain('| FR-45 | 99.32 | A \\| B | works | `audit` | `tests/a.test.ts` |  |')
  })

  it('refuses a row that claims more than it names', () => {
    for (const rest of [
      'works\taudit\t\t',
      'works\t\ttests/a.test.ts\t',
      'works\taudit\ttests/gone.test.ts\t',
      'part\taudit\ttests/a.test.ts\t',
      'not built\t\t\t',
      'not built\t\ttests/a.test.ts\tall of it',
      'done\taudit\ttests/a.test.ts\tnothing',
    ]) {
      expect(faultsWith(row(1, rest)), rest).to.have.length(1)
    }
    expect(faultsWith(row(1, 'not built\t\t\tall of it'))).to.deep.equal([])
  })

  it('wants each requirement once, in order', () => {
    expect(faultsWith(row(2))).to.have.length(1)
    expect(() => parseRequirements(head + rows.slice(1).join(''), isPath)).to.throw(Error)
    expect(() => parseRequirements(rows.join(''), isPath)).to.throw(Error)
  })
})
