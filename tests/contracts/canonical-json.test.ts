import { expect } from 'chai'
import { canonicalJson, CanonicalJsonError } from '../../contracts/canonical-json.ts'
import { parseCanonical } from '../../contracts/canonical-parse.ts'

const codeOf = (work: () => unknown): string => {
  try {
    work()
  } catch (error) {
    if (error instanceof CanonicalJsonError) return error.code
    throw error
  }
  return 'accepted'
}

describe('canonicalJson', () => {
  it('writes the example of RFC 8785 §3.2.2 as §3.2.3 sorts it', () => {
    const value = {
      numbers: [333333333.33333329, 1e30 / 1e3, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '€$\u000f\nA\'B"\\\\"/',
      literals: [null, true, false],
    }
    expect(codeOf(() => canonicalJson(value))).to.equal('UNSAFE_INTEGER')
    expect(canonicalJson({ ...value, numbers: [333333333.33333329, 4.5, 2e-3, 1e-27] })).to.equal(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    )
  })

  it('sorts keys by UTF-16 code units (RFC 8785 §3.2.3)', () => {
    const keys = { '€': 1, '\r': 2, דּ: 3, '1': 4, '😀': 5, '\u0080': 6, ö: 7 }
    expect(Object.values(JSON.parse(canonicalJson(keys)) as object).length).to.equal(7)
    expect(canonicalJson(keys)).to.equal('{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"דּ":3}')
  })

  it('refuses what has no canonical form, by code', () => {
    expect(codeOf(() => canonicalJson(Number.NaN))).to.equal('NOT_FINITE')
    expect(codeOf(() => canonicalJson({ a: 2 ** 53 }))).to.equal('UNSAFE_INTEGER')
    expect(codeOf(() => canonicalJson(['\ud800']))).to.equal('LONE_SURROGATE')
    expect(codeOf(() => canonicalJson(new Date(0)))).to.equal('NOT_JSON')
    expect(codeOf(() => canonicalJson(() => 1))).to.equal('NOT_JSON')
    expect(codeOf(() => canonicalJson(JSON.parse('['.repeat(33) + ']'.repeat(33))))).to.equal('TOO_DEEP')
  })
})

describe('parseCanonical', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['{"a":1,"a":2}', 'DUPLICATE_KEY'],
    ['{"a":1,"\\u0061":2}', 'DUPLICATE_KEY'],
    ['9007199254740993', 'UNSAFE_INTEGER'],
    ['1e999', 'NOT_FINITE'],
    ['"\\ud800"', 'LONE_SURROGATE'],
    ['['.repeat(33) + ']'.repeat(33), 'TOO_DEEP'],
    ['{"a":}', 'MALFORMED'],
    ['{"a":1,}', 'MALFORMED'],
    ['[1 2]', 'MALFORMED'],
    ['01', 'MALFORMED'],
    ['"\n"', 'MALFORMED'],
    ['NaN', 'MALFORMED'],
    ['', 'MALFORMED'],
    ['1 x', 'MALFORMED'],
  ]
  for (const [text, code] of cases) {
    it(`refuses ${JSON.stringify(text.slice(0, 30))} as ${code}`, () => {
      expect(codeOf(() => parseCanonical(text))).to.equal(code)
    })
  }

  it('keeps __proto__ as a key like any other', () => {
    const value = parseCanonical('{"__proto__":{"polluted":true}}')
    expect(Object.hasOwn(value as object, '__proto__')).to.equal(true)
    expect(Object.hasOwn(Object.prototype, 'polluted')).to.equal(false)
    expect(canonicalJson(value)).to.equal('{"__proto__":{"polluted":true}}')
  })
})
