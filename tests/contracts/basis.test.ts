import { expect } from 'chai'
import { basisCodes, recordDuty } from '../../contracts/basis.ts'

describe('recordDuty', () => {
  // 34 CFR 99.32(d)(1)–(5): what a record of disclosure is not required for.
  const exempt: Readonly<Record<string, string>> = {
    '99.30': 'exempt(d)(3)',
    '99.31(a)(1)(i)(A)': 'exempt(d)(2)',
    '99.31(a)(1)(i)(B)': 'exempt(d)(2)',
    '99.31(a)(9)(ii)(A)': 'exempt(d)(5)',
    '99.31(a)(9)(ii)(B)': 'exempt(d)(5)',
    '99.31(a)(9)(ii)(C)': 'exempt(d)(5)',
    '99.31(a)(11)': 'exempt(d)(4)',
    '99.31(a)(12)': 'exempt(d)(1)',
    '99.31(b)(1)': 'not-pii',
    '99.31(b)(2)': 'not-pii',
  }
  for (const code of basisCodes) {
    it(`answers ${exempt[code] ?? 'required'} for ${code}`, () => {
      expect(recordDuty(code)).to.equal(exempt[code] ?? 'required')
    })
  }

  it('knows every code once', () => {
    expect(new Set(basisCodes).size).to.equal(basisCodes.length)
  })
})
