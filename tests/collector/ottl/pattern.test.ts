/** Regular expressions of the configuration: Go's dialect, refused patterns, replacement, linear time by counting. */
import { expect } from 'chai'
import { CollectorError } from '../../../collector/errors.ts'
import { compilePattern, replaceAll } from '../../../collector/ottl/regex/pattern.ts'

function codeOf(source: string): string {
  try {
    compilePattern(source)
    return 'none'
  } catch (error) {
    return error instanceof CollectorError ? error.code : 'other'
  }
}

describe('a pattern', () => {
  const matching = [
    ['^a.c$', 'abc'],
    ['(?i)HeLLo', 'say hello'],
    ['(?i:a)b', 'Ab'],
    ['[[:digit:]]+', 'x42'],
    ['[^[:alpha:]]', '1'],
    ['\\pL+', 'é'],
    ['\\p{Greek}', 'λ'],
    ['^\\x{1F514}$', '🔔'],
    ['(?s)a.b', 'a\nb'],
    ['(?m)^b$', 'a\nb\nc'],
    ['\\bcat\\b', 'a cat.'],
    ['a{2,3}$', 'baaa'],
    ['[]a]+', ']'],
    ['[a-]', '-'],
    ['x{,2}', 'x{,2}'],
    ['(?:a|b|)c', 'c'],
    ['\\.', 'a.b'],
    ['$^', ''],
    ['^$|^b', ''],
    ['a$|^', 'b'],
  ] as const
  for (const [source, text] of matching) {
    it(`${source} is found in ${JSON.stringify(text)}`, () =>
      expect(compilePattern(source).test(text)).to.equal(true))
  }

  const failing = [
    ['a.b', 'a\nb'],
    ['(?i:a)b', 'AB'],
    ['^b$', 'a\nb'],
    ['\\s', '\v'],
    ['[^a]', 'a'],
    ['\\Bcat', 'cat'],
  ] as const
  for (const [source, text] of failing) {
    it(`${source} is not found in ${JSON.stringify(text)}`, () =>
      expect(compilePattern(source).test(text)).to.equal(false))
  }

  for (const source of [
    '(',
    ')',
    '[a',
    'a**',
    '*a',
    '(?=a)',
    '(?<!a)b',
    '\\1',
    'a{2,1}',
    'a{1001}',
    '\\Z',
    '[z-a]',
    '[[:none:]]',
    '\\p{Nope}',
    '(?P<a>x)(?P<a>y)',
    '\\',
  ]) {
    it(`${source} is refused`, () => expect(codeOf(source)).to.equal('PATTERN_UNSUPPORTED'))
  }

  it('is refused when counts make it too large', () => {
    expect(codeOf('((a{100}){100}){100}')).to.equal('PATTERN_UNSUPPORTED')
    expect(codeOf('('.repeat(60))).to.equal('PATTERN_UNSUPPORTED')
    expect(codeOf('a'.repeat(5000))).to.equal('PATTERN_UNSUPPORTED')
  })

  it('gives its groups by number and name', () => {
    const pattern = compilePattern('^/api/v(?P<version>\\d+)/(\\w+)(x)?')
    expect(pattern.groupNames).to.deep.equal(['', 'version', '', ''])
    expect(pattern.match('/api/v2/courses')).to.deep.equal({
      start: 0,
      end: 15,
      groups: ['/api/v2/courses', '2', 'courses', undefined],
      lookedTo: 15,
    })
  })

  it('replaces every match with what the template says of its groups', () => {
    const replace = (source: string, text: string, template: string) =>
      replaceAll(compilePattern(source), text, template)
    expect(replace('(\\w+)@(?P<host>\\w+)', 'a@b c@d', '${host}.$1$$')).to.equal('b.a$ d.c$')
    expect(replace('x*', 'axb', '-')).to.equal('-a-b-')
    expect(replace('', '🔔a', '-')).to.equal('-🔔-a-')
    expect(replace('$1', 'a', 'b')).to.equal('a')
  })

  it('answers alike when it has met more states than it keeps', () => {
    // Each of the 2^11 tails is a state of its own.
    const pattern = compilePattern('a[ab]{10}c')
    for (let tail = 0; tail < 2048; tail++) {
      const letters = tail.toString(2).padStart(11, '0').replaceAll('0', 'b').replaceAll('1', 'a')
      expect(pattern.test(`${letters}c`)).to.equal(letters.startsWith('a'))
      expect(pattern.test(`é${letters}bc`)).to.equal(letters.charAt(1) === 'a')
    }
  })

  it('gives up a replacement whose matches each read on to the end', () => {
    const pattern = compilePattern('\\d+.*@|\\d+')
    expect(replaceAll(pattern, '1 '.repeat(500), '')).to.equal(' '.repeat(500))
    expect(() => replaceAll(pattern, '1 '.repeat(8000), ''))
      .to.throw(CollectorError)
      .with.property('code', 'OTTL_FAILED')
  })

  it('stays linear where backtracking would not come to an end', () => {
    for (const source of ['^(a+)+$', '^(a|a)*$', '^(a|aa)+$', '(x+x+)+y', '(.*)*b$']) {
      expect(compilePattern(source).test(`${'a'.repeat(5000)}!`)).to.equal(false)
    }
  })
})
