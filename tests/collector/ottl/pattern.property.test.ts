/** The linear engine beside the runtime's own, over patterns that both read alike. */
import { expect } from 'chai'
import fc from 'fast-check'
import { CollectorError } from '../../../collector/errors.ts'
import { compilePattern } from '../../../collector/ottl/regex/pattern.ts'

const letter = fc.constantFrom('a', 'b', 'c', '\\.', '.', '[ab]', '[^a]', '\\d', '\\w', '\\bb', 'é', '[a-cé]')
const repeat = fc.constantFrom('', '', '', '*', '+', '?', '*?', '+?', '{2}', '{1,2}', '{1,}?')
const { pattern } = fc.letrec<{ pattern: string; atom: string; sequence: string }>((tie) => ({
  // What is repeated consumes something: on loops over nothing the two dialects differ.
  atom: fc.oneof(
    { maxDepth: 3 },
    letter,
    fc.tuple(tie('sequence'), fc.constantFrom('(', '(?:')).map(([inner, open]) => `${open}a${inner})`),
  ),
  sequence: fc
    .array(
      fc.tuple(tie('atom'), repeat).map(([atom, count]) => atom + (atom.startsWith('\\b') ? '' : count)),
      { maxLength: 4 },
    )
    .map((parts) => parts.join('')),
  pattern: fc
    .tuple(
      fc.constantFrom('', '^'),
      fc.array(tie('sequence'), { minLength: 1, maxLength: 3 }),
      fc.constantFrom('', '$'),
    )
    .map(([start, choices, end]) => `${start}(?:${choices.join('|')})${end}`),
}))
const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '.', '1', 'é', '\n', ' ', 'A'), maxLength: 14 })

describe('a pattern', () => {
  it('finds what the runtime finds, at the same place and with the same groups', () => {
    fc.assert(
      fc.property(pattern, text, (source, subject) => {
        const found = compilePattern(source).match(subject)
        const expected = new RegExp(source, 'u').exec(subject)
        expect(found?.groups[0]).to.equal(expected?.[0])
        expect(found?.start).to.equal(expected?.index)
        expect(compilePattern(source).test(subject)).to.equal(expected !== null)
      }),
      { numRuns: 1000 },
    )
  })

  it('refuses random text with its own error or reads it', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ maxLength: 30 }), fc.stringMatching(/^[ab()[\]{}?*+|\\^$.:Pi<>1,0-]{0,20}$/)),
        text,
        (source, subject) => {
          try {
            compilePattern(source).match(subject)
          } catch (error) {
            expect(error).to.be.instanceOf(CollectorError)
          }
        },
      ),
      { numRuns: 1000 },
    )
  })
})
