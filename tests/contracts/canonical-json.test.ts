import { expect } from 'chai'
import { canonicalJson, CanonicalJsonError } from '../../contracts/canonical-json.ts'
import { parseCanonical } from '../../contracts/canonical-parse.ts'

const writtenOrCode = (work: () => string): string => {
  try {
    return work()
  } catch (error) {
    if (error instanceof CanonicalJsonError) return error.code
    throw error
  }
}

const codeOf = (work: () => unknown): string =>
  writtenOrCode(() => {
    work()
    return 'accepted'
  })

describe('canonicalJson', () => {
  // RFC 8785 §3.2.2, without its number 1E30: integers beyond 2^53 - 1 are refused here.
  it('writes strings, numbers and literals as the example of the standard does', () => {
    const value = {
      numbers: [333333333.3333333, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '€$\u000f\nA\'B"\\\\"/',
      literals: [null, true, false],
    }
    expect(canonicalJson(value)).to.equal(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    )
  })

  // RFC 8785 appendix B: the bits of a double and how it is written; integers beyond 2^53 - 1 are refused here.
  const doubles: readonly (readonly [bits: string, text: string])[] = [
    ['0000000000000000', '0'],
    ['8000000000000000', '0'],
    ['0000000000000001', '5e-324'],
    ['8000000000000001', '-5e-324'],
    ['7fefffffffffffff', 'UNSAFE_INTEGER'],
    ['ffefffffffffffff', 'UNSAFE_INTEGER'],
    ['4340000000000000', 'UNSAFE_INTEGER'],
    ['c340000000000000', 'UNSAFE_INTEGER'],
    ['4430000000000000', 'UNSAFE_INTEGER'],
    ['7fffffffffffffff', 'NOT_FINITE'],
    ['7ff0000000000000', 'NOT_FINITE'],
    ['44b52d02c7e14af5', 'UNSAFE_INTEGER'],
    ['444b1ae4d6e2ef50', 'UNSAFE_INTEGER'],
    ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
    ['3eb0c6f7a0b5ed8d', '0.000001'],
    ['41b3de4355555553', '333333333.3333332'],
    ['41b3de4355555554', '333333333.33333325'],
    ['41b3de4355555555', '333333333.3333333'],
    ['41b3de4355555556', '333333333.3333334'],
    ['41b3de4355555557', '333333333.33333343'],
    ['becbf647612f3696', '-0.0000033333333333333333'],
    ['43143ff3c1cb0959', '1424953923781206.2'],
  ]
  for (const [bits, text] of doubles) {
    it(`writes the double ${bits} as ${text}`, () => {
      const value = Buffer.from(bits, 'hex').readDoubleBE()
      expect(writtenOrCode(() => canonicalJson(value))).to.equal(text)
    })
  }

  it('sorts keys by UTF-16 code units (RFC 8785 §3.2.3)', () => {
    const keys = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 }
    const members = [
      '"\\r":2',
      '"1":4',
      '"\u0080":6',
      '"\u00f6":7',
      '"\u20ac":1',
      '"\ud83d\ude00":5',
      '"\ufb33":3',
    ]
    expect(canonicalJson(keys)).to.equal(`{${members.join(',')}}`)
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
